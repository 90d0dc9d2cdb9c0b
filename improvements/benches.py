"""What `manage.py bench evaluation` measures: the evidence of a process with 100,000 cases closed in half a year."""

from __future__ import annotations

import secrets
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

import audits.benches
from cases.bench_rows import copy_rows, settle
from cases.models import Case, Channel, Clock, Event, Task
from improvements.domain.evaluating import gather_evidence
from improvements.domain.planning import plan_special
from improvements.models import Evaluation
from processes.models import Process
from procstd.measuring import Row
from procstd.organisation.models import User

#: Cases that are driven for real, spread over the weeks; all others are copies of their rows.
_PATTERNS, _WEEKS = 52, 26
#: A Monday morning in Shanghai.
_FIRST = datetime(2026, 3, 9, 1, tzinfo=UTC)


def evaluation(n: int | None) -> Iterator[Row]:
    """Gather the evidence of an evaluation over *n* closed cases: 1,000 and 100,000."""
    process, people = _house()
    patterns = _driven(process, people, min(n or _PATTERNS, _PATTERNS))
    filled = len(patterns)
    for size in (n,) if n else (1_000, 100_000):
        _fill(patterns, max(size - filled, 0))
        filled = max(size, filled)
        yield _measured(process, size, people["he.lin"])


def _house() -> tuple[Process, dict[str, User]]:
    from cases.benches import _house as house

    return house()


def _driven(process: Process, people: dict[str, User], count: int) -> list[int]:
    """Drive *count* cases to their close, spread over the weeks, each a little slower than the one before it."""
    from cases.benches import FILED, STEPS, _open_task
    from cases.domain.opening import open_case
    from cases.domain.working import complete

    made = []
    for number in range(count):
        at = _FIRST + timedelta(weeks=number * _WEEKS // count, days=number % 2)
        case = open_case(process, FILED, by=None, at=at, channel=Channel.PUBLIC, request_key=secrets.token_hex(16))
        for code, outcome, answers in STEPS.values():
            at += timedelta(minutes=12 + number % 7)
            complete(_open_task(case), outcome=outcome, answers=answers, by=people[code], at=at)
        made.append(case.pk)
    return made


def _fill(patterns: list[int], count: int) -> None:
    """Add *count* copies of closed cases with their tasks, clocks and closings, by the database alone."""
    for place, pattern in enumerate(patterns):
        each = count // len(patterns) + (place < count % len(patterns))
        if not each:
            continue
        first = {model: _last(model) for model in (Case, Task, Clock, Event)}
        case = f"{first[Case]} + n.i"
        copy_rows(Case, pattern, each, {
            "id": case, "request_key": f"'bench-' || CAST({case} AS TEXT)",
        })  # fmt: skip
        tasks: dict[int, str] = {}
        for task in Task.objects.filter(process=pattern).order_by("pk").values_list("pk", flat=True):
            tasks[task] = f"{first[Task] + len(tasks) * each} + n.i"
            copy_rows(Task, task, each, {"id": tasks[task], "process_id": case})
        clocks = Clock.objects.filter(case=pattern).order_by("pk").values_list("pk", "task_id")
        for number, (clock, of) in enumerate(clocks):
            changed = {"id": f"{first[Clock] + number * each} + n.i", "case_id": case}
            copy_rows(Clock, clock, each, {**changed, **({"task_id": tasks[of]} if of else {})})
        closed = Event.objects.filter(case=pattern, kind="closed").values_list("pk", flat=True)
        for number, event in enumerate(closed):
            copy_rows(Event, event, each, {"id": f"{first[Event] + number * each} + n.i", "case_id": case})
        settle(Case, Task, Clock, Event)


def _last(model: Any) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True)[0])


def _planned(process: Process, by: User) -> Evaluation:
    """Plan an evaluation of the half-year in which the cases lie."""
    row = plan_special(
        process, occasion="product", occasion_on=None, why_zh="新产品", why_en="New product", by=by,
        at=_FIRST + timedelta(weeks=_WEEKS),
    )  # fmt: skip
    row.period_from, row.period_until = date(2026, 3, 9), date(2026, 9, 7)
    row.save()
    return row


def _measured(process: Process, size: int, by: User) -> Row:
    """Measure one gathering for its time and statements, and one more for its memory: a hundred thousand take long."""
    queries, elapsed, cpu = _timed(lambda: gather_evidence(_planned(process, by), by=by, at=_at()))
    tracemalloc.start()
    gather_evidence(_planned(process, by), by=by, at=_at())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ms = round(elapsed * 1000, 2)
    return Row("evaluation", size, queries, ms, ms, round(cpu * 1000, 2), round(peak / 1024**2, 2))


def _at() -> datetime:
    return _FIRST + timedelta(weeks=_WEEKS + 1)


def _timed(work: Callable[[], Any]) -> tuple[int, float, float]:
    """Do *work* once; return its statements, seconds and processor seconds, without keeping each statement's text."""
    from procstd.measuring import _processor_seconds

    count = 0

    def counted(execute: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    began, cpu = time.perf_counter(), _processor_seconds()
    with connection.execute_wrapper(counted):
        work()
    return count, time.perf_counter() - began, _processor_seconds() - cpu


def audit(n: int | None) -> Iterator[Row]:
    """The whole of supervision: an evaluation of 100,000 cases (or *n*), then what the room of audits measures."""
    with transaction.atomic():
        rows = list(evaluation(n or 100_000))
        transaction.set_rollback(True)
    yield from rows
    yield from audits.benches.audit(n)


#: The upper room's subjects take the place of those of the same name below.
SUBJECTS = {"evaluation": evaluation, "audit": audit}
