"""Days of the standard calendar, counted. Behind the horizon of a calendar Monday to Friday are worked.

They are days of the calendar's own zone, which a new version may change, and asking for them costs a statement.
Weeks and months that are counted once and must stay the same are of the settings' zone: ``procstd.moments``.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from procstd.calendars.domain.current import calendar_for
from procstd.worktime import BeyondHorizon, Calendar

_DAY = timedelta(days=1)


class Workdays:
    """Which days are worked, for arithmetic on plans. Pure: it asks nothing but its calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._known: dict[date, bool] = {}
        #: Plans made from one template share their days: a portfolio asks for the same stretches again and again.
        self._counted: dict[tuple[date, date], int] = {}

    @property
    def zone(self) -> ZoneInfo:
        return self._calendar.zone

    def today(self, at: datetime) -> date:
        """Return the day of *at* where the calendar is."""
        return at.astimezone(self.zone).date()

    def begin_of(self, day: date) -> datetime:
        """Return the moment at which *day* begins where the calendar is."""
        return datetime.combine(day, time.min, self.zone)

    def is_open(self, day: date) -> bool:
        found = self._known.get(day)
        if found is None:
            try:
                found = self._calendar.is_working_day(day)
            except BeyondHorizon:
                found = day.weekday() < 5
            self._known[day] = found
        return found

    def first_from(self, day: date) -> date:
        """Return *day*, or the first working day after it."""
        while not self.is_open(day):
            day += _DAY
        return day

    def after(self, day: date) -> date:
        """Return the first working day after *day*."""
        return self.first_from(day + _DAY)

    def plus(self, day: date, count: int) -> date:
        """Return the working day *count* working days after *day* (before it, when negative)."""
        if count >= 0:
            day = self.first_from(day)
        step = _DAY if count >= 0 else -_DAY
        for _number in range(abs(count)):
            day += step
            while not self.is_open(day):
                day += step
        return day

    def count(self, first: date, last: date) -> int:
        """Return how many working days lie from *first* to *last*, both counted."""
        found = self._counted.get((first, last))
        if found is None:
            found = sum(self.is_open(first + number * _DAY) for number in range((last - first).days + 1))
            self._counted[first, last] = found
        return found

    def between(self, first: date, last: date) -> int:
        """Return by how many working days *last* is later than *first*: negative when it is earlier."""
        if last >= first:
            return self.count(first + _DAY, last)
        return -self.count(last + _DAY, first)

    def closed_stretches(self, first: date, last: date) -> list[tuple[date, date]]:
        """Return the stretches of days that are not worked within *first* to *last*, both ends counted."""
        found: list[tuple[date, date]] = []
        day = first
        while day <= last:
            if not self.is_open(day):
                begin = found.pop()[0] if found and found[-1][1] == day - _DAY else day
                found.append((begin, day))
            day += _DAY
        return found


def standard_workdays() -> Workdays:
    """Return the days of the standard calendar: that of everybody without one of their own."""
    return Workdays(calendar_for(None).time)
