"""What `manage.py bench clocks` measures: the sweep, idle and with work; a new calendar; the arithmetic."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from cases.bench_rows import add_clocks, copy_rows, settle
from cases.domain.clocks.firing import fire_due
from cases.domain.clocks.recalendaring import recount_all
from cases.models import Case, Clock, Effect
from cases.models.clock import ClockState
from procstd.calendars.domain.current import calendar_for
from procstd.calendars.models import CalendarVersion
from procstd.measuring import Row, measure

#: Open clocks of a case in the bench.
_EACH = 5
_DUE = (20, 2_000, 20_000)
#: Open clocks that a new calendar meets.
_RECOUNTED = 100_000


def clocks(n: int | None) -> Iterator[Row]:
    """The sweep at 1,000, 100,000 and 1,000,000 open clocks (or *n*); 20 to 20,000 due; recounting 100,000."""
    from cases.benches import _driven, _house

    process, people = _house()
    pattern = Case.objects.defer(None).get(pk=_driven(process, people)["open"][3])
    Clock.objects.update(fire_at=None, is_exhausted=True)
    sizes = (n,) if n else (1_000, 100_000, 1_000_000)
    filled = 0
    for size in sizes:
        _fill(pattern, size - filled)
        filled = size
        yield measure("sweep.idle", size, fire_due)
    for due in _DUE if filled >= _DUE[-1] else (min(_DUE[0], filled),):
        yield from _drained(due)
    # Last: all of this is one transaction, and what it rewrites stays in the indexes until it ends.
    yield from _recounted(_end_all_but(_RECOUNTED))
    yield from _added()


def _fill(pattern: Case, count: int) -> None:
    """Add *count* open clocks to copies of a case, far from due. Two statements, whatever the number."""
    first = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    cases = max(count // _EACH, 1)
    copy_rows(Case, pattern.pk, cases, {
        "id": f"{first} + n.i", "request_key": f"'clock-' || CAST({first} + n.i AS TEXT)",
    })  # fmt: skip
    far = datetime.now(UTC) + timedelta(days=30)
    begun = (datetime.now(UTC) - timedelta(days=20)).replace(microsecond=0)
    facts = {
        "case_id": f"{first} + (n.i - 1) / {_EACH} + 1", "key": "'bench:' || CAST(n.i AS TEXT)", "target": "'total'",
        "step": "''", "task_id": "NULL", "kind": "'working_day'", "amount": "5", "unit": "'working_days'",
        "budget_s": "135000", "version_id": str(calendar_for(pattern.department_id).version_id), "started_at": "%s",
        "running_since": "%s", "due_at": "%s", "promised_at": "%s", "fired": "1", "fire_at": "%s",
    }  # fmt: skip
    add_clocks(cases * _EACH, facts, [begun, begun, far, far, far])
    settle(Case)


def _make_due(count: int) -> None:
    """Let *count* clocks be due a moment ago: their breach fires, once each."""
    keys = list(
        Clock.objects.filter(key__startswith="bench:", breached_at=None, fire_at__gt=Now())
        .order_by("pk")
        .values_list("pk", flat=True)[:count]
    )
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=2)
    Clock.objects.filter(pk__in=keys).update(due_at=moment, fire_at=moment + timedelta(seconds=1), fired=1)


def _drained(due: int) -> Iterator[Row]:
    """Drain *due* clocks that came due at once, in this process; `make drill` does it by several."""
    _make_due(due)
    mine = Effect.objects.filter(clock__key__startswith="bench:", kind="breach")
    before = mine.count()
    start = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        while fire_due().clocks:
            continue
        queries = len(captured)
    most = (time.perf_counter() - start) * 1000
    fired = mine.count() - before
    if fired != due:
        raise RuntimeError(f"{fired} of {due} fired.")
    yield Row("sweep.due", due, queries, round(most, 1), None, None, None)
    yield Row("sweep.due, each", due, None, round(most / due, 3), None, None, None)


def _end_all_but(count: int) -> int:
    """End the open clocks beyond *count*; return how many are left."""
    left = Clock.objects.open().order_by("pk").values_list("pk", flat=True)[count : count + 1]
    for first in list(left):
        Clock.objects.open().filter(pk__gte=first).update(
            state=ClockState.CANCELLED, ended_at=Now(), running_since=None, fire_at=None, is_exhausted=True
        )
    return Clock.objects.open().count()


def _recounted(size: int) -> Iterator[Row]:
    """Recount the open clocks after another calendar was published."""
    latest = CalendarVersion.objects.get(pk=calendar_for(None).version_id)
    plan = {**latest.plan, "holidays": {**latest.plan["holidays"], "2026-12-31": "bench"}}
    version = CalendarVersion(
        calendar=latest.calendar, number=latest.number + 1, plan=plan, known_until=latest.known_until,
        created_at=datetime.now(UTC), published_at=datetime.now(UTC),
    )  # fmt: skip
    version.freeze()
    version.save()
    at, start, changed = datetime.now(UTC), time.perf_counter(), 0
    for _done, so_far in recount_all(at=at):
        changed = so_far
    took = (time.perf_counter() - start) * 1000
    stale = Clock.objects.open().exclude(kind="elapsed").exclude(version=version).filter(version=F("version"))
    others = stale.filter(version__calendar=version.calendar).count()
    if others or changed < size // 2:
        raise RuntimeError(f"{others} clocks still count by the old calendar, {changed} of {size} changed.")
    yield Row("recalendar", changed, None, round(took, 1), None, None, None)


def _added() -> Iterator[Row]:
    calendar, start = calendar_for(None).time, datetime(2026, 9, 24, 2, tzinfo=UTC)

    def work() -> None:
        for hours in range(1_000):
            calendar.add(start, hours * 3600)

    row = measure("worktime.add", 1_000, work)
    yield Row(row.what, row.n, 0, row.ms_p50, row.ms_p95, row.cpu_ms, row.peak_mb)
