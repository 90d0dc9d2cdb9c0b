"""A1, A2: every address × every caller has a listed answer, and an unlisted address fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.security.addresses import address_of, every_pattern
from tests.security.cast import EVERYBODY, OUT, World
from tests.security.matrix import ADMIN_SITE, API, MATRIX, OTHERWISE, Line

pytestmark = pytest.mark.django_db


def _expected(name: str, line: Line, caller: str, method: str) -> tuple[int, ...]:
    if (name, caller) in OTHERWISE:
        return (OTHERWISE[name, caller] if method == "post" else 405,)
    if caller in line.may:
        return line.get if method == "get" else line.post
    if caller == OUT:
        return (302,)
    if line.callers is not None and caller not in line.callers:
        return (403,)
    # A button that is not there for the caller: the method is refused before the row is looked for.
    if line.refusal == 404 and (line.get if method == "get" else line.post) == (405,):
        return (405,)
    return (line.refusal,)


def test_every_address_is_in_the_matrix() -> None:
    known = {*MATRIX, *API, *ADMIN_SITE}
    unlisted = sorted({name for name, _pattern in every_pattern()} - known)
    gone = sorted(known - {name for name, _pattern in every_pattern()})

    assert (unlisted, gone) == ([], []), "Add a line to tests/security/matrix.py for what is new."


def test_only_the_admin_has_addresses_without_a_name() -> None:
    assert {name for name, _pattern in every_pattern() if name.endswith("None")} == {"admin:None"}


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_an_address_answers_each_caller_as_the_matrix_says(
    world: World, visit: Callable[..., Client], name: str
) -> None:
    line = MATRIX[name]
    address = address_of(name, line, world)
    wrong = []
    for caller in sorted(EVERYBODY):
        for method in ("get", "post"):
            client = visit(caller)
            with transaction.atomic():
                answer = getattr(client, method)(address, line.data)
                transaction.set_rollback(True)
            if answer.status_code not in _expected(name, line, caller, method):
                wrong.append(f"{method.upper()} {address} by {caller}: {answer.status_code}")
            if caller == OUT and caller not in line.may and not answer.headers["Location"].startswith("/sign-in/"):
                wrong.append(f"{method.upper()} {address} leads to {answer.headers['Location']}")

    assert wrong == []


@pytest.mark.parametrize("name", sorted(API))
def test_the_api_knows_no_cookie(visit: Callable[..., Client], name: str) -> None:
    answers = {visit(caller).get(reverse(name)).status_code for caller in EVERYBODY}

    assert answers == {401}


@pytest.mark.parametrize("caller", sorted(EVERYBODY))
def test_the_admin_opens_to_nobody_without_a_fresh_password(visit: Callable[..., Client], caller: str) -> None:
    client = visit(caller)
    if caller != OUT:
        session = client.session
        session["reauthenticated_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
        session.save()
    addresses = [_admin_address(name) for name in sorted(ADMIN_SITE - {"admin:logout"})]

    answers = {address: client.get(address).status_code for address in addresses}

    assert {address: code for address, code in answers.items() if code not in (302, 404)} == {}


@pytest.mark.parametrize("name", sorted(ADMIN_SITE))
def test_the_admin_changes_nothing_even_with_a_fresh_password(visit: Callable[..., Client], name: str) -> None:
    client = visit("administrator")
    address = _admin_address(name)

    with transaction.atomic():
        read, write = client.get(address).status_code, client.post(address, {"username": "x"}).status_code
        transaction.set_rollback(True)

    assert read in (200, 302, 403, 404, 405)
    assert write != 500
    if name.startswith("admin:organisation_") and name.endswith(("_add", "_change", "_delete")):
        assert write == 403


def _admin_address(name: str) -> str:
    view = name.removeprefix("admin:")
    if view == "None":
        return "/admin/organisation/user/1/"
    if view == "app_list":
        return reverse(name, args=["organisation"])
    if view == "view_on_site":
        return reverse(name, args=[1, 1])
    if view.endswith("simple_history"):
        return reverse(name, args=[1, 1])
    if view.startswith("organisation_") and view.endswith(("_change", "_delete", "_history")):
        return reverse(name, args=[1])
    return reverse(name)
