"""Robots and webhooks: what arrives there, what is refused, what never leaves the house."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from procstd.errors import DomainError
from procstd.notices.domain.failures import Failure, Hopeless
from procstd.notices.domain.outside import is_public, post_json
from procstd.notices.domain.robots import add_robot, change_robot, remove_robot, try_robot
from procstd.notices.domain.speaking import speak
from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Delivery, Robot
from procstd.organisation.models import User
from tests.notices.conftest import AT, deliver
from tests.notices.sinks import HttpSink

pytestmark = pytest.mark.django_db
PATHS = {
    "dingtalk": "/robot/send?access_token=abc123",
    "wecom": "/cgi-bin/webhook/send?key=ab-12",
    "feishu": "/open-apis/bot/v2/hook/ab-12",
    "webhook": "/hook?token=abc",
}


@pytest.fixture(autouse=True)
def _own_pace() -> None:
    from django.core.cache import cache

    cache.clear()


def robot(http: HttpSink, kind: str = "webhook", **facts: Any) -> Robot:
    defaults = {"name": kind, "rules": ["test.alarm"], "language": "en"}
    return Robot.objects.create(kind=kind, address=http.address + PATHS[kind], **{**defaults, **facts})


def ring(person: User, key: str = "clock:1", **facts: Any) -> None:
    texts = {"title_zh": "即将超时", "title_en": "Due soon", "body_zh": "请处理", "body_en": "Act.", "url": "/cases/"}
    tell([Note(person.pk, "test.alarm", key, **{**texts, **facts})], at=AT)


def say(robot: Robot, body: str = "Act.", title: str = "Due soon") -> None:
    speak(robot, key="clock:1:robot:1", rule="test.alarm", title=title, body=body, url="https://p.example/c/", at=AT)


def test_a_webhook_gets_json_with_the_key_and_a_signature(engineer: User, http: HttpSink) -> None:
    hook = robot(http, secret="canary-secret")
    ring(engineer)

    deliver(AT)

    path, headers, body = http.posts[0]
    key = f"clock:1:robot:{hook.pk}"
    assert path == "/hook?token=abc"
    assert body == {
        "key": key,
        "rule": "test.alarm",
        "title": "Due soon",
        "body": "Act.",
        "url": "http://127.0.0.1:8000/cases/",
        "at": AT.isoformat(),
    }
    assert headers["Idempotency-Key"] == key
    assert headers["X-Procstd-Signature"] == (
        "sha256=" + hmac.new(b"canary-secret", http.raw[0], hashlib.sha256).hexdigest()
    )
    assert Delivery.objects.get(channel="robot").state == "sent"


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("dingtalk", lambda body: body["text"]["content"]),
        ("wecom", lambda body: body["text"]["content"]),
        ("feishu", lambda body: body["content"]["text"]),
    ],
)
def test_a_group_robot_gets_the_text_in_its_language_with_the_link(
    engineer: User, http: HttpSink, kind: str, read: Any
) -> None:
    robot(http, kind, language="zh-hans")
    http.answer = b'{"code": 0}' if kind == "feishu" else b'{"errcode": 0}'
    ring(engineer)

    deliver(AT)

    path, _headers, body = http.posts[0]
    assert path.rstrip("/") == PATHS[kind]
    assert body.get("msgtype", body.get("msg_type")) == "text"
    assert read(body).splitlines() == ["即将超时", "请处理", "http://127.0.0.1:8000/cases/"]


def test_the_signature_of_dingtalk_is_encoded_once(http: HttpSink) -> None:
    say(robot(http, "dingtalk", secret="SEC123"))

    query = parse_qs(urlsplit(http.posts[0][0]).query)
    expected = hmac.new(b"SEC123", f"{query['timestamp'][0]}\nSEC123".encode(), hashlib.sha256).digest()
    assert query["access_token"] == ["abc123"]
    assert query["sign"] == [base64.b64encode(expected).decode()]


def test_the_signature_of_feishu_goes_with_the_body(http: HttpSink) -> None:
    say(robot(http, "feishu", secret="sec"))

    body = http.posts[0][2]
    expected = hmac.new(f"{body['timestamp']}\nsec".encode(), digestmod=hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(expected).decode()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}),
        ("feishu", {"code": 19024, "msg": "Key Words Not Found"}),
    ],
)
def test_a_refusal_that_comes_as_http_200_is_no_success(
    engineer: User, http: HttpSink, kind: str, answer: dict[str, Any]
) -> None:
    robot(http, kind)
    http.answer = json.dumps(answer).encode()
    ring(engineer)

    deliver(AT)

    row = Delivery.objects.get(channel="robot")
    code, words = answer.values()
    assert (row.state, row.error_en) == ("waiting", f"The robot refused: {code} {words}")


@pytest.mark.parametrize(
    ("status", "state", "error"),
    [
        (500, "waiting", "The other side answered HTTP 500."),
        (302, "waiting", "The other side answered HTTP 302."),
        (410, "parked", "The address is gone (HTTP 410)."),
    ],
)
def test_only_an_answer_of_2xx_is_success_and_redirects_are_not_followed(
    engineer: User, http: HttpSink, status: int, state: str, error: str
) -> None:
    robot(http)
    http.status, http.headers = status, {"Location": f"{http.address}/elsewhere"}
    ring(engineer)

    deliver(AT)

    assert len(http.posts) == 1
    assert Delivery.objects.values_list("state", "error_en").get(channel="robot") == (state, error)


def test_a_long_text_is_cut_and_keeps_its_link(http: HttpSink) -> None:
    say(robot(http, "wecom"), body="请尽快处理" * 500)

    content = http.posts[0][2]["text"]["content"]
    assert len(http.posts) == 1
    assert len(content.encode()) <= 2048
    assert content.splitlines()[-1] == "https://p.example/c/"


def test_a_robot_that_does_not_answer_is_tried_once_a_batch_and_holds_up_nobody(
    engineer: User, http: HttpSink, settings: Any
) -> None:
    broken = robot(http, name="broken")
    Robot.objects.filter(pk=broken.pk).update(address="http://127.0.0.1:1/hook")
    robot(http, name="sound")
    for number in range(5):
        ring(engineer, f"clock:{number}")

    deliver(AT)

    assert len(http.posts) == 5
    errors = Delivery.objects.filter(robot=broken).values_list("state", "attempts", "error_en")
    assert set(errors) == {("waiting", 1, "No answer: ConnectionError.")}


def test_a_group_robot_is_sent_ten_a_minute_and_the_rest_waits_without_harm(engineer: User, http: HttpSink) -> None:
    robot(http, "wecom")
    for number in range(13):
        ring(engineer, f"clock:{number}")

    deliver(AT)

    assert len(http.posts) in (10, 13)  # 13 when the minute ended meanwhile
    waiting = Delivery.objects.filter(channel="robot", state="waiting")
    assert len(http.posts) + waiting.count() == 13
    assert set(waiting.values_list("attempts", "error_en", "next_at")) <= {(0, "", AT + timedelta(minutes=1))}


FACTS: dict[str, Any] = {"secret": "", "rules": ["test.alarm"], "department": None, "language": "en", "is_active": True}


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", "http://example.com/hook"),
        ("webhook", "ftp://example.com/hook"),
        ("webhook", "https://user:password@example.com/hook"),
        ("webhook", "https://"),
        ("webhook", "https://exa mple.com/"),
        ("webhook", "https://[::1"),
        ("webhook", "file:///etc/passwd"),
        ("dingtalk", "https://evil.example/robot/send?access_token=abc"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=a/b"),
        ("wecom", "https://oapi.dingtalk.com/robot/send?access_token=abc"),
        ("feishu", "https://open.feishu.cn/"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_beside_its_field(
    admin_person: User, kind: str, address: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        add_robot(by=admin_person, reason="Test", name="x", kind=kind, address=address, **FACTS)

    assert refusal.value.field == "address"
    assert not Robot.objects.exists()


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", "https://example.com:8443/hook"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=abc123"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/11f7ea8d-1234-4bc4-97a0-0ec25ifa5aaa"),
        ("feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/11f7ea8d-1234-4bc4-97a0-0ec25ifa5aaa"),
    ],
)
def test_the_address_that_the_service_shows_is_taken(admin_person: User, kind: str, address: str) -> None:
    assert add_robot(by=admin_person, reason="Test", name="x", kind=kind, address=address, **FACTS).address == address


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "ff02::1",
    ],
)  # fmt: skip
def test_what_is_inside_is_not_public_however_it_is_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["203.119.129.47", "2400:3200::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"])
def test_what_is_outside_is_public(address: str) -> None:
    assert is_public(address)


def test_nothing_inside_the_house_is_ever_called(http: HttpSink, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = []
    port = urlsplit(http.address).port

    for address in (f"https://127.0.0.1:{port}/", f"https://localhost:{port}/", f"https://[::1]:{port}/"):
        with pytest.raises(Hopeless, match="inside the house"):
            post_json(address, {})
    with pytest.raises(Hopeless, match="must begin with https"):
        post_json(http.address, {})

    assert http.posts == []


def test_an_address_is_replaced_with_its_secret_and_otherwise_kept(admin_person: User, http: HttpSink) -> None:
    hook = robot(http, secret="old-secret")
    facts = {**FACTS, "name": "renamed", "kind": "webhook"}

    change_robot(hook, by=admin_person, reason="Test", **facts)
    hook.refresh_from_db()
    assert (hook.name, hook.address, hook.secret) == ("renamed", http.address + "/hook?token=abc", "old-secret")

    change_robot(hook, by=admin_person, reason="Test", address="https://example.com/", **facts)
    hook.refresh_from_db()
    assert (hook.address, hook.secret) == ("https://example.com/", "")
    with pytest.raises(DomainError) as refusal:
        change_robot(hook, by=admin_person, reason="Test", **{**facts, "kind": "wecom"})
    assert refusal.value.field == "address"


def test_two_robots_do_not_have_one_name(admin_person: User, http: HttpSink) -> None:
    robot(http, name="taken")

    with pytest.raises(DomainError) as refusal:
        add_robot(by=admin_person, reason="x", name="taken", kind="webhook", address="https://example.com/", **FACTS)

    assert refusal.value.field == "name"


def test_neither_log_nor_history_holds_an_address_or_a_secret(
    admin_person: User, engineer: User, http: HttpSink, capfd: Any
) -> None:
    facts = {**FACTS, "secret": "canary-secret"}
    address = "http://127.0.0.1:1/hook/canary-path?token=canary-token"
    with structlog.testing.capture_logs() as lines:
        hook = add_robot(by=admin_person, reason="x", name="x", kind="webhook", address=address, **facts)
        with pytest.raises(Failure) as failure:
            try_robot(hook, by=admin_person)
        ring(engineer)
        deliver(AT)
        with pytest.raises(DomainError):
            add_robot(
                by=admin_person, reason="x", name="y", kind="dingtalk", **{**FACTS, "secret": "canary/secret"},
                address="https://oapi.dingtalk.com/robot/send?access_token=canary/token",
            )  # fmt: skip

    kept = "\n".join(
        str(list(hook.history.values())) + str(failure.value) + row.error_en for row in Delivery.objects.all()
    )
    assert "canary" not in str(lines) + kept + "".join(capfd.readouterr())


def test_what_waits_for_a_robot_goes_with_it(admin_person: User, engineer: User, http: HttpSink) -> None:
    hook = robot(http)
    ring(engineer)

    remove_robot(hook, by=admin_person, reason="The group was closed")

    assert not Delivery.objects.filter(channel="robot").exists()
    assert Robot.history.filter(history_type="-").get().history_change_reason == "The group was closed"


def test_a_robot_that_is_switched_off_is_told_nothing_more(engineer: User, http: HttpSink) -> None:
    hook = robot(http)
    ring(engineer)
    Robot.objects.filter(pk=hook.pk).update(is_active=False)

    deliver(AT)

    assert http.posts == []
    assert Delivery.objects.get(channel="robot").state == "dropped"
