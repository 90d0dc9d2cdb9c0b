"""Try a calendar: when would a limit be due, and what was counted on the way (R1 to R5, R15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procstd.calendars.domain.hours import windows_words
from procstd.calendars.domain.names import spoken
from procstd.calendars.domain.picture import DayKind
from procstd.calendars.models import working_time
from procstd.errors import DomainError
from procstd.worktime import BeyondHorizon, elapsed
from procstd.worktime import Calendar as WorkingTime

#: So many days are explained one by one; a longer way is cut in the middle.
MOST_LINES = 40


class TryUnit(models.TextChoices):
    """In what a limit can be counted."""

    WORKING_MINUTES = "working_minutes", gettext_lazy("working minutes")
    WORKING_HOURS = "working_hours", gettext_lazy("working hours")
    WORKING_DAYS = "working_days", gettext_lazy("working days")
    HOURS = "hours", gettext_lazy("hours around the clock")


_SECONDS = {TryUnit.WORKING_MINUTES: 60, TryUnit.WORKING_HOURS: 3600, TryUnit.HOURS: 3600}


@dataclass(frozen=True)
class Line:
    """A day on the way: what it is, and what it gave."""

    day: date
    what: str
    counted: str
    is_counted: bool


@dataclass
class Reckoning:
    """When it is due, why, and whether the holidays up to there are known."""

    due: datetime
    is_provisional: bool
    lines: list[Line] = field(default_factory=list)
    left_out: int = 0


def reckon(plan: Mapping[str, Any], known_until: date | None, *, start: datetime, amount: int, unit: str) -> Reckoning:
    """Return when *amount* of *unit* from *start* on is due by *plan*, with each day on the way."""
    time = working_time(dict(plan))
    try:
        match unit:
            case TryUnit.HOURS:
                due = elapsed(start, amount * 3600)
            case TryUnit.WORKING_DAYS:
                due = time.nth_close(start, amount)
            case _:
                due = time.add(start, amount * _SECONDS[TryUnit(unit)])
        due = due.astimezone(time.zone)
        lines = [] if unit == TryUnit.HOURS else list(_lines(time, plan, start.astimezone(time.zone), due, unit))
    except (BeyondHorizon, OverflowError) as error:
        raise DomainError(_("That is due beyond the year 2099. Choose less."), field="amount") from error
    # Around the clock no holiday matters.
    provisional = unit != TryUnit.HOURS and (known_until is None or due.date() > known_until)
    left_out = max(len(lines) - MOST_LINES, 0)
    if left_out:
        lines = lines[: MOST_LINES // 2] + lines[-(MOST_LINES // 2) :]
    return Reckoning(due, provisional, lines, left_out)


def _lines(time: WorkingTime, plan: Mapping[str, Any], start: datetime, due: datetime, unit: str) -> Iterator[Line]:
    """Yield each day from *start* to *due*."""
    if unit == TryUnit.WORKING_DAYS:
        yield from _day_lines(time, plan, start.date(), due.date())
        return
    opened: Counter[date] = Counter()
    for begin, end in time.open_intervals(start, due):
        opened[begin.astimezone(time.zone).date()] += round((end - begin).total_seconds())
    for day in _days(start.date(), due.date()):
        yield Line(day, _what(time, plan, day), _length(opened[day]) if opened[day] else "–", bool(opened[day]))


def _day_lines(time: WorkingTime, plan: Mapping[str, Any], start: date, due: date) -> Iterator[Line]:
    count = 0
    for day in _days(start, due):
        counted = (day != start or day == due) and time.is_working_day(day)
        count += counted
        if day == due:
            words = _("due at its close")
        elif day == start:
            words = _("the day on which it begins is not counted")
        else:
            words = _("working day %(count)d") % {"count": count} if counted else "–"
        yield Line(day, _what(time, plan, day), words, counted)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _what(time: WorkingTime, plan: Mapping[str, Any], day: date) -> str:
    """Say what a day is: its name and its hours."""
    windows, text = time.windows_on(day), day.isoformat()
    name = plan["holidays"].get(text) or plan["extra_workdays"].get(text, {}).get("name", "")
    hours = windows_words(windows)
    if day in time.overrides and windows and not time.weekly[day.weekday()]:
        kind = str(DayKind.MADE_UP.label)
    elif windows:
        kind = ""
    else:
        kind = str((DayKind.HOLIDAY if day in time.holidays or day in time.overrides else DayKind.OFF).label)
    return " · ".join(part for part in (kind, spoken(name), hours) if part)


def _length(seconds: int) -> str:
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    words = _("%(hours)d h") % {"hours": hours}
    return f"{words} {_('%(minutes)d min') % {'minutes': rest}}" if rest else words
