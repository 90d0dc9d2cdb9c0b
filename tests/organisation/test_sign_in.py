"""One's own account: sign in and out, passwords, sessions, profile."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from procstd.organisation.jobs import mail_password_reset
from procstd.organisation.models import Session, User
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"
NEW = "another horse battery staple"


@pytest.fixture
def person() -> User:
    return PersonFactory(username="chen.jing", email="chen.jing@example.com", language="zh-hans")


def _sign_in(username: str = "chen.jing", password: str = PASSWORD, **headers: str) -> Client:
    client = Client(headers=headers)
    client.post(SIGN_IN, {"username": username, "password": password})
    return client


def _is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize("code", ["chen.jing", "Chen.Jing", " chen.jing "])
def test_the_code_opens_in_any_case(person: User, code: str) -> None:
    assert _is_in(_sign_in(code))


def test_after_signing_in_one_is_where_one_wanted_to_be_and_never_elsewhere(person: User) -> None:
    facts = {"username": "chen.jing", "password": PASSWORD}

    assert Client().post(f"{SIGN_IN}?next=/people/", facts).headers["Location"] == "/people/"
    assert Client().post(f"{SIGN_IN}?next=https://evil.example/", facts).headers["Location"] == "/"


def test_signing_out_takes_a_click_and_ends_the_session(person: User) -> None:
    client = _sign_in()

    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")

    assert not _is_in(client)
    assert not Session.objects.filter(person=person).exists()


def test_signing_in_is_no_change_of_the_person(person: User) -> None:
    before = person.history.count()

    _sign_in()

    person.refresh_from_db()
    assert person.last_login
    assert person.history.count() == before


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(person: User) -> None:
    here, there = _sign_in(), _sign_in()

    here.post("/account/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert (_is_in(here), _is_in(there)) == (True, False)
    assert _is_in(_sign_in(password=NEW))


def test_a_weak_password_is_refused_beside_the_field(person: User) -> None:
    page = _sign_in().post(
        "/account/password/", {"old_password": PASSWORD, "new_password1": "123", "new_password2": "123"}
    )

    assert page.context["form"].errors["new_password2"]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def _link(mailoutbox: Any) -> str:
    found = re.search(r"/password/set/\S+", mailoutbox[-1].body)
    assert found
    return found[0]


def test_a_new_password_is_set_by_a_mailed_link_that_works_once(person: User, mailoutbox: Any) -> None:
    old = _sign_in()
    mail_password_reset(person.pk)  # what the woken worker does
    client = Client()

    form = client.get(_link(mailoutbox), follow=True)
    done = client.post(form.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})

    assert done.status_code == 302
    assert not _is_in(old)
    assert _is_in(_sign_in(password=NEW))
    again = Client().get(_link(mailoutbox), follow=True)
    assert "new_password1" not in again.content.decode()


def test_the_mail_speaks_the_persons_language_and_its_link_leads_here(
    person: User, mailoutbox: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://procstd.example.com"

    mail_password_reset(person.pk)

    assert mailoutbox[0].subject == "设置 procstd 的新密码"
    assert "https://procstd.example.com/password/set/" in mailoutbox[0].body


@pytest.mark.parametrize("address", ["nobody@example.com", "gone@example.com"])
def test_no_mail_goes_to_strangers_and_those_who_left(address: str, django_capture_on_commit_callbacks: Any) -> None:
    PersonFactory(email="gone@example.com", gone=True)

    with django_capture_on_commit_callbacks() as woken:
        answer = Client().post("/password/forgotten/", {"email": address})

    assert answer.status_code == 302
    assert woken == []


def test_somebody_who_left_does_not_come_in() -> None:
    PersonFactory(username="gone", gone=True)

    assert not _is_in(_sign_in("gone"))


def test_my_sessions_are_listed_by_device_and_ended_one_by_one(person: User) -> None:
    phone = _sign_in(user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1")
    desk = _sign_in(user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/150.0")
    page = desk.get("/account/sessions/")
    other = next(row for row in page.context["sessions"] if "iPhone" in row.device)

    desk.post(reverse("organisation:session-end", args=[other.public_id]))

    assert "iPhone" in page.content.decode()
    assert (_is_in(phone), _is_in(desk)) == (False, True)


def test_all_others_are_ended_at_once(person: User) -> None:
    clients = [_sign_in() for _n in range(3)]

    clients[0].post("/account/sessions/end-others/")

    assert [_is_in(client) for client in clients] == [True, False, False]


def test_the_key_of_a_session_is_on_no_page(person: User) -> None:
    client = _sign_in()

    assert str(client.session.session_key) not in client.get("/account/sessions/").content.decode()


def test_the_profile_decides_language_and_time(person: User) -> None:
    client = _sign_in()

    client.post("/account/", {"language": "en", "time_zone": "Europe/Berlin", "theme": "dark"})

    page = client.get("/account/").content.decode()
    assert '<html lang="en"' in page
    assert 'data-bs-theme="dark"' in page
    person.refresh_from_db()
    assert person.time_zone == "Europe/Berlin"


def test_a_time_zone_that_does_not_exist_is_refused_beside_the_field(person: User) -> None:
    page = _sign_in().post("/account/", {"language": "en", "time_zone": "Mars/Olympus", "theme": "dark"})

    assert page.context["form"].errors["time_zone"]
