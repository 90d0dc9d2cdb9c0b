"""The cast, and what every test needs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation

from procstd import ratelimits
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
    # Clearing the cache empties its whole Redis database: tests beside each other need one each (1 to 6).
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if settings.REDIS_URL:
        settings.CACHES["default"]["LOCATION"] = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{1 + worker % 6}"
    _let_tests_empty_what_is_guarded()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what never asks a database: it need not run once more on the other one."""
    for item in items:
        asks = {"db", "transactional_db", "django_db_setup", "live_server"} & set(getattr(item, "fixturenames", ()))
        if not asks and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.pure)


#: Migrations whose triggers keep rows for ever.
GUARDS = [
    "cases.migrations.0002_append_only",
    "cases.migrations.0004_exception_report",
    "cases.migrations.0008_seals",
    "processes.migrations.0005_review",
    "procstd.calendars.migrations.0002_frozen",
    "pilots.migrations.0002_append_only",
    "projects.migrations.0002_append_only",
    "projects.migrations.0003_transfer",
    "rollouts.migrations.0002_append_only",
    "surveys.migrations.0003_diagnosis",
    "improvements.migrations.0002_append_only",
    "audits.migrations.0002_append_only",
]


def _let_tests_empty_what_is_guarded() -> None:
    """Lift the guards of the append-only events and frozen calendars while a test that committed is swept away.

    Nothing but a test may empty those tables, so the exception lives here and not in the triggers.
    """
    guards = [import_module(name) for name in GUARDS]
    sweep = TransactionTestCase._fixture_teardown

    def sweep_unguarded(test: TransactionTestCase) -> None:
        with connection.schema_editor() as editor:
            for guard in guards:
                guard.backwards(None, editor)
        try:
            sweep(test)
        finally:
            with connection.schema_editor() as editor:
                for guard in guards:
                    guard.forwards(None, editor)

    TransactionTestCase._fixture_teardown = sweep_unguarded  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Outside of requests the tests read English."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _in_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rate limits count in fixed windows: no test may begin in one and end in the next."""
    began = time.time()
    monkeypatch.setattr(ratelimits, "time", SimpleNamespace(time=lambda: began))


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
