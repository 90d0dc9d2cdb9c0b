"""A month of the house: half-open, from midnight of its first day in the zone of the house (F69)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


@dataclass(frozen=True)
class Month:
    """A calendar month as moments."""

    first: date
    begin: datetime
    until: datetime

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"


def house_zone() -> ZoneInfo:
    """Return the zone in which the months of the house begin."""
    return ZoneInfo(settings.TIME_ZONE)


def house_day(at: datetime) -> date:
    """Return the day of a moment where the house is."""
    return at.astimezone(house_zone()).date()


def month_of(day: date) -> Month:
    """Return the month of a day."""
    first = day.replace(day=1)
    following = (first.replace(day=28) + _FOUR_DAYS).replace(day=1)
    moments = [datetime.combine(edge, time.min, house_zone()).astimezone(UTC) for edge in (first, following)]
    return Month(first, moments[0], moments[1])


def month_at(at: datetime) -> Month:
    """Return the month in which a moment lies."""
    return month_of(at.astimezone(house_zone()).date())


def month_before(month: Month) -> Month:
    """Return the month before."""
    return month_of(date.fromordinal(month.first.toordinal() - 1))


_FOUR_DAYS = date(2000, 1, 5) - date(2000, 1, 1)
