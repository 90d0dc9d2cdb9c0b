"""S7, A3, A5, A13: what changes the world, and what must not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from processes.models import EmbedToken
from procstd.organisation.domain.tokens import issue_token
from procstd.organisation.models import PostHolding, Session, User
from procstd.roles import Role
from tests.factories import PASSWORD, PersonFactory, person_with
from tests.security.addresses import address_of
from tests.security.cast import World
from tests.security.matrix import MATRIX

pytestmark = pytest.mark.django_db

#: Reading may note when a session was last seen, and how often an embedded page was shown; nothing else.
_COUNTED = (Session._meta.db_table, EmbedToken._meta.db_table)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_looking_writes_nothing(world: World, name: str) -> None:
    for caller in ("administrator", "owner"):
        client = Client(raise_request_exception=False)
        client.force_login(world.callers[caller], backend="procstd.organisation.backends.PersonBackend")
        client.get("/account/")

        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address_of(name, MATRIX[name], world))

        writes = [
            query["sql"]
            for query in queries
            if query["sql"].split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE")
            and not any(table in query["sql"] for table in _COUNTED)
        ]
        assert writes == []


@pytest.mark.parametrize("name", sorted(name for name, line in MATRIX.items() if line.post != (405,)))
def test_every_post_needs_the_token_of_its_page(world: World, name: str) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.callers["administrator"], backend="procstd.organisation.backends.PersonBackend")

    assert client.post(address_of(name, MATRIX[name], world)).status_code == 403


def test_the_api_takes_a_token_and_no_cookie(world: World) -> None:
    owner: Any = world.callers["owner"]
    _row, text = issue_token(owner, name="robot", scopes=["profile"], days=1, at=timezone.now())
    client = Client()
    client.force_login(owner, backend="procstd.organisation.backends.PersonBackend")

    assert client.get(reverse("api:me")).status_code == 401
    assert Client().get(reverse("api:me"), headers={"Authorization": f"Bearer {text}"}).json()["username"] == "owner"
    assert Client().post(reverse("api:me"), headers={"Authorization": f"Bearer {text}"}).status_code == 405


def test_ending_a_session_of_somebody_else_ends_nothing(world: World) -> None:
    client = Client()
    client.force_login(world.callers["administrator"], backend="procstd.organisation.backends.PersonBackend")

    client.post(reverse("organisation:session-end", args=[world.words["session"]]))

    assert Session.objects.filter(public_id=world.words["session"]).exists()


def test_a_post_taken_away_counts_on_the_next_request(quality: Any, signed_in: Any) -> None:
    auditor = person_with(Role.AUDITOR, quality)
    client = signed_in(auditor)
    assert client.get("/audits/").status_code == 200

    PostHolding.objects.filter(person=auditor).update(valid_until=auditor.today)

    assert client.get("/audits/").status_code == 403


def test_a_right_of_administration_taken_away_counts_on_the_next_request(admin_person: Any, signed_in: Any) -> None:
    client = signed_in(admin_person)
    assert client.get("/people/add/").status_code == 200

    User.objects.filter(pk=admin_person.pk).update(is_staff=False)

    assert client.get("/people/add/").status_code == 403


def test_fields_nobody_asked_for_change_nothing(engineer: Any, signed_in: Any) -> None:
    facts = {"language": "en", "time_zone": "Asia/Shanghai", "theme": "dark"}
    extra = {"is_staff": "on", "is_superuser": "on", "username": "boss", "department": "1", "is_active": ""}

    signed_in(engineer).post("/account/", facts | extra)

    engineer.refresh_from_db()
    assert (engineer.theme, engineer.username, engineer.is_staff, engineer.is_active) == (
        "dark",
        "wang.lei",
        False,
        True,
    )


def test_the_admin_asks_for_the_password_again_and_each_visit_is_logged(admin_person: Any, signed_in: Any) -> None:
    client = signed_in(admin_person)
    session = client.session
    session["reauthenticated_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()

    led = client.get("/admin/", follow=True)
    assert led.redirect_chain[-1][0].startswith("/account/confirm/")
    refused = client.post(led.redirect_chain[-1][0], {"password": "wrong"})
    assert refused.status_code == 200
    with structlog.testing.capture_logs() as said:
        client.post(led.redirect_chain[-1][0], {"password": PASSWORD})
        assert client.get("/admin/").status_code == 200

    events = [line["event"] for line in said]
    assert events.count("reauthenticated") == 1
    assert events.count("admin_used") == 1


def test_a_person_who_left_is_out_at_once(engineer: Any, admin_person: Any, signed_in: Any) -> None:
    client = signed_in(engineer)
    assert client.get("/").status_code == 200
    _row, text = issue_token(engineer, name="robot", scopes=["profile"], days=1, at=timezone.now())

    signed_in(admin_person).post(f"/people/{engineer.username}/deactivate/", {"reason": "Left"})

    assert client.get("/").status_code == 302
    assert Client().get(reverse("api:me"), headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_nobody_is_left_without_an_administrator(admin_person: Any, signed_in: Any) -> None:
    PersonFactory(staff=True, gone=True)

    signed_in(admin_person).post(f"/people/{admin_person.username}/deactivate/", {"reason": "Oops"})

    admin_person.refresh_from_db()
    assert admin_person.is_active
