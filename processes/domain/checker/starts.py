"""At which moments of a year a case is tried: mornings, Friday evenings, before the longest holidays (F89)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from procstd.worktime import BeyondHorizon, Calendar

#: A case that comes so long before the close has next to nothing of its first day.
_LATE = timedelta(hours=1)
_YEAR = 365
#: So many of the longest closed stretches of the year are tried.
_LONGEST = 2


def starts_of(calendar: Calendar, at: datetime) -> tuple[datetime, ...]:
    """Return starts over the year from *at* on: some ten, of which the worst is telling. In UTC."""
    return _starts(calendar, at.astimezone(calendar.zone).date())


@lru_cache(maxsize=64)
def _starts(calendar: Calendar, first: date) -> tuple[datetime, ...]:
    days = list(_working_days(calendar, first))
    if not days:
        return ()
    gaps = list(pairwise(days))
    longest = sorted(gaps, key=lambda pair: (pair[1] - pair[0], -pair[0].toordinal()), reverse=True)
    before_holidays = [day for day, _next in longest[:_LONGEST]]
    weekend = next((day for day, following in gaps if (following - day).days == 3), days[0])
    plain = next((day for day, following in gaps if (following - day).days == 1), days[0])
    half_year = days[len(days) // 2]
    found: list[datetime] = []
    for day in dict.fromkeys([plain, weekend, half_year, *before_holidays]):
        begin = datetime.combine(day, datetime.min.time(), tzinfo=calendar.zone).astimezone(UTC)
        stretches = calendar.open_intervals(begin, begin + timedelta(days=1))
        if stretches:
            found += [stretches[0][0], max(stretches[0][0], stretches[-1][1] - _LATE)]
    return tuple(dict.fromkeys(found))


def _working_days(calendar: Calendar, first: date) -> Iterator[date]:
    for number in range(_YEAR):
        day = first + timedelta(days=number)
        try:
            if calendar.is_working_day(day):
                yield day
        except BeyondHorizon:
            return
