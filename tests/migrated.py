"""Databases that are migrated once and then copied: by every worker process, on SQLite by later runs too.

Migrating takes some twenty seconds of processor time, copying none to speak of.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.db import connection

from tests.servers import connected

ROOT = Path(__file__).resolve().parent.parent
_CACHE = ROOT / ".pytest_cache" / "migrated"


def _version() -> str:
    """Return a name for what migrations lead to: other migrations or packages, another name."""
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("procstd/*/migrations/*.py"), ROOT / "requirements/run.txt"]
    marks = [f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() for file in sorted(files)]
    return hashlib.sha256(b"\0".join([django.__version__.encode(), *marks])).hexdigest()[:16]


def template() -> str:
    """Return a database of the PostgreSQL server to copy: a migrated one if there is one already, else an empty one."""
    name = f"procstd_migrated_{_version()}"
    return name if _exists(name) else "template1"


def migrate_once() -> None:
    """Let Django make the database of this process's tests by copying; whoever comes first migrates it."""
    creation: Any = connection.creation
    make = creation.create_test_db
    from_scratch = _sqlite if connection.vendor == "sqlite" else _postgres

    def make_or_copy(*args: Any, **facts: Any) -> Any:
        with _alone():
            return from_scratch(lambda: make(*args, **facts))

    creation.create_test_db = make_or_copy


def _sqlite(make: Any) -> Any:
    creation: Any = connection.creation
    kept = _CACHE / f"{_version()}.sqlite3"
    if not kept.exists():
        name = make()
        part = kept.with_suffix(".part")
        with sqlite3.connect(part) as copy:
            connection.connection.backup(copy)
        copy.close()
        part.replace(kept)
        return name
    # It lives in memory as long as somebody is connected: as long as this process.
    held = sqlite3.connect(creation._get_test_db_name(), uri=True, check_same_thread=False)
    source = sqlite3.connect(kept)
    source.backup(held)
    source.close()
    creation.held = held
    return make()


def _postgres(make: Any) -> Any:
    name = f"procstd_migrated_{_version()}"
    if _exists(name):
        connection.settings_dict["TEST"]["TEMPLATE"] = name
        return make()
    made = make()
    connection.close()
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')
    return made


def _exists(name: str) -> bool:
    with _server() as server:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _server() -> Any:
    return connected(f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/postgres")


@contextmanager
def _alone() -> Iterator[None]:
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
