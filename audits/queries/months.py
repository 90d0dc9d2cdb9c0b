"""A month of the house: half-open, from midnight of its first day in the zone of the house (F69)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from procstd.moments import house_day, house_midnight


@dataclass(frozen=True)
class Month:
    """A calendar month as moments."""

    first: date
    begin: datetime
    until: datetime

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"


def month_of(day: date) -> Month:
    """Return the month of a day."""
    first = day.replace(day=1)
    following = (first.replace(day=28) + _FOUR_DAYS).replace(day=1)
    return Month(first, house_midnight(first), house_midnight(following))


def month_at(at: datetime) -> Month:
    """Return the month in which a moment lies."""
    return month_of(house_day(at))


def month_before(month: Month) -> Month:
    """Return the month before."""
    return month_of(date.fromordinal(month.first.toordinal() - 1))


_FOUR_DAYS = date(2000, 1, 5) - date(2000, 1, 1)
