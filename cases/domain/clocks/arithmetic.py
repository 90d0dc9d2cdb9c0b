"""The state of one clock: start, hold, resume, change of its limit, end; and when its thresholds are reached.

Works on unsaved facts only: no statement, no person. A clock counts on its own time: around the
clock, or the open time of a calendar. ``budget_s`` is what is open from its start to its due time.

Moments are cut to whole seconds once, by :func:`cut`: what an act, a dispatcher or a replay hands
to a clock may have parts of a second, what a clock keeps has none (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from cases.models.clock import Clock, ClockState, Kind
from processes.domain.standard import Clockwork, Limit, Threshold
from procstd import worktime
from procstd.calendars.domain.current import Current, time_known_by
from procstd.worktime import Pauses

#: A clock is breached when its due time is over, not when it is reached (R6).
_JUST_AFTER = timedelta(seconds=1)
NO_PAUSES: tuple[tuple[datetime, datetime], ...] = ()
#: The holds of a case, from and until; one in force has no end yet. One that ended in the second in which it began
#: has one, the same: it holds nothing up, whatever comes later.
Holds = Iterable[tuple[datetime, datetime | None]]


class Time(Protocol):
    """What a clock counts."""

    def add(self, start: datetime, seconds: int, pauses: Pauses = ()) -> datetime: ...

    def between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> int: ...

    def nth_close(self, start: datetime, days: int, pauses: Pauses = ()) -> datetime: ...


class AroundTheClock:
    """Every second counts (R1)."""

    def add(self, start: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
        return worktime.elapsed(start, seconds, pauses)

    def between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> int:
        start, end = cut(start), cut(end)
        stops = sorted((max(cut(begin), start), min(cut(until), end)) for begin, until in pauses)
        paused, reached = timedelta(), start
        for begin, until in stops:
            if until > max(begin, reached):
                paused += until - max(begin, reached)
                reached = until
        return (end - start - paused) // _JUST_AFTER

    def nth_close(self, start: datetime, days: int, pauses: Pauses = ()) -> datetime:
        return self.add(start, days * worktime.DAY, pauses)


_AROUND_THE_CLOCK = AroundTheClock()


def time_of(clock: Clock) -> Time:
    """Return what *clock* counts. No statement, if this process has met its calendar before."""
    if clock.kind == Kind.ELAPSED or clock.version_id is None:
        return _AROUND_THE_CLOCK
    return time_known_by(clock.digest, clock.version_id)


def cut(at: datetime) -> datetime:
    """Return *at* in whole seconds: what clocks know. The only place that cuts, for acts, firing and replay alike."""
    return at.replace(microsecond=0)


def reach(time: Time, kind: str, start: datetime, amount: int, pauses: Pauses = ()) -> datetime:
    """Return when a limit that begins at *start* is due: *amount* in seconds, or in working days (R1 to R5)."""
    return time.nth_close(start, amount, pauses) if kind == Kind.WORKING_DAY else time.add(start, amount, pauses)


def set_limit(clock: Clock, limit: Limit, calendar: Current) -> None:
    """Give *clock* the limit and, unless it counts around the clock, the calendar's version, pinned (R14)."""
    clock.kind, clock.amount, clock.unit, clock.extended_days = limit.kind, limit.amount, limit.unit, 0
    pinned = limit.kind != Kind.ELAPSED
    clock.version_id = calendar.version_id if pinned else None
    clock.digest = calendar.digest if pinned else ""


def start(
    clock: Clock, limit: Limit, calendar: Current, *, since: datetime, at: datetime | None = None, holds: Holds = ()
) -> None:
    """Start *clock* on *limit*, counted since a moment; what was on hold between that and now does not count."""
    set_limit(clock, limit, calendar)
    clock.started_at = clock.running_since = cut(since)
    clock.state, clock.consumed_s = ClockState.RUNNING, 0
    stops = pauses_at(holds, cut(at or since))
    _due(clock, reach(time_of(clock), limit.kind, clock.started_at, limit.budget, stops), stops)
    if stops and at is not None:
        clock.running_since = max(cut(at), clock.started_at)
        clock.consumed_s = time_of(clock).between(clock.started_at, clock.running_since, stops)
    clock.promised_at = clock.due_at or clock.started_at
    clock.is_provisional = pinned_provisional(clock, calendar)


def pinned_provisional(clock: Clock, calendar: Current) -> bool:
    """Tell whether the clock's due time hangs on holidays that nobody has announced yet (R15)."""
    return clock.version_id is not None and clock.due_at is not None and calendar.is_provisional(clock.due_at)


def _due(clock: Clock, due: datetime, pauses: Iterable[tuple[datetime, datetime]]) -> None:
    clock.due_at = due
    clock.budget_s = time_of(clock).between(clock.started_at, max(due, clock.started_at), pauses)


def pause(clock: Clock, *, at: datetime) -> None:
    """Stop a running clock: what is left is frozen, nothing is armed (R8)."""
    if clock.running_since is None:
        return
    since = clock.running_since
    clock.consumed_s += time_of(clock).between(since, max(cut(at), since))
    clock.state, clock.running_since, clock.due_at, clock.fire_at = ClockState.PAUSED, None, None, None


def resume(clock: Clock, holds: Holds, *, at: datetime) -> None:
    """Let a clock run on. *holds* are all of its case, the one that ends now among them.

    The due time is counted from the start, so that a hold after it changes nothing: it never
    takes back a breach (R7).
    """
    clock.state, clock.running_since = ClockState.RUNNING, cut(at)
    clock.due_at = time_of(clock).add(clock.started_at, clock.budget_s, pauses_at(holds, clock.running_since))


def change_limit(clock: Clock, limit: Limit, calendar: Current, holds: Holds, *, at: datetime, reaction_s: int) -> None:
    """Put another limit on a clock: its start and its holds stay (R10).

    Tighter: no later than it was, no earlier than *reaction_s* on its own time from now. Looser: as
    the limit says. What was breached stays breached. A new sequence: thresholds may fire again.
    """
    at, holds = cut(at), list(holds)
    stops, running = pauses_at(holds, at), clock.state == ClockState.RUNNING
    before = if_resumed(clock, holds, at=at)
    set_limit(clock, limit, calendar)
    _move(clock, reach(time_of(clock), limit.kind, clock.started_at, limit.budget, stops), before,
          stops, at=at, reaction_s=reaction_s)  # fmt: skip
    clock.sequence, clock.fired, clock.is_exhausted = clock.sequence + 1, 0, False
    clock.is_provisional = pinned_provisional(clock, calendar)
    if not running:
        clock.due_at = None


def change_calendar(clock: Clock, calendar: Current, holds: Holds, *, at: datetime, reaction_s: int) -> None:
    """Count a clock by another version of its calendar (R14). Nothing that has fired fires again."""
    at, holds = cut(at), list(holds)
    stops, running = pauses_at(holds, at), clock.state == ClockState.RUNNING
    before = if_resumed(clock, holds, at=at)
    clock.version_id, clock.digest = calendar.version_id, calendar.digest
    amount = clock.amount + clock.extended_days if clock.kind == Kind.WORKING_DAY else clock.budget_s
    _move(clock, reach(time_of(clock), clock.kind, clock.started_at, amount, stops), before,
          stops, at=at, reaction_s=reaction_s)  # fmt: skip
    clock.is_provisional = pinned_provisional(clock, calendar)
    if not running:
        clock.due_at = None


def extend(clock: Clock, limit: Limit, holds: Holds, *, at: datetime) -> None:
    """Add *limit* to a running clock, on its own time; a working day is added as such (F60)."""
    if clock.due_at is None:
        raise ValueError("A clock on hold has no due time to move.")
    time, days = time_of(clock), clock.kind == Kind.WORKING_DAY == limit.kind
    # From the due time on; the holds before it are over.
    due = reach(time, Kind.WORKING_DAY if days else Kind.WORKING, clock.due_at, limit.budget)
    _due(clock, due, pauses_at(holds, cut(at)))
    if days:
        clock.extended_days += limit.amount
    clock.sequence, clock.fired, clock.is_exhausted = clock.sequence + 1, 0, False


def if_resumed(clock: Clock, holds: Holds, *, at: datetime) -> datetime:
    """Return when the clock is due, if it runs, or would be if it ran on from now (R8)."""
    if clock.due_at is not None:
        return clock.due_at
    return time_of(clock).add(clock.started_at, clock.budget_s, pauses_at(holds, cut(at)))


def pauses_at(holds: Holds, at: datetime) -> list[tuple[datetime, datetime]]:
    """Return the holds as pauses: one that is in force as if it ended now."""
    return [(begin, max(begin, at) if end is None else end) for begin, end in holds]


def _move(
    clock: Clock, due: datetime, before: datetime, stops: Sequence[tuple[datetime, datetime]], *, at: datetime,
    reaction_s: int
) -> None:  # fmt: skip
    """Set the due time: a tighter one leaves time to react, and is never later than it was (R10, R14)."""
    time = time_of(clock)
    if due < before:
        due = min(before, max(due, time.add(at, reaction_s)))
    _due(clock, due, stops)
    clock.consumed_s = time.between(clock.started_at, max(clock.running_since or at, clock.started_at), stops)


def end(clock: Clock, *, at: datetime, grace_s: int, state: ClockState = ClockState.MET) -> None:
    """End a clock. It was in time if it ended no later than it was due (R6); at once has its grace (R5)."""
    at = cut(at)
    if clock.running_since is not None:
        clock.consumed_s += time_of(clock).between(clock.running_since, max(at, clock.running_since))
    if state == ClockState.MET and clock.due_at is not None and not clock.is_breached and _is_late(clock, at, grace_s):
        clock.breached_at = clock.due_at
    clock.state, clock.ended_at, clock.running_since, clock.fire_at = state, at, None, None


def _is_late(clock: Clock, at: datetime, grace_s: int) -> bool:
    return clock.due_at is not None and at >= breach_moment(clock, grace_s)


def breach_moment(clock: Clock, grace_s: int) -> datetime:
    """Return the first second at which a running clock is breached (R5, R6)."""
    if clock.due_at is None:
        raise ValueError("A clock on hold cannot be breached.")
    late = time_of(clock).add(clock.due_at, grace_s) if clock.budget_s == 0 else clock.due_at
    return late + _JUST_AFTER


def moments(clock: Clock, thresholds: Sequence[Threshold], grace_s: int) -> list[datetime | None]:
    """Return when each threshold of a running clock is reached, in order; None: it is not armed (R5, R11).

    No warning comes after the breach and no escalation before it.
    """
    if clock.running_since is None or clock.due_at is None:
        return [None] * len(thresholds)
    time, breach = time_of(clock), breach_moment(clock, grace_s)
    found: list[datetime | None] = []
    for threshold in thresholds:
        if threshold.kind == "warn":
            used = clock.budget_s * threshold.percent // 100 - clock.consumed_s
            reached = time.add(clock.running_since, used) if used > 0 else clock.running_since
            found.append(min(reached, breach) if clock.budget_s else None)
        elif threshold.kind == "breach":
            found.append(breach)
        else:
            found.append(max(time.add(clock.due_at, threshold.minutes * 60), breach))
    return found


def arm(clock: Clock, thresholds: Sequence[Threshold], clockwork: Clockwork) -> None:
    """Set the next moment at which something must happen."""
    if clock.state != ClockState.RUNNING:
        clock.fire_at = None
        return
    times = moments(clock, thresholds, clockwork.grace_minutes * 60)
    clock.fire_at = next((time for time in times[clock.fired :] if time is not None), None)
    clock.is_exhausted = clock.fire_at is None


def remaining(clock: Clock, *, at: datetime) -> int:
    """Return the seconds left on the clock's own time; negative when overdue, the same when on hold (R8, R12)."""
    used = clock.consumed_s
    if clock.running_since is not None:
        used += time_of(clock).between(clock.running_since, max(cut(at), clock.running_since))
    return clock.budget_s - used
