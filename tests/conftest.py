"""The cast, and what every test needs."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation

from procstd.roles import Role
from tests.factories import DepartmentFactory, PersonFactory, person_with


def pytest_configure() -> None:
    from django.conf import settings

    # Fast hashes: no test here measures how slow the real one is but tests/security does, on its own.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Statics are collected for the browser tests only; pages of other tests name them plainly.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    _let_tests_empty_the_chain()


def _let_tests_empty_the_chain() -> None:
    """Lift the guard of the append-only events while a test that committed is swept away.

    Nothing but a test may empty that table, so the exception lives here and not in the trigger.
    """
    guard = import_module("cases.migrations.0002_append_only")
    sweep = TransactionTestCase._fixture_teardown

    def sweep_unguarded(test: TransactionTestCase) -> None:
        with connection.schema_editor() as editor:
            guard.backwards(None, editor)
        try:
            sweep(test)
        finally:
            with connection.schema_editor() as editor:
                guard.forwards(None, editor)

    TransactionTestCase._fixture_teardown = sweep_unguarded  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Outside of requests the tests read English."""
    with translation.override("en"):
        yield


@pytest.fixture
def quality(db: None) -> Any:
    return DepartmentFactory(code="quality", name_zh="质量部", name_en="Quality")


@pytest.fixture
def sales(db: None) -> Any:
    return DepartmentFactory(code="sales", name_zh="销售部", name_en="Sales")


@pytest.fixture
def admin_person(db: None) -> Any:
    """An administrator without a post."""
    return PersonFactory(username="fang.ning", name_en="Fang Ning", staff=True)


@pytest.fixture
def engineer(quality: Any) -> Any:
    """A frontline person of the quality department."""
    return person_with(Role.FRONTLINE, quality, username="wang.lei", name_en="Wang Lei")


@pytest.fixture
def head(quality: Any) -> Any:
    """The head of the quality department."""
    return person_with(Role.DEPARTMENT_HEAD, quality, username="ma.jun", name_en="Ma Jun")


@pytest.fixture
def seller(sales: Any) -> Any:
    """A frontline person of another department."""
    return person_with(Role.FRONTLINE, sales, username="huang.li", name_en="Huang Li")


@pytest.fixture
def signed_in() -> Any:
    """Return a client signed in as a person: ``signed_in(person).get(…)``."""

    def sign_in(person: Any) -> Client:
        client = Client()
        client.force_login(person, backend="procstd.organisation.backends.PersonBackend")
        return client

    return sign_in
