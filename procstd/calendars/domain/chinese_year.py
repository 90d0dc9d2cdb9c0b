"""A Chinese year into a draft: from chinesecalendar, compared day by day with holidays (F57).

chinesecalendar lists whole blocks, Saturdays and Sundays too, and knows a year only when its
notice is out. holidays lists the weekdays, and reckons years that nobody has announced: it is
asked for a second opinion only, never for a year that the first one does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.calendars.domain.hours import Hours
from procstd.calendars.domain.plans import Plan, checked_plan
from procstd.calendars.domain.versions import locked_draft
from procstd.calendars.models import CalendarVersion
from procstd.errors import DomainError

#: The notice of the next year may move days from here on (2018-12-29 was worked, 12-31 off).
LATE_DECEMBER = (12, 25)
_CHINA = "Asia/Shanghai"


@dataclass(frozen=True)
class Difference:
    """A day that one library calls a working day and the other does not."""

    day: date
    chinesecalendar_works: bool
    holidays_works: bool


@dataclass
class YearReport:
    """What the comparison found: over how many days both were asked, on how many they say the same."""

    year: int
    days: int = 0
    agreeing: int = 0
    differences: list[Difference] = field(default_factory=list)
    #: Days off of the notice, by name, and make-up days.
    holidays: dict[date, str] = field(default_factory=dict)
    make_up_days: dict[date, str] = field(default_factory=dict)
    #: Saturdays and Sundays within a block: holidays leaves them out, because they are free anyway.
    weekend_days: int = 0
    #: Days of the year that stood in the draft and are not in the notice: left as they are.
    kept: list[date] = field(default_factory=list)

    @property
    def known_until(self) -> date:
        return date(self.year, 12, 24)


def compare_year(year: int) -> YearReport:
    """Compare the libraries over *year* and the last week before it, which its notice may move.

    Raises DomainError for a year that is not announced: nothing is ever guessed.
    """
    # Loaded here: nothing but this job needs them.
    import chinese_calendar
    import holidays as second_opinion

    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except (NotImplementedError, ValueError) as error:
        raise DomainError(
            _(
                "The holidays of %(year)d are not known: the notice is not out, or the installed chinesecalendar is "
                "older than it. Nothing is guessed. Update the package, or write the days by hand or in a file."
            )
            % {"year": year}
        ) from error
    others = second_opinion.country_holidays("CN", years=[year - 1, year, year + 1])
    report = YearReport(year)
    for day in _days(max(date(year - 1, *LATE_DECEMBER), min(chinese_calendar.holidays)), date(year, 12, 31)):
        works, others_work = chinese_calendar.is_workday(day), others.is_working_day(day)
        if day.year == year:
            report.days += 1
            report.agreeing += works == others_work
        if works != others_work:
            report.differences.append(Difference(day, works, others_work))
        if day in chinese_calendar.holidays:
            report.holidays[day] = _name(chinese_calendar, chinese_calendar.holidays[day])
            report.weekend_days += day not in others and day.weekday() > 4
        elif day in chinese_calendar.workdays:
            report.make_up_days[day] = _name(chinese_calendar, chinese_calendar.workdays[day])
    return report


@transaction.atomic
def import_year(version: CalendarVersion, *, year: int, by: Any, make_up_hours: Hours | None = None) -> YearReport:
    """Write a Chinese year into a draft, unless the libraries differ: then nothing is written.

    Make-up days get *make_up_hours*, or the hours of a Monday. Other days of the draft stay.
    """
    version = locked_draft(version)
    if version.plan["tz"] != _CHINA:
        raise DomainError(_("Chinese holidays belong into a calendar of the time zone Asia/Shanghai."))
    report = compare_year(year)
    if report.differences:
        return report
    version.plan = checked_plan(_merged(version.plan, report, make_up_hours))
    version.known_until = max(filter(None, (version.known_until, report.known_until)))
    history.save(version, by=by, reason="", update_fields=["plan", "known_until"])
    return report


def _merged(plan: Plan, report: YearReport, make_up_hours: Hours | None) -> Plan:
    hours = make_up_hours or plan["weekly"].get("mon")
    if not hours and report.make_up_days:
        raise DomainError(_("Write the hours of Monday first: make-up days get them."))
    named = {day.isoformat() for day in (*report.holidays, *report.make_up_days)}
    holidays = {day: name for day, name in plan["holidays"].items() if day not in named}
    extra = {day: row for day, row in plan["extra_workdays"].items() if day not in named}
    report.kept = [date.fromisoformat(day) for day in sorted((*holidays, *extra)) if day[:4] == f"{report.year:04}"]
    holidays |= {day.isoformat(): name for day, name in report.holidays.items()}
    extra |= {day.isoformat(): {"windows": hours, "name": name} for day, name in report.make_up_days.items()}
    return {**plan, "holidays": holidays, "extra_workdays": extra}


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _name(library: Any, english: str) -> str:
    """Return the Chinese name of a holiday, as the notice has it."""
    return str(library.Holiday(english).chinese)
