"""The public page: what a customer can do without log-in, and what nobody can."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Attachment, Case
from processes.domain.releasing import NotReleasable
from processes.models import Definition
from procstd.roles import Role
from tests.cases.journeys import Team, clock, finish, opened
from tests.files.corpus import picture
from tests.processes.pages.desk import person_as
from tests.standards import released, standard, step, words

pytestmark = pytest.mark.django_db

FILED = {
    "a_customer": "Lihua Trading", "a_contact": "lihua@example.com", "a_product": "HY-200",
    "a_problem": "Since 9 a.m. oil runs from the housing.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def address() -> str:
    return reverse("cases:public-open", args=[released().process.code])


def _key(client: Client, address: str) -> str:
    found = re.search(r'name="request_key" value="(\w+)"', client.get(address).content.decode())
    assert found
    return found[1]


def _filed(client: Client, address: str, **more: Any) -> tuple[Any, str]:
    answer = client.post(address, {**FILED, "request_key": _key(client, address), **more})
    return answer, answer.headers.get("Location", "").partition("?")[0]


def test_a_customer_files_follows_adds_and_rates(address: str) -> None:
    client = Client(headers={"accept-language": "en"})
    answer, link = _filed(client, address, a_photo=SimpleUploadedFile("seal.png", picture(gps=True)))
    case = Case.objects.get()
    page = client.get(answer.headers["Location"]).content.decode()

    assert answer.status_code == 302
    assert case.number in page
    assert link in page
    assert "Receive the complaint" in page
    assert "HY-200" in page
    photo = SimpleUploadedFile("more.png", picture())
    assert client.post(link, {"text": "It got worse", "photo": photo}, follow=True).status_code == 200
    assert "It got worse" in client.get(link).content.decode()
    assert Attachment.objects.filter(case=case, by=None).count() == 2
    early = client.post(f"{link}rate/", {"rating": "5"})
    assert "once it is closed" in early.content.decode()
    finish(case, Team(), clock(timezone.now()))
    closed = client.get(link).content.decode()
    assert "Your case was closed" in closed
    assert "The seal was replaced" not in closed
    assert client.post(f"{link}rate/", {"rating": "4"}, follow=True).status_code == 200
    case.refresh_from_db()
    assert case.rating == 4


def test_the_same_form_sent_twice_is_one_case_with_one_link(address: str) -> None:
    client = Client(headers={"accept-language": "en"})
    key = _key(client, address)

    answers = [client.post(address, {**FILED, "request_key": key}).headers["Location"] for _twice in range(2)]

    assert Case.objects.count() == 1
    assert answers[0] == answers[1]


def test_nothing_of_others_is_reachable_with_a_link_of_ones_own(address: str) -> None:
    client = Client(headers={"accept-language": "en"})
    _answer, own = _filed(client, address)
    other = opened(Case.objects.get().process)
    secret = own.rstrip("/").rpartition("/")[2]

    stolen = client.get(reverse("cases:public-status", args=[other.number, secret]))
    unknown = client.get(reverse("cases:public-status", args=["C-999999", secret]))

    assert stolen.status_code == unknown.status_code == 404
    first, second = (re.sub(rb'"csrfmiddlewaretoken" value="\w+"', b"", answer.content) for answer in (stolen, unknown))
    assert first.replace(other.number.encode(), b"C-999999") == second
    for private in (other.get_absolute_url(), "/cases/", "/cases/all/", "/processes/"):
        assert client.get(private).headers["Location"].startswith("/sign-in/")


def test_a_thousand_wrong_secrets_end_in_a_pause_and_find_nothing(address: str) -> None:
    case = opened(Case(process=released(code="other").process).process)
    client = Client(headers={"accept-language": "en"})

    codes = [
        client.get(reverse("cases:public-status", args=[case.number, f"{attempt:032x}"])).status_code
        for attempt in range(1000)
    ]

    assert codes[:30] == [404] * 30
    assert set(codes[30:]) == {429}


def test_the_right_link_still_opens_for_other_addresses_while_one_is_paused(address: str) -> None:
    _answer, link = _filed(Client(), address)
    client = Client(headers={"accept-language": "en"})
    for attempt in range(40):
        client.get(reverse("cases:public-status", args=["C-000001", f"{attempt:032x}"]), REMOTE_ADDR="203.0.113.9")

    assert Client(REMOTE_ADDR="203.0.113.9").get(link).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.10").get(link).status_code == 200


def test_so_many_filings_an_hour_come_from_one_address(address: str, settings: Any) -> None:
    client = Client(headers={"accept-language": "en"})
    most = settings.PUBLIC_FILINGS_PER_HOUR

    codes = [_filed(client, address)[0].status_code for _each in range(most + 2)]

    assert codes == [302] * most + [429] * 2
    assert Case.objects.count() == most


def test_a_robot_that_fills_in_every_field_opens_nothing(address: str) -> None:
    client = Client(headers={"accept-language": "en"})

    answer = client.post(address, {**FILED, "request_key": _key(client, address), "website": "https://spam.example"})

    assert answer.status_code == 302
    assert not Case.objects.exists()


def test_an_empty_form_keeps_what_was_typed_and_names_each_field(address: str) -> None:
    client = Client(headers={"accept-language": "en"})

    answer = client.post(address, {"a_product": "HY-200", "request_key": _key(client, address)})

    assert set(answer.context["form"].errors) == {"a_customer", "a_contact", "a_problem"}
    assert 'value="HY-200"' in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("seal.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("seal.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("seal.png", b""),
        ("seal.pdf", b"%PDF-1.4"),
    ],
)
def test_what_is_no_photo_is_refused_beside_its_field(address: str, name: str, content: bytes) -> None:
    answer, _link = _filed(Client(), address, a_photo=SimpleUploadedFile(name, content, "image/jpeg"))

    assert answer.status_code == 200
    assert "a_photo" in answer.context["form"].errors
    assert "Since 9 a.m." in answer.content.decode()
    assert not Case.objects.exists()


def test_pages_for_customers_cannot_be_framed_and_leak_no_address(address: str) -> None:
    answer = Client().get(address)

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"].startswith("no-store") or "no-store" in answer.headers["Cache-Control"]


def test_a_photo_that_the_customer_adds_is_seen_only_by_those_who_need_it(address: str, signed_in: Any) -> None:
    client = Client()
    _answer, link = _filed(client, address)
    client.post(link, {"text": "See my card", "photo": SimpleUploadedFile("id-card.png", picture())})
    case, added = Case.objects.get(), Attachment.objects.get()
    auditor, agent = signed_in(person_as(Role.AUDITOR)), signed_in(Team()["service-agent"])

    pages = [reader.get(case.get_absolute_url()).content.decode() for reader in (auditor, agent)]
    downloads = [reader.get(added.get_absolute_url()).status_code for reader in (auditor, agent)]

    assert ["id-card.png" in page for page in pages] == [False, True]
    assert downloads == [404, 200]


def test_customers_are_not_shown_who_works_here() -> None:
    data = standard(step("s1", None))
    data["forms"][0]["fields"] = [
        {"key": "text", "kind": "text", "label": words("Text"), "help": words("What"), "public": True},
        {"key": "who", "kind": "person", "label": words("Who"), "public": True, "required": False},
    ]

    with pytest.raises(NotReleasable) as refusal:
        released(data)

    assert [str(fault.message) for fault in refusal.value.faults] == [
        "“Who” in “Note” would show customers who works here."
    ]


def test_of_an_altered_standard_customers_read_only_that_it_cannot_be_shown(address: str) -> None:
    client = Client(headers={"accept-language": "en"})
    _answer, link = _filed(client, address)
    Definition.objects.update(content="{}")

    answer = client.get(link)
    text = answer.content.decode()

    assert answer.status_code == 503
    assert "We cannot show your case at the moment" in text
    assert "administrator" not in text
    assert "sidebar" not in text


def test_the_addresses_of_one_household_share_a_limit(address: str, settings: Any) -> None:
    codes = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}").post(address, FILED).status_code
        for number in range(settings.PUBLIC_FILINGS_PER_HOUR + 1)
    ]

    assert set(codes[:-1]) == {200}
    assert codes[-1] == 429
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").post(address, FILED).status_code == 200


@pytest.mark.parametrize("charset", ["utf-7", "rot13", "unicode_escape", "undefined", "nonsense"])
def test_a_charset_that_no_browser_sends_is_refused(address: str, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a_customer"\r\n\r\n\\ud800\r\n--x--\r\n'

    answer = Client().generic("POST", address, body, f"multipart/form-data; boundary=x; charset={charset}")

    assert answer.status_code == 400
    assert not Case.objects.exists()
