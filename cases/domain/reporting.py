"""What departed from the standards in a week, computed from facts that never change (H2.5.4, F68).

A week is half-open, from Monday 00:00 to the next Monday 00:00 in the zone of the house. The same
week gives the same content whenever it is computed: later work, new grades, moves to another version
and reopening add facts to later weeks and change none of this one. What counts, each once:

- **overdue**: a clock whose first breach falls in the week. A breach falls on the due time
  (``Clock.breached_at``, written once, R6), however late it was noticed; where the step itself
  began only after that, on its begin. Detail: the target. What is due in the week and not noticed
  yet counts as well.
- **returned**: a SENT_BACK event. Detail: the outcome by which it was sent back; people's own words
  may name a customer and stay in the case (A4).
- **skipped**: a key node of the case's standard without a COMPLETED event before a CLOSED event of the
  week. Branches may lead around it; the standard calls it a key node, so a person looks at it.
- **paused**: a hold that lasted to its cap (``until_most`` in the week, not ended before), detail
  ``cap``; or a HOLD_REFUSED event that a person decided, detail ``refused``.
- **missing**: a case opened in the week by a list or by a customer with required fields of its first
  form left out (in the body of OPENED) whose first step was not completed by the end of the week,
  detail ``fields``; or a clock of an exception that the standard starts for incomplete forms,
  begun in the week, detail ``exception``.
- **reopened**: a REOPENED event.

The department is that of the step: the one that its responsible posts are named in, else the one that
the standard's responsibilities give them, else that of the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from cases.domain.clocks import arithmetic
from cases.domain.report_house import House, in_chunks
from cases.models import Channel, Clock, Event, Hold
from cases.models.clock import ClockState, Target
from cases.models.event import EventKind
from cases.models.report import ExceptionKind, week_name
from procstd.moments import house_midnight, house_zone

#: The shape of contents that this software writes.
SCHEMA = 1
_TOLD = (
    EventKind.OPENED, EventKind.SENT_BACK, EventKind.HOLD_REFUSED, EventKind.REOPENED, EventKind.CLOSED,
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Found:
    """One exception."""

    kind: str
    detail: str
    step: str
    case: int
    at: datetime


class _Told(NamedTuple):
    """An event, as far as it matters here."""

    kind: str
    case: int
    position: int
    step: str
    at: datetime
    body: dict[str, Any]

    def found(self, kind: ExceptionKind, detail: str = "") -> Found:
        return Found(kind, detail, self.step, self.case, self.at)


@dataclass(frozen=True)
class Week:
    """A half-open week of moments."""

    begin: datetime
    until: datetime

    @classmethod
    def of(cls, monday: date) -> Week:
        if monday.isoweekday() != 1:
            raise ValueError(f"{monday} is no Monday.")
        return cls(house_midnight(monday), house_midnight(monday + timedelta(days=7)))

    def holds(self, path: str) -> Q:
        """Return the condition that the column at *path* lies in the week."""
        return Q(**{f"{path}__gte": self.begin, f"{path}__lt": self.until})


def exceptions_of_week(monday: date) -> dict[str, Any]:
    """Return the content of the report of the week that begins on *monday*.

    The number of statements grows with the exceptions by hundreds, not one by one.
    """
    week = Week.of(monday)
    told, house = _events(week), House(week.until)
    house.learn(event.case for event in told)
    found = {*_told(told), *_skipped(told, house), *_left_out(told, week, house), *_overdue(week), *_held(week)}
    begun, running = list(_exceptions(week)), list(_due_in(week, "due_at", _running()))
    house.learn({row.case for row in (*found, *begun)} | {clock.case_id for clock in running})
    found |= {*_incomplete(begun, house), *_unnoticed_breaches(week, running, house)}
    rows = [_row(row, house) for row in sorted(found)]
    closed = house.by_home(event.case for event in told if event.kind == EventKind.CLOSED)
    opened = house.by_home(event.case for event in told if event.kind == EventKind.OPENED)
    return {
        "schema": SCHEMA,
        "week": week_name(monday),
        "from": week.begin.isoformat(),
        "until": week.until.isoformat(),
        "zone": house_zone().key,
        "rows": rows,
        "closed": closed,
        "opened": opened,
        "departments": house.departments({row["department"] for row in rows} | {row[0] for row in closed + opened}),
        "processes": house.processes(),
    }


def unsettled(monday: date) -> bool:
    """Tell whether clocks that were due in the week still run unnoticed: their breach is a fact in a moment (R5)."""
    return _running().filter(Week.of(monday).holds("due_at")).exists()


def _running() -> QuerySet[Clock]:
    return Clock.objects.filter(state=ClockState.RUNNING, breached_at=None)


def _row(found: Found, house: House) -> dict[str, Any]:
    return {
        "kind": str(found.kind),
        "detail": str(found.detail),
        "department": house.department(found.case, found.step),
        "process": house.process(found.case),
        "step": found.step,
        "case": found.case,
        "at": found.at.astimezone(UTC).replace(microsecond=0).isoformat(),
    }


def _events(week: Week) -> list[_Told]:
    rows = Event.objects.filter(week.holds("at"), kind__in=_TOLD).exclude(case__channel=Channel.PRACTICE)
    rows = rows.order_by("case", "position")
    return [_Told(*row) for row in rows.values_list("kind", "case_id", "position", "step", "at", "body")]


def _told(told: list[_Told]) -> Iterator[Found]:
    for event in told:
        if event.kind == EventKind.SENT_BACK:
            yield event.found(ExceptionKind.RETURNED, event.body.get("outcome", ""))
        elif event.kind == EventKind.REOPENED:
            yield event.found(ExceptionKind.REOPENED)
        elif event.kind == EventKind.HOLD_REFUSED and not event.body.get("lapsed"):
            yield event.found(ExceptionKind.PAUSED, "refused")


def _skipped(told: list[_Told], house: House) -> Iterator[Found]:
    closings = [event for event in told if event.kind == EventKind.CLOSED]
    done: dict[int, list[tuple[int, str]]] = {}
    for chunk in in_chunks({event.case for event in closings}):
        rows = Event.objects.filter(case__in=chunk, kind=EventKind.COMPLETED)
        for case, position, key in rows.values_list("case_id", "position", "step"):
            done.setdefault(case, []).append((position, key))
    for event in closings:
        finished = {key for position, key in done.get(event.case, []) if position < event.position}
        for step in house.steps(event.case):
            if step.is_key_node and step.key not in finished:
                yield Found(ExceptionKind.SKIPPED, "", step.key, event.case, event.at)


def _left_out(told: list[_Told], week: Week, house: House) -> Iterator[Found]:
    lacking = [event for event in told if event.kind == EventKind.OPENED and event.body.get("missing")]
    done: set[tuple[int, str]] = set()
    for chunk in in_chunks(event.case for event in lacking):
        rows = Event.objects.filter(case__in=chunk, kind=EventKind.COMPLETED, at__lt=week.until)
        done |= set(rows.values_list("case_id", "step"))
    for event in lacking:
        first = next((step.key for step in house.steps(event.case)), "")
        if (event.case, first) not in done:
            yield Found(ExceptionKind.MISSING, "fields", first, event.case, event.at)


def _overdue(week: Week) -> Iterator[Found]:
    for clock in _due_in(week, "breached_at", Clock.objects.all()):
        if clock.breached_at is not None:
            yield _late(clock, clock.breached_at)


def _unnoticed_breaches(week: Week, clocks: list[Clock], house: House) -> Iterator[Found]:
    """Yield the clocks that run on and will be found breached; what is due at once has its grace first (R5)."""
    for clock in clocks:
        standard = house.standard(clock.case_id)
        clock.digest = getattr(clock, "plan_digest", "") or ""
        if standard is None or clock.due_at is None:
            continue
        if arithmetic.breach_moment(clock, standard.clockwork.grace_minutes * 60) <= week.until:
            yield _late(clock, clock.due_at)


def _due_in(week: Week, moment: str, rows: QuerySet[Clock]) -> QuerySet[Clock]:
    """Return the clocks whose *moment* lies in the week, or lay before it when their step began in the week."""
    begun_later = Q(**{f"{moment}__lt": F("task__created")})
    in_week = week.holds(moment) & (Q(task=None) | ~begun_later) | week.holds("task__created") & begun_later
    found = rows.filter(in_week).select_related("task").defer("task__flow_task", "task__data")
    return found.annotate(plan_digest=F("version__digest"))


def _late(clock: Clock, due: datetime) -> Found:
    at = max(due, clock.task.created) if clock.task is not None else due
    return Found(ExceptionKind.OVERDUE, clock.target, clock.step, clock.case_id, at)


def _held(week: Week) -> Iterator[Found]:
    capped = Q(held_until=None) | Q(held_until__gte=F("until_most"))
    rows = Hold.objects.filter(week.holds("until_most"), capped, held_from__isnull=False)
    for case, step, at in rows.values_list("case_id", "task__key", "until_most"):
        if at is not None:
            yield Found(ExceptionKind.PAUSED, "cap", step, case, at)


def _exceptions(week: Week) -> Iterator[Found]:
    """Yield the exceptions that came up in the week, with the rule in place of the detail."""
    rows = Clock.objects.filter(week.holds("started_at"), target=Target.EXCEPTION)
    for rule, step, case, at in rows.values_list("rule", "step", "case_id", "started_at"):
        yield Found(ExceptionKind.MISSING, rule, step, case, at)


def _incomplete(begun: list[Found], house: House) -> Iterator[Found]:
    for found in begun:
        standard = house.standard(found.case)
        rule = standard.exception(found.detail) if standard else None
        if rule is not None and rule.starts == "incomplete":
            yield replace(found, detail="exception")
