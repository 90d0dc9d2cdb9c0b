"""What `manage.py bench wall` measures: the wall at many open clocks, for who sees all and for who sees their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.urls import reverse

from cases.bench_rows import add_clocks, copy_rows, settle
from cases.models import Case, Task
from procstd.calendars.domain.current import calendar_for
from procstd.measuring import Row, measure

#: The due times of the open tasks are spread over so many hours around now.
_HOURS = 240


def wall(n: int | None) -> Iterator[Row]:
    """The wall at 1,000 and 100,000 open tasks with a clock each (or *n*)."""
    from cases.benches import _client, _driven, _get, _house

    process, people = _house()
    patterns = _driven(process, people)["open"]
    readers = {"page.wall": "he.lin", "page.wall of a post": "chen.jing"}
    filled = Task.objects.open().count()
    for size in (n,) if n else (1_000, 100_000):
        _fill(patterns, max(size - filled, 0))
        filled = max(size, filled)
        for what, code in readers.items():
            yield measure(what, size, partial(_get, _client(people[code]), reverse("cases:wall")), times=20)


def _fill(patterns: list[int], count: int) -> None:
    """Add *count* open tasks in cases of their own, at every step, with a step clock each. Three statements a step."""
    each = -(-count // len(patterns))
    for pattern in patterns:
        first_case, first_task = (model.objects.order_by("-pk").values_list("pk", flat=True)[0] for model in _ROWS)
        task = Task.objects.open().defer(None).get(process=pattern)
        department = Case.objects.values_list("department", flat=True).get(pk=pattern)
        copy_rows(Case, pattern, each, {
            "id": f"{first_case} + n.i", "request_key": f"'wall-' || CAST({first_case} + n.i AS TEXT)",
        })  # fmt: skip
        due = _due()
        copy_rows(Task, task.pk, each, {
            "id": f"{first_task} + n.i", "process_id": f"{first_case} + n.i", "due_at": due,
        })  # fmt: skip
        _clocks(task.key, first_case, first_task, each, calendar_for(department).version_id)


_ROWS: tuple[Any, ...] = (Case, Task)


def _due() -> str:
    """Return the SQL of a due time near now, another for each copy."""
    start = (datetime.now(UTC) - timedelta(hours=_HOURS // 4)).strftime("%Y-%m-%d %H:%M:%S")
    if connection.vendor == "postgresql":
        return f"TIMESTAMPTZ '{start}+00' + n.i %% {_HOURS} * INTERVAL '1 hour'"
    return f"datetime('{start}', '+' || (n.i %% {_HOURS}) || ' hours')"


def _clocks(step: str, first_case: int, first_task: int, count: int, version: int) -> None:
    begun = (datetime.now(UTC) - timedelta(hours=_HOURS // 2)).replace(microsecond=0)
    facts = {
        "case_id": f"{first_case} + n.i", "key": f"'step:' || CAST({first_task} + n.i AS TEXT)", "target": "'step'",
        "step": "%s", "task_id": f"{first_task} + n.i", "kind": "'working'", "amount": "8", "unit": "'working_hours'",
        "budget_s": "28800", "version_id": str(version), "started_at": "%s", "running_since": "%s", "due_at": _due(),
        "promised_at": _due(), "fired": "n.i %% 2", "fire_at": "NULL",
    }  # fmt: skip
    add_clocks(count, facts, [step, begun, begun])
    settle(Case, Task)
