"""The world of the security tests, built once for each module; every test leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import SimpleCookie
from django.test import Client

from tests.security.cast import World, build_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast and one row of everything, in a transaction around those of the tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visit(world: World) -> Callable[..., Client]:
    """Return a function that gives a fresh client of a caller: ``visit("owner")``. Each signs in once."""
    cookies: dict[str, str] = {}

    def client_of(caller: str, **options: Any) -> Client:
        client = Client(raise_request_exception=False, **options)
        person = world.callers[caller]
        if person is None:
            return client
        if caller not in cookies:
            client.force_login(person, backend="procstd.organisation.backends.PersonBackend")
            cookies[caller] = client.cookies.output(header="", sep=";")
        client.cookies = SimpleCookie(cookies[caller])
        return client

    for caller in world.callers:
        client_of(caller)  # here, so that the sessions belong to the world and not to the first test
    return client_of
