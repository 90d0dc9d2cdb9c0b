"""A year as a picture: twelve months of days, each with what it is."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procstd.calendars.domain.hours import seconds_of, windows_words
from procstd.calendars.domain.names import spoken
from procstd.calendars.models import working_time
from procstd.worktime import Calendar as WorkingTime


class DayKind(models.TextChoices):
    """What a day is in the picture; drawn by shape and mark, not by colour only."""

    WORK = "work", _("Working day")
    OFF = "off", _("Day off of the week")
    HOLIDAY = "holiday", _("Holiday")
    MADE_UP = "made-up", _("Make-up or extra working day")
    SHORT = "short", _("Half or shorter day")
    OWN = "own", _("Other hours")

    @property
    def mark(self) -> Any:
        """The letter in the corner of the day."""
        return _MARKS.get(self.value, "")


_MARKS = {
    "holiday": pgettext_lazy("mark of a holiday in a calendar", "H"),
    "made-up": pgettext_lazy("mark of a make-up working day in a calendar", "M"),
    "short": pgettext_lazy("mark of a short working day in a calendar", "½"),
    "own": pgettext_lazy("mark of other working hours in a calendar", "±"),
}


@dataclass(frozen=True)
class Day:
    """A day of the picture: its kind, the name that the plan gives it, its hours in words."""

    day: date
    kind: DayKind
    name: str
    hours: str

    @property
    def words(self) -> str:
        """What a pointer or a screen reader is told."""
        return " · ".join(part for part in (str(self.kind.label), spoken(self.name), self.hours) if part)


@dataclass(frozen=True)
class Year:
    """Twelve months, each with its first day and weeks from Monday, and how many days of each kind."""

    number: int
    months: list[tuple[date, list[list[Day | None]]]]
    counts: Mapping[str, int]

    @property
    def working_days(self) -> int:
        return sum(self.counts[kind] for kind in (DayKind.WORK, DayKind.MADE_UP, DayKind.SHORT, DayKind.OWN))

    @property
    def legend(self) -> list[tuple[DayKind, int]]:
        """The kinds that occur, with how often."""
        return [(kind, self.counts[kind]) for kind in DayKind if self.counts[kind]]


def draw_year(plan: Mapping[str, Any], number: int) -> Year:
    """Return the picture of a year by *plan*."""
    time = working_time(dict(plan))
    names = {**plan["holidays"], **{day: row.get("name", "") for day, row in plan["extra_workdays"].items()}}
    longest = max(map(seconds_of, time.weekly), default=0)
    counts: Counter[str] = Counter()

    def drawn(day: date) -> Day:
        kind = _kind(time, day, longest)
        counts[kind] += 1
        return Day(day, kind, names.get(day.isoformat(), ""), windows_words(time.windows_on(day)))

    months = []
    for month in range(1, 13):
        weeks = calendar.Calendar().monthdatescalendar(number, month)
        rows = [[drawn(day) if day.month == month else None for day in week] for week in weeks]
        months.append((date(number, month, 1), rows))
    return Year(number, months, counts)


def _kind(time: WorkingTime, day: date, longest: int) -> DayKind:
    windows, usual = time.windows_on(day), time.weekly[day.weekday()]
    if day in time.overrides and windows:
        more = seconds_of(windows) - seconds_of(usual)
        if not more:
            return DayKind.WORK if windows == usual else DayKind.OWN
        return DayKind.MADE_UP if more > 0 else DayKind.SHORT
    if day in time.overrides or day in time.holidays:
        return DayKind.HOLIDAY
    if not windows:
        return DayKind.OFF
    # A weekday counts as half when it is clearly shorter than the longest one.
    return DayKind.SHORT if seconds_of(windows) * 5 <= longest * 3 else DayKind.WORK
