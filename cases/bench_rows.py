"""Many rows at once for `manage.py bench`: copies of a case or task, and clocks beside them, by the database alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from cases.models import Clock


def copy_rows(model: Any, pattern: int, count: int, changed: dict[str, str]) -> None:
    """Insert *count* copies of one row; *changed* are columns as SQL, where ``n.i`` counts from 1."""
    table = connection.ops.quote_name(model._meta.db_table)
    chosen = {
        field.column: changed.get(field.column, f"c.{connection.ops.quote_name(field.column)}")
        for field in model._meta.concrete_fields
    }
    _insert(model, chosen, count, f"{table} c, n WHERE c.id = %s", [pattern])


def add_clocks(count: int, facts: dict[str, str], values: Sequence[Any]) -> None:
    """Insert *count* running clocks of which nothing has fired; *facts* are columns as SQL with places for *values*."""
    false = "FALSE" if connection.vendor == "postgresql" else "0"
    usual = {
        "rule": "''", "extended_days": "0", "consumed_s": "0", "breached_at": "NULL", "ended_at": "NULL",
        "state": "'running'", "sequence": "1", "is_exhausted": false, "is_provisional": false, "tries": "0",
    }  # fmt: skip
    _insert(Clock, {**facts, **{name: sql for name, sql in usual.items() if name not in facts}}, count, "n", values)


def settle(*models: Any) -> None:
    """Let the next keys follow the copies, and the planner know of them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _insert(model: Any, columns: dict[str, str], count: int, source: str, values: Sequence[Any]) -> None:
    quoted = connection.ops.quote_name
    names, chosen = ", ".join(map(quoted, columns)), ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(model._meta.db_table)} ({names}) "  # noqa: S608
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"SELECT {chosen} FROM {source}",
            values,
        )
