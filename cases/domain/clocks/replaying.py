"""The state of a case's clocks told by its events alone: what an audit holds against the rows (T12).

Reckons with the calendars' arithmetic itself, not with that of the acts: an error there would
show as a difference. Only the cutting of moments to whole seconds is theirs. Reads the chain
of the case, its standard and the pinned calendars.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.domain.acting import standard_of
from cases.domain.clocks.arithmetic import cut
from cases.domain.versions import standards_over_time
from cases.models import Case
from cases.models.event import EventKind
from processes.domain.standard import UNITS
from procstd import worktime
from procstd.calendars.domain.current import time_of_version

_SECOND = timedelta(seconds=1)
Pause = tuple[datetime, datetime]


@dataclass
class _Replayed:
    """One clock as told so far."""

    target: str
    started_at: datetime
    state: str = "running"
    kind: str = ""
    version: int | None = None
    due: datetime | None = None  # kept while it stands still, as if nothing had been on hold since
    budget: int = 0
    days: int = 0  # of a limit in working days, with those that were added
    sequence: int = 1
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    stood_since: datetime | None = None

    # --- arithmetic ---

    def between(self, begin: datetime, end: datetime, pauses: list[Pause]) -> int:
        if self.version is not None and self.kind != "elapsed":
            return time_of_version(self.version).between(begin, max(begin, end), pauses)
        stood = sum(((min(b, end) - max(a, begin)) for a, b in pauses if min(b, end) > max(a, begin)), timedelta())
        return (max(begin, end) - begin - stood) // _SECOND

    def after(self, begin: datetime, seconds: int, pauses: list[Pause]) -> datetime:
        if self.version is not None and self.kind != "elapsed":
            return time_of_version(self.version).add(begin, seconds, pauses)
        return worktime.elapsed(begin, seconds, pauses)

    def limit(self, begin: datetime, amount: int, unit: str, pauses: list[Pause]) -> datetime:
        kind, size = UNITS[unit]
        if kind == "working_day" and self.version is not None:
            return time_of_version(self.version).nth_close(begin, amount, pauses)
        return self.after(begin, amount * size, pauses)

    def set_due(self, due: datetime, pauses: list[Pause]) -> None:
        self.due = due
        self.budget = self.between(self.started_at, due, pauses)


def replay(case: Case) -> dict[str, dict[str, Any]]:
    """Return by key what the events of *case* say of each clock: the facts of :func:`facts_of`."""
    standards = standards_over_time(case)
    clocks: dict[str, _Replayed] = {}
    holds: list[list[datetime | None]] = []
    reaction = grace = 0
    for event in case.events.order_by("position"):
        at = cut(event.at.astimezone(UTC))
        if event.kind in (EventKind.OPENED, EventKind.MOVED):
            clockwork = (standards.get(event.body["definition"]) or standard_of(case.definition)).clockwork
            reaction, grace = clockwork.reaction_minutes * 60, clockwork.grace_minutes * 60
        elif event.kind == EventKind.HELD:
            holds.append([at, None])
        elif event.kind == EventKind.RESUMED:
            holds[-1][1] = _moment(event.body["until"])
        elif event.kind == EventKind.CLOCKS:
            for change in event.body["changes"]:
                clock = clocks.get(change["clock"])
                if change["what"] == "started":
                    clocks[change["clock"]] = _started(change, holds, at, reaction)
                elif clock is not None:
                    _change(clock, change, holds, at, reaction, grace)
    return {key: _told(clock, holds) for key, clock in clocks.items()}


def facts_of(case: Case) -> dict[str, dict[str, Any]]:
    """Return the same of the rows."""
    return {
        clock.key: {
            "state": clock.state,
            "due_at": clock.due_at,
            "budget_s": clock.budget_s,
            "consumed_s": clock.consumed_s if clock.state != "running" else None,
            "sequence": clock.sequence,
            "breached_at": clock.breached_at,
            "ended_at": clock.ended_at,
        }
        for clock in case.clocks.all()
    }


def _stops(clock: _Replayed, holds: list[list[datetime | None]], at: datetime) -> list[Pause]:
    """Return the holds that count for a clock, one in force until *at*; exceptions know none."""
    if clock.target == "exception":
        return []
    return [(begin, max(begin, end or at)) for begin, end in holds if begin is not None]


def _started(
    change: dict[str, Any], holds: list[list[datetime | None]], at: datetime, reaction: int
) -> _Replayed:  # fmt: skip
    clock = _Replayed(change["target"], _moment(change["since"]))
    clock.kind, clock.version = change["kind"], change["version"]
    clock.days = change["amount"]
    stops = _stops(clock, holds, at) if clock.started_at < at else []
    due = clock.limit(clock.started_at, change["amount"], change["unit"], stops)
    if change.get("brought"):  # by a move: it leaves time to react
        due = max(due, clock.after(at, reaction, []))
    clock.set_due(due, stops)
    return clock


def _change(
    clock: _Replayed, change: dict[str, Any], holds: list[list[datetime | None]], at: datetime, reaction: int,
    grace: int,
) -> None:  # fmt: skip
    stops = _stops(clock, holds, at)
    match change["what"]:
        case "paused":
            clock.state, clock.stood_since = "paused", _moment(change["at"])
        case "resumed":
            clock.state, clock.stood_since = "running", None
            clock.due = clock.after(clock.started_at, clock.budget, stops)
        case "regraded" | "recalendared" as what:
            before = clock.due if clock.state == "running" else clock.after(clock.started_at, clock.budget, stops)
            clock.version = change["version"]
            if what == "regraded":
                clock.kind, clock.days, clock.sequence = change["kind"], change["amount"], clock.sequence + 1
                due = clock.limit(clock.started_at, change["amount"], change["unit"], stops)
            elif clock.kind == "working_day":
                due = clock.limit(clock.started_at, clock.days, "working_days", stops)
            else:
                due = clock.after(clock.started_at, clock.budget, stops)
            if before is not None and due < before:
                due = min(before, max(due, clock.after(at, reaction, [])))
            clock.set_due(due, stops)
        case "extended" if clock.due is not None:
            clock.set_due(clock.limit(clock.due, change["amount"], change["unit"], []), stops)
            clock.days += change["amount"] if change["unit"] == "working_days" else 0
            clock.sequence += 1
        case "rearmed":
            clock.sequence += 1
        case "breached":
            clock.breached_at = clock.breached_at or clock.due  # of two limits it has broken, the first stays (R10)
        case "met" | "cancelled":
            at = _moment(change["ended"]) if "ended" in change else at
            late = clock.due
            if late is not None and clock.budget == 0:
                late = clock.after(late, grace, [])
            is_running = clock.state == "running"
            if change["what"] == "met" and is_running and late is not None and at >= late + _SECOND:
                clock.breached_at = clock.breached_at or clock.due
            clock.ended_at = at
            if not is_running:
                clock.due = None
            clock.state = change["what"]


def _told(clock: _Replayed, holds: list[list[datetime | None]]) -> dict[str, Any]:
    until = clock.ended_at or clock.stood_since
    used = None
    if until is not None:
        used = clock.between(clock.started_at, until, _stops(clock, holds, until))
    return {
        "state": clock.state,
        "due_at": None if clock.state == "paused" else clock.due,
        "budget_s": clock.budget,
        "consumed_s": used,
        "sequence": clock.sequence,
        "breached_at": clock.breached_at,
        "ended_at": clock.ended_at,
    }


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
