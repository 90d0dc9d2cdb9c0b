"""For administrators: deliveries, robots, and mails that are files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse
from django.utils import timezone

from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Delivery, Robot
from procstd.organisation.models import User
from tests.notices.conftest import AT
from tests.notices.sinks import HttpSink

pytestmark = pytest.mark.django_db
DELIVERIES, ROBOTS, MAILS = "/notices/deliveries/", "/notices/robots/", "/notices/mails/"


def ring(person: User, count: int = 1) -> None:
    before = Delivery.objects.count()
    notes = [Note(person.pk, "test.alarm", f"key:{before + number}", "通知", "Due soon") for number in range(count)]
    tell(notes, at=AT)


@pytest.fixture
def admin(signed_in: Any, admin_person: User) -> Any:
    """A client of an administrator who signed in just now."""
    return signed_in(admin_person)


def test_a_delivery_is_shown_with_its_key_its_attempts_and_its_last_error(admin: Any, engineer: User) -> None:
    ring(engineer)
    Delivery.objects.update(
        state="parked", attempts=12, error_en="The mail server refused: 550 <b>no</b>", ended_at=timezone.now()
    )

    page = admin.get(DELIVERIES).content.decode()

    assert f"key:0:{engineer.pk}:mail" in page
    assert "The mail server refused: 550 &lt;b&gt;no&lt;/b&gt;" in page
    assert "Given up" in page
    assert f'action="{reverse("notices:delivery-again", args=[Delivery.objects.get().pk])}"' in page


def test_trying_again_says_so_and_what_is_on_its_way_is_left_alone(admin: Any, engineer: User) -> None:
    ring(engineer)
    Delivery.objects.update(state="parked", attempts=12, error_en="x")
    address = reverse("notices:delivery-again", args=[Delivery.objects.get().pk])

    first = admin.post(address, follow=True).content.decode()
    Delivery.objects.update(error_en="", error_zh="")
    second = admin.post(address, follow=True).content.decode()

    assert "It is being sent again" in first
    assert "There is nothing to try again" in second
    assert Delivery.objects.values_list("state", "attempts").get() == ("waiting", 0)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "failing"}, ["key:1"]),
        ({"state": "parked"}, ["key:2"]),
        ({"state": "waiting"}, ["key:1", "key:0"]),
        ({"q": "key:2"}, ["key:2"]),
        ({"channel": "robot"}, []),
        ({"state": "nonsense"}, ["key:2", "key:1", "key:0"]),
    ],
)
def test_deliveries_are_found_by_state_way_and_key(
    admin: Any, engineer: User, asked: dict[str, str], found: list[str]
) -> None:
    ring(engineer, 3)
    Delivery.objects.filter(key__startswith="key:1:").update(error_en="x")
    Delivery.objects.filter(key__startswith="key:2:").update(state="parked")

    page = admin.get(DELIVERIES, asked).context["page"]

    assert [row.key.rsplit(":", 2)[0] for row in page] == found


def test_the_numbers_lead_to_what_they_count(admin: Any, engineer: User) -> None:
    ring(engineer)
    Delivery.objects.update(state="parked")

    page = admin.get(DELIVERIES)

    assert page.context["counters"] == {"overdue": 0, "parked": 1, "failing": 0}
    assert 'href="?state=parked"' in page.content.decode()


@pytest.mark.parametrize("address", [DELIVERIES, ROBOTS])
def test_a_list_costs_the_same_with_one_row_and_with_thirty(
    admin: Any, engineer: User, django_assert_num_queries: Any, address: str
) -> None:
    facts = {"kind": "webhook", "address": "https://example.com/", "rules": ["test.alarm"]}
    Robot.objects.create(name="0", department=engineer.department, **facts)
    ring(engineer)
    admin.get(address)
    with django_assert_num_queries(10, exact=False) as few:
        admin.get(address)
    Robot.objects.bulk_create([Robot(name=str(n), department=engineer.department, **facts) for n in range(1, 30)])
    ring(engineer, 30)

    with django_assert_num_queries(len(few.captured_queries)):
        admin.get(address)


def robot_fields(**facts: Any) -> dict[str, Any]:
    fields = {"name": "Group", "kind": "webhook", "rules": ["test.alarm"], "language": "en", "is_active": "on"}
    return {**fields, "reason": "Test", **facts}


def test_a_robot_is_added_tried_changed_and_removed_and_its_address_is_never_shown(admin: Any, http: HttpSink) -> None:
    secrets = {"address": f"{http.address}/hook?token=canary", "secret": "canary"}
    added = admin.post(reverse("notices:robot-add"), robot_fields(**secrets), follow=True).content.decode()
    robot = Robot.objects.get()
    tried = admin.post(reverse("notices:robot-test", args=[robot.pk]), follow=True).content.decode()
    shown = admin.get(robot.get_absolute_url())
    seen = shown.context["form"].initial["seen"]
    changed = admin.post(robot.get_absolute_url(), robot_fields(name="Renamed", seen=seen), follow=True)
    wrong = admin.post(robot.get_absolute_url(), robot_fields(address="gopher://canary", seen="")).content.decode()
    removed = admin.post(reverse("notices:robot-remove", args=[robot.pk]), {"reason": "Closed"}, follow=True)

    assert "127.0.0.1/…" in added
    assert "The robot accepted the test" in tried
    assert http.posts[0][2]["title"] == "A test from procstd"
    assert "Fang Ning tries the robot" in http.posts[0][2]["body"]
    assert "Renamed" in changed.content.decode()
    assert "must begin with https" in wrong
    assert "No robots yet" in removed.content.decode()
    pages = added + tried + shown.content.decode() + changed.content.decode() + removed.content.decode() + wrong
    assert "canary" not in pages.replace("gopher://canary", "")


def test_a_robot_that_refuses_the_test_says_why(admin: Any, http: HttpSink) -> None:
    robot = Robot.objects.create(
        name="x", kind="dingtalk", address=f"{http.address}/robot/send?access_token=abc", rules=["test.alarm"]
    )
    http.answer = b'{"errcode": 310000, "errmsg": "keywords not in content"}'

    page = admin.post(reverse("notices:robot-test", args=[robot.pk]), follow=True).content.decode()

    assert "The robot refused: 310000 keywords not in content" in page


def test_who_adds_a_robot_enters_the_password_first(signed_in: Any, admin_person: User) -> None:
    client = signed_in(admin_person)
    session = client.session
    session["reauthenticated_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()

    answer = client.post(reverse("notices:robot-add"), robot_fields(address="https://example.com/"))

    assert answer.headers["Location"].startswith(reverse("organisation:reauthenticate"))
    assert not Robot.objects.exists()


@pytest.fixture
def mails(settings: Any, tmp_path: Path) -> Path:
    """Mails are files, as with `make run`."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mails"
    mail = EmailMultiAlternatives("重设密码 <b>x</b>", "Text <script>x</script>", to=["chen.jing@huayuan.example"])
    mail.attach_alternative("<p>HTML<script>alert(1)</script></p>", "text/html")
    get_connection().send_messages([mail])
    (tmp_path / "secret.log").write_text("canary")
    return tmp_path / "mails"


def test_mails_that_are_files_are_read_as_words(admin: Any, mails: Path) -> None:
    name = f"{next(mails.iterdir()).name}.0"
    listed = admin.get(MAILS).content.decode()
    shown = admin.get(reverse("notices:mail-detail", args=[name])).content.decode()

    assert "重设密码 &lt;b&gt;x&lt;/b&gt;" in listed
    assert "chen.jing@huayuan.example" in listed
    assert "Text &lt;script&gt;x&lt;/script&gt;" in shown
    assert "&lt;p&gt;HTML&lt;script&gt;" in shown
    assert "<script>alert" not in shown


def test_every_mail_of_a_file_is_read(admin: Any, mails: Path) -> None:
    path = next(mails.iterdir())
    path.write_bytes(path.read_bytes() + path.read_bytes().replace(b"chen.jing", b"zhou.tao"))

    listed = admin.get(MAILS).content.decode()

    assert (listed.count("chen.jing@"), listed.count("zhou.tao@")) == (1, 1)
    assert admin.get(reverse("notices:mail-detail", args=[f"{path.name}.1"])).status_code == 200


@pytest.mark.parametrize("name", ["nothing.log", "..%2Fsecret.log", "%2e%2e", "secret.log", "secret.log.0"])
def test_no_other_file_is_read(admin: Any, mails: Path, name: str) -> None:
    assert admin.get(f"{MAILS}{name}/").status_code == 404


def test_in_a_served_installation_nobody_reads_mails_here(admin: Any, mails: Path, settings: Any) -> None:
    settings.SERVED = True
    name = f"{next(mails.iterdir()).name}.0"

    assert "A mail server sends them" in admin.get(MAILS).content.decode()
    assert admin.get(reverse("notices:mail-detail", args=[name])).status_code == 404
