"""Why a clock is due when it is: what was counted day by day, what was not, and what moved it (F58, R15).

Plain facts, no statement, no words: the page says them in the reader's language. The counted
seconds of all rows together are the clock's budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from cases.domain.clocks import arithmetic
from cases.models.clock import Clock, ClockState, Kind
from processes.domain.standard import Threshold
from procstd.worktime import Calendar

#: Accounts of more days are told by weeks in the middle; so many days at either end stay in full.
FOLD_FROM, IN_FULL = 21, 7


@dataclass(frozen=True)
class Pause:
    """A hold, as a clock knows it. One in force ends at the moment of the account."""

    begin: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True)
class Stretch:
    """Time that counts."""

    begin: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        return _seconds(self.begin, self.end)


@dataclass(frozen=True)
class Day:
    """One civil date of the account.

    *why* nothing counts: ``holiday``, ``off`` (no day of work), ``paused``, ``outside`` (no open
    hour between start and due), or nothing. *number* is the how manieth working day after the start.
    """

    day: date
    stretches: tuple[Stretch, ...]
    cuts: tuple[Pause, ...]
    why: str
    name: str
    is_extra: bool
    number: int | None
    total: int = 0
    is_due: bool = False

    @property
    def seconds(self) -> int:
        return sum(stretch.seconds for stretch in self.stretches)


@dataclass(frozen=True)
class Week:
    """Days of the middle of a long account, told together."""

    first: date
    last: date
    working_days: int
    seconds: int
    total: int
    cuts: tuple[Pause, ...]


@dataclass(frozen=True)
class Moment:
    """When a threshold is reached, as things stand; None: not armed."""

    threshold: Threshold
    at: datetime | None
    is_reached: bool


@dataclass(frozen=True)
class Account:
    """The whole account. *is_if_resumed*: the clock stands still, and *due* is what would be if it ran on now (R8)."""

    rows: tuple[Day | Week, ...]
    seconds: int
    due: datetime
    is_if_resumed: bool
    moments: tuple[Moment, ...]
    zone: ZoneInfo


def explain(
    clock: Clock,
    thresholds: Sequence[Threshold],
    pauses: Iterable[Pause],
    at: datetime,
    *,
    zone: ZoneInfo,
    grace_s: int = 0,
) -> Account:
    """Account for the due time of *clock*, in its calendar's zone; around the clock in *zone*, the reader's.

    The version of its calendar is loaded with the clock, for the names of the days.
    """
    stops = [pause for pause in pauses if pause.end > pause.begin]
    due = arithmetic.if_resumed(clock, [(row.begin, row.end) for row in stops], at=arithmetic.cut(at))
    known = arithmetic.time_of(clock)
    calendar = known if isinstance(known, Calendar) else None
    zone = calendar.zone if calendar else zone
    days = list(_days(clock, calendar, stops, due, zone))
    return Account(
        rows=tuple(_folded(days)),
        seconds=days[-1].total,
        due=due,
        is_if_resumed=clock.state == ClockState.PAUSED,
        moments=tuple(_moments(clock, thresholds, grace_s)),
        zone=zone,
    )


def _days(clock: Clock, calendar: Calendar | None, stops: list[Pause], due: datetime, zone: ZoneInfo) -> Iterable[Day]:
    start = clock.started_at
    end = max(due, start)
    open_by_day: dict[date, list[Stretch]] = {}
    for begin, until in calendar.open_intervals(start, end) if calendar else _civil_days(start, end, zone):
        open_by_day.setdefault(begin.astimezone(zone).date(), []).append(Stretch(begin, until))
    plan: dict[str, Any] = clock.version.plan if calendar and clock.version is not None else {}
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total = number = 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        found = open_by_day.get(day, [])
        counted = tuple(part for stretch in found for part in _without(stretch, stops))
        total += sum(part.seconds for part in counted)
        if clock.kind == Kind.WORKING_DAY and calendar and offset and calendar.is_working_day(day):
            number += 1
        row = Day(
            day=day,
            stretches=counted,
            cuts=tuple(part for stretch in found for part in _within(stretch, stops)),
            why="" if counted else _why(day, calendar, plan, has_open_time=bool(found)),
            name=_name(day, plan),
            is_extra=day.isoformat() in plan.get("extra_workdays", {}),
            number=number if number and counted else None,
        )
        yield replace(row, total=total, is_due=day == last)


def _civil_days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterable[tuple[datetime, datetime]]:
    """Cut [start, end) at the midnights of *zone*."""
    at, day = start, start.astimezone(zone).date()
    while at < end:
        day += timedelta(days=1)
        until = min(max(datetime.combine(day, hour(), zone).astimezone(UTC), at), end)
        if until > at:
            yield at, until
        at = until


def _within(stretch: Stretch, stops: list[Pause]) -> Iterable[Pause]:
    """Yield what of *stretch* was on hold."""
    for stop in stops:
        begin, end = max(stop.begin, stretch.begin), min(stop.end, stretch.end)
        if begin < end:
            yield Pause(begin, end, stop.reason)


def _without(stretch: Stretch, stops: list[Pause]) -> Iterable[Stretch]:
    """Yield what of *stretch* counts."""
    at = stretch.begin
    for stop in sorted(_within(stretch, stops), key=lambda row: row.begin):
        if stop.begin > at:
            yield Stretch(at, stop.begin)
        at = max(at, stop.end)
    if at < stretch.end:
        yield Stretch(at, stretch.end)


def _why(day: date, calendar: Calendar | None, plan: dict[str, Any], *, has_open_time: bool) -> str:
    if has_open_time:
        return "paused"
    if calendar is None or calendar.windows_on(day):
        return "outside"
    return "holiday" if day.isoformat() in plan.get("holidays", {}) else "off"


def _name(day: date, plan: dict[str, Any]) -> str:
    extra = plan.get("extra_workdays", {}).get(day.isoformat())
    if extra is not None:
        return str(extra.get("name", ""))
    holidays = plan.get("holidays", {})
    return str(holidays.get(day.isoformat(), "")) if isinstance(holidays, dict) else ""


def _folded(days: list[Day]) -> Iterable[Day | Week]:
    if len(days) <= FOLD_FROM:
        yield from days
        return
    yield from days[:IN_FULL]
    for _week, group in groupby(days[IN_FULL:-IN_FULL], key=lambda row: row.day.isocalendar()[:2]):
        rows = list(group)
        yield Week(
            first=rows[0].day,
            last=rows[-1].day,
            working_days=sum(1 for row in rows if row.stretches),
            seconds=sum(row.seconds for row in rows),
            total=rows[-1].total,
            cuts=tuple(cut for row in rows for cut in row.cuts),
        )
    yield from days[-IN_FULL:]


def _moments(clock: Clock, thresholds: Sequence[Threshold], grace_s: int) -> Iterable[Moment]:
    for place, at in enumerate(arithmetic.moments(clock, thresholds, grace_s)):
        yield Moment(thresholds[place], at, is_reached=place < clock.fired)


def _seconds(begin: datetime, end: datetime) -> int:
    return int((end - begin).total_seconds())
