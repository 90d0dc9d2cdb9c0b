"""A new database made at once has the schema that the history of migrations leads to, on either database."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations import Migration, RunSQL
from django.db.migrations.loader import MigrationLoader

from procstd.schema import models_say_all
from tests.servers import connected, scratch_database

ROOT = Path(__file__).resolve().parent.parent
BY_HISTORY = ["manage.py", "migrate", "--step-by-step", "--verbosity", "0"]
AT_ONCE = ["manage.py", "migrate", "--verbosity", "0"]
ON_SQLITE = os.environ.get("PROCSTD_TEST_DATABASE") == "sqlite"
#: Where the history of Viewflow and of Django's groups leads to ids of another width than their models say.
OF_OTHERS = ("viewflow_task_previous", "auth_group_permissions")
#: What a server knows of the tables of its schema "public": columns in any order, what holds of them, what guards them.
OF_POSTGRES = {
    "columns": """SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision,
        numeric_scale, is_nullable, column_default, is_identity, identity_generation, collation_name
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT IN ('viewflow_task_previous', 'auth_group_permissions')""",
    # What Viewflow's history renamed keeps the names of the time.
    "constraints": """SELECT relname, CASE WHEN relname LIKE 'viewflow%' THEN '' ELSE conname END,
        pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE relnamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}
APPLIED = "SELECT app, name FROM django_migrations"


def _run(arguments: list[str], **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environment}, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]


def _of_postgres(url: str) -> dict[str, list[Any]]:
    with connected(url) as server:
        return {
            what: sorted(map(repr, server.execute(sql).fetchall()))
            for what, sql in {**OF_POSTGRES, "applied": APPLIED}.items()
        }


def _of_sqlite(file: Path) -> dict[str, list[Any]]:
    """The same of a file. Its words are kept as they were given, so columns are read by themselves."""
    with sqlite3.connect(file) as database:
        ask = database.execute
        kept = ask("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        tables = [name for kind, name, _table, _sql in kept if kind == "table" and name not in OF_OTHERS]
        found: dict[str, list[Any]] = {"others": [row for row in kept if row[0] != "table"], "applied": []}
        found["applied"] = ask(APPLIED).fetchall()
        for table in tables:
            [words] = [sql for kind, name, _table, sql in kept if kind == "table" and name == table]
            found[table] = [
                *(row[1:] for row in ask(f"PRAGMA table_info('{table}')")),
                *(row[2:] for row in ask(f"PRAGMA foreign_key_list('{table}')")),
                *re.findall(r'CONSTRAINT "\w+"', words),
                *(f"CHECK {check}" for check in _checks(words)),
                *re.findall(r"(?:AUTOINCREMENT|DEFERRABLE INITIALLY DEFERRED)", words),
            ]
            for _place, index, unique, _origin, partial in ask(f"PRAGMA index_list('{table}')").fetchall():
                columns = [row[2] for row in ask(f"PRAGMA index_info('{index}')")]
                found[table].append((unique, partial, columns))
    return {what: sorted(map(repr, rows)) for what, rows in found.items()}


def _checks(words: str) -> list[str]:
    """Return what stands in the brackets behind each CHECK."""
    checks = []
    for start in (match.end() - 1 for match in re.finditer(r"CHECK \(", words)):
        depth = 0
        for end in range(start, len(words)):
            depth += {"(": 1, ")": -1}.get(words[end], 0)
            if not depth:
                checks.append(words[start : end + 1])
                break
    return checks


def test_what_the_models_do_not_say_is_left_to_the_history() -> None:
    loader = MigrationLoader(None)
    history = list(loader.graph.nodes.values())
    in_sql = Migration("said", "cases")
    in_sql.operations = [RunSQL("SELECT 1")]
    before = loader.project_state()
    before.remove_field("processes", "process", "is_core")

    assert models_say_all(loader, history)
    assert not models_say_all(loader, [*history, in_sql])
    loader.project_state = lambda: before  # type: ignore[method-assign]
    assert not models_say_all(loader, history)


@pytest.mark.served
def test_postgresql_has_the_same_schema_either_way() -> None:
    urls = [scratch_database(f"procstd_schema_{way}") for way in ("history", "at_once")]
    for url, way in zip(urls, (BY_HISTORY, AT_ONCE), strict=True):
        _run(way, DATABASE_URL=url)

    history, at_once = map(_of_postgres, urls)

    assert at_once == history
    assert len(history["triggers"]) > 20
    assert len(history["applied"]) > 80


@pytest.mark.skipif(not ON_SQLITE, reason="once is enough: in the pass on SQLite")
def test_sqlite_has_the_same_schema_either_way(tmp_path: Path) -> None:
    found = []
    for name, way in (("history", BY_HISTORY), ("at_once", AT_ONCE)):
        _run(way, DATABASE_URL="", REDIS_URL="", PROCSTD_VAR_DIR=str(tmp_path / name))
        found.append(_of_sqlite(tmp_path / name / "procstd.sqlite3"))

    history, at_once = found

    assert at_once == history
    assert len(history["cases_case"]) > 20
