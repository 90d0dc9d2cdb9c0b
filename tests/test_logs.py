"""S10: the log tells what happened to whom by number, never a name, a secret, or two lines for one."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings as configured
from django.test import Client

from procstd.logs import configure, log, security_log
from procstd.organisation.domain.tokens import issue_token
from procstd.organisation.jobs import mail_password_reset
from tests.factories import PersonFactory

NAME, MAIL, PASSWORD = "canary.person", "canary@example.com", "canary password 1"


@pytest.fixture
def lines() -> Iterator[Any]:
    """The lines that the served log writes, as they are written."""
    out = io.StringIO()
    configure({"json": True, "level": "INFO"})
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(out)
    yield lambda: out.getvalue().splitlines()
    configure(configured.LOGGING)


def test_a_line_is_one_json_object_in_utc_whatever_it_holds(lines: Any) -> None:
    log.warning("odd\nevent", text='line\r\nbreak "quote" \u2028 投诉', level="forged")
    logging.getLogger("django.other").warning("foreign %s", 'line\n{"event": "forged"}')

    read = [json.loads(line) for line in lines()]

    assert len(read) == 2
    assert read[0]["event"] == "odd\nevent"
    assert read[0]["timestamp"].endswith("Z")
    assert (read[1]["logger"], read[1]["level"]) == ("django.other", "warning")


def test_an_error_is_one_line_with_its_traceback_and_without_local_variables(lines: Any) -> None:
    try:
        password = "canary-local"  # noqa: F841
        raise ValueError("what happened")
    except ValueError:
        log.exception("failed")

    (line,) = lines()
    assert "what happened" in json.loads(line)["exception"]
    assert "canary-local" not in line.replace('password = \\"canary-local\\"', "")


@pytest.mark.django_db
def test_signing_in_resetting_and_the_api_leave_numbers_only(lines: Any, mailoutbox: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    person = PersonFactory(username=NAME, email=MAIL, name_en="Canary", name_zh="金丝雀", password=PASSWORD)
    client = Client(headers={"user-agent": "canary-agent"})
    for password in ("canary wrong", PASSWORD):
        client.post("/sign-in/", {"username": NAME, "password": password}, REMOTE_ADDR="203.0.113.77")
    client.post("/password/forgotten/", {"email": MAIL})
    mail_password_reset(person.pk)
    _row, token = issue_token(person, name="canary", scopes=["profile"], days=1, at=timezone.now() - timedelta(hours=1))
    client.get("/api/me/", headers={"Authorization": f"Bearer {token}"})
    client.get("/people/add/")
    client.post("/sign-out/")
    session, reset = client.cookies, mailoutbox[0].body.split("/password/set/")[1].split()[0]

    text = "\n".join(lines())

    events = [json.loads(line)["event"] for line in lines()]
    assert {"sign_in_failed", "signed_in", "token_issued", "access_refused", "signed_out"} <= set(events)
    assert f'"user": {person.pk}' in text
    for secret in (
        "anary",
        "金丝雀",
        "203.0.113.77",
        token,
        reset,
        *(morsel.value for morsel in session.values() if morsel.value),
    ):
        assert secret not in text, secret


@pytest.mark.django_db
def test_every_line_of_a_request_carries_its_number_and_no_other_does(
    signed_in: Any, engineer: Any, lines: Any
) -> None:
    client = signed_in(engineer)
    client.get("/people/add/")
    client.get("/people/add/")
    security_log.info("outside")

    read = [json.loads(line) for line in lines()]
    refused = [line for line in read if line["event"] == "access_refused"]
    assert len({line["request"] for line in refused}) == 2
    assert "request" not in next(line for line in read if line["event"] == "outside")
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.django_db
def test_an_address_that_is_a_secret_stands_in_no_line(lines: Any) -> None:
    secret = "c0ffee" * 5 + "aa"
    client = Client(enforce_csrf_checks=True)

    client.post(f"/cases/public/status/C-000001/{secret}/", {"text": "x"})
    client.post(f"/password/set/MQ/{secret}/", {})
    try:
        raise ValueError(f"/cases/public/status/C-000001/{secret}/rate/")
    except ValueError:
        log.exception("broken")

    written = "\n".join(lines())
    assert "/cases/public/status/C-000001/…" in json.loads(lines()[0])["event"]
    assert secret not in written
