"""When something may be sent: working time, quiet hours, the hour of the digest. Arithmetic only."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from procstd.worktime import DAY, Calendar, Windows

#: A digest waits for a working day at most so long; after that it comes on any day.
_LONGEST_WAIT = 60
#: Working time and quiet hours that hardly meet: after so many tries the quiet hours win.
_TRIES = 200


def after_quiet_hours(at: datetime, zone: ZoneInfo, quiet_from: time | None, quiet_until: time | None) -> datetime:
    """Return the first moment from *at* on at which the wall clock reads a time outside the quiet hours.

    They are half-open and may span midnight. An hour that the zone skips is not waited for, one that
    it repeats is quiet twice (R13): what is not quiet is a plan of working hours, asked as one.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return at
    first = _audible(zone, quiet_from, quiet_until).add(at, 0)
    # The plan counts in whole seconds: what is not postponed keeps its microseconds.
    return first if first > at else at


@lru_cache(maxsize=256)
def _audible(zone: ZoneInfo, quiet_from: time, quiet_until: time) -> Calendar:
    """Return the plan of the hours that are not quiet."""
    begin, end = _seconds(quiet_from), _seconds(quiet_until)
    windows: Windows = ((end, begin),) if end < begin else ((0, begin), (end, DAY))
    day = tuple((opening, closing) for opening, closing in windows if opening < closing)
    return Calendar(zone, [day] * 7)


def in_working_time(
    at: datetime, calendar: Calendar, zone: ZoneInfo, quiet_from: time | None, quiet_until: time | None
) -> datetime:
    """Return the first moment from *at* on that is both working time and not quiet.

    Who has declared all working time quiet is told when the quiet hours end.
    """
    moment = at
    for _try in range(_TRIES):
        opening = max(calendar.add(moment, 0), moment)
        moment = after_quiet_hours(opening, zone, quiet_from, quiet_until)
        if moment == opening:
            return moment
    return after_quiet_hours(at, zone, quiet_from, quiet_until)


def digest_moment(
    at: datetime,
    calendar: Calendar,
    zone: ZoneInfo,
    digest_at: time,
    quiet_from: time | None,
    quiet_until: time | None,
) -> tuple[date, datetime]:
    """Return the day of the next digest after *at*, and when it is sent: on a working day of the calendar."""
    day = at.astimezone(zone).date()
    for ahead in range(_LONGEST_WAIT + 1):
        candidate = day + timedelta(days=ahead)
        moment = datetime.combine(candidate, digest_at, tzinfo=zone).astimezone(UTC)
        if moment > at and (ahead == _LONGEST_WAIT or calendar.is_working_day(candidate)):
            return candidate, after_quiet_hours(moment, zone, quiet_from, quiet_until)
    raise AssertionError("The last day of the wait is always taken.")


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second
