"""Many rows at once for `manage.py bench`: copies of a case or task, and clocks beside them, by the database alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from cases.models import Case, Clock, Consultation, Event, Task

#: What is copied with a case.
COPIED = (Case, Task, Clock, Event, Consultation)


def copy_rows(model: Any, pattern: int, count: int, changed: dict[str, str]) -> None:
    """Insert *count* copies of one row; *changed* are columns as SQL, where ``n.i`` counts from 1."""
    table = connection.ops.quote_name(model._meta.db_table)
    chosen = {
        field.column: changed.get(field.column, f"c.{connection.ops.quote_name(field.column)}")
        for field in model._meta.concrete_fields
    }
    _insert(model, chosen, count, f"{table} c, n WHERE c.id = %s", [pattern])


def copy_cases(pattern: int, count: int, *, kinds: Collection[str] | None = None) -> range:
    """Copy a case *count* times, with its tasks, clocks, signatures and events (those of *kinds*); return their keys.

    A statement for each row of the pattern, whatever the number; who has copied all that he wants settles them. The
    chains of the copies do not hold.
    """
    first = {model: _last(model) for model in COPIED}

    def copied(model: Any, row: int, changed: dict[str, str]) -> str:
        key = f"{first[model]} + n.i"
        first[model] += count
        copy_rows(model, row, count, {"id": key, **changed})
        return key

    begin = first[Case] + 1
    case = f"{first[Case]} + n.i"
    copied(Case, pattern, {"request_key": f"'copied-' || CAST({case} AS TEXT)"})
    tasks: dict[int | None, str] = {None: "NULL"}
    for task in Task.objects.filter(process=pattern).order_by("pk").values_list("pk", flat=True):
        tasks[task] = copied(Task, task, {"process_id": case})
    for clock, task in Clock.objects.filter(case=pattern).order_by("pk").values_list("pk", "task"):
        copied(Clock, clock, {"case_id": case, "task_id": tasks[task]})
    events = Event.objects.filter(case=pattern).order_by("pk")
    for event in (events if kinds is None else events.filter(kind__in=kinds)).values_list("pk", flat=True):
        copied(Event, event, {"case_id": case})
    signatures = Consultation.objects.filter(task__process=pattern).order_by("pk")
    for signature, task in signatures.values_list("pk", "task"):
        copied(Consultation, signature, {"task_id": tasks[task]})
    return range(begin, begin + count)


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


def _last(model: Any) -> int:
    return model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


def _insert(model: Any, columns: dict[str, str], count: int, source: str, values: Sequence[Any]) -> None:
    if count < 1:
        return  # the recursion has a first row whatever the number
    quoted = connection.ops.quote_name
    names, chosen = ", ".join(map(quoted, columns)), ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(model._meta.db_table)} ({names}) "  # noqa: S608
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"SELECT {chosen} FROM {source}",
            values,
        )
