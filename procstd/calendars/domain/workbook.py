"""A plan as an Excel workbook, and back: sheets for the calendar, its week and its days, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procstd.calendars.domain.hours import Hours, hours_words, read_hours
from procstd.calendars.domain.plans import (
    MOST_DAYS,
    DayRow,
    Plan,
    calendar_day,
    day_name,
    day_rows,
    days_of,
    hours_or_mondays,
    zone_name,
)
from procstd.calendars.models import CalendarVersion
from procstd.errors import DomainError
from procstd.sheets import Column, SheetRow, read_sheets, write_sheets
from procstd.worktime import WEEKDAYS

CALENDAR, WEEKLY, DAYS = "calendar", "weekly", "days"
_HOURS = _("As 09:00-12:00 13:30-18:00.")
SHEETS: dict[str, list[Column]] = {
    CALENDAR: [
        Column("code", _("Code"), _("For people only: the file is read into the calendar on whose page you are.")),
        Column("name_zh", _("Name in Chinese"), _("For people only.")),
        Column("name_en", _("Name in English"), _("For people only.")),
        Column("time_zone", _("Time zone"), _("As Asia/Shanghai.")),
        Column("known_until", _("Holidays known until"), _("A day as 2026-12-24, or empty.")),
    ],
    WEEKLY: [
        Column("weekday", _("Weekday"), _("mon, tue, wed, thu, fri, sat or sun; one that is missing is a day off.")),
        Column("windows", _("Hours"), _HOURS, width=36),
    ],
    DAYS: [
        Column("date", _("Day"), _("As 2026-10-01.")),
        Column("kind", _("Kind"), _("holiday, or work")),
        Column("windows", _("Hours"), _("For work only; empty: as on a Monday."), width=36),
        Column("name", _("Name"), _("What people see, as 国庆节."), width=30),
    ],
}
HOLIDAY, WORK = "holiday", "work"


@dataclass(frozen=True)
class PlaceFault:
    """What is wrong in a file, and where: sheet, row and column, or the place in a JSON file."""

    sheet: str
    row: int
    column: str
    value: str
    message: str | Promise


@dataclass
class ReadPlan:
    """What a file says: a plan and until when its holidays are known, or the faults."""

    plan: Plan
    known_until: date | None = None
    faults: list[PlaceFault] = field(default_factory=list)


def write_plan_workbook(version: CalendarVersion) -> bytes:
    """Return the workbook of a version."""
    calendar, plan = version.calendar, version.plan
    known_until = version.known_until.isoformat() if version.known_until else ""
    facts = [[calendar.code, calendar.name_zh, calendar.name_en, plan["tz"], known_until]]
    week = [[name, hours_words(plan["weekly"][name])] for name in WEEKDAYS if plan["weekly"].get(name)]
    days = [
        [row.day.isoformat(), WORK if row.is_work else HOLIDAY, hours_words(row.hours), row.name]
        for row in day_rows(plan)
    ]
    rows = {CALENDAR: facts, WEEKLY: week, DAYS: days}
    return write_sheets((title, columns, rows[title]) for title, columns in SHEETS.items())


def read_plan_workbook(file: IO[bytes]) -> ReadPlan:
    """Read a plan from a workbook. Raises DomainError for what is no such workbook; faults in cells are listed."""
    found = read_sheets(file, SHEETS)
    reading = _Reading()
    facts = reading.facts(found[CALENDAR])
    weekly = reading.week(found[WEEKLY])
    rows = reading.days(found[DAYS], weekly)
    plan = {"tz": facts.get("time_zone", ""), "weekly": weekly, **days_of(rows)}
    return ReadPlan(plan, facts.get("known_until"), reading.faults)


class _Reading:
    """Reads rows; what is wrong in a cell is noted, and reading goes on."""

    def __init__(self) -> None:
        self.faults: list[PlaceFault] = []

    def fail(self, sheet: str, row: SheetRow | None, column: str, message: Any) -> None:
        value = row.cells.get(column, "")[:80] if row else ""
        self.faults.append(PlaceFault(sheet, row.number if row else 1, column, value, message))

    def cell(self, sheet: str, row: SheetRow, column: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(row.cells[column])
        except DomainError as refusal:
            self.fail(sheet, row, column, refusal.message)
            return None

    def facts(self, rows: list[SheetRow]) -> dict[str, Any]:
        if len(rows) != 1:
            self.fail(CALENDAR, rows[1] if rows else None, "time_zone", _("This sheet has exactly one row."))
            return {}
        return {
            "time_zone": self.cell(CALENDAR, rows[0], "time_zone", zone_name) or "",
            "known_until": self.cell(CALENDAR, rows[0], "known_until", optional_day),
        }

    def week(self, rows: list[SheetRow]) -> dict[str, Hours]:
        weekly: dict[str, Hours] = {}
        for row in rows:
            name = row.cells["weekday"].lower()
            if name not in WEEKDAYS:
                self.fail(WEEKLY, row, "weekday", _("Weekdays are mon, tue, wed, thu, fri, sat and sun."))
            elif name in weekly:
                self.fail(WEEKLY, row, "weekday", _("This day stands here twice."))
            else:
                weekly[name] = self.cell(WEEKLY, row, "windows", read_hours) or []
        return {name: hours for name, hours in weekly.items() if hours}

    def days(self, rows: list[SheetRow], weekly: dict[str, Hours]) -> list[DayRow]:
        found: dict[str, DayRow] = {}
        if len(rows) > MOST_DAYS:
            self.fail(DAYS, None, "date", _("A plan has at most %(most)d days.") % {"most": MOST_DAYS})
            return []
        for row in rows:
            day = self.cell(DAYS, row, "date", calendar_day)
            name = self.cell(DAYS, row, "name", day_name)
            kind, hours = row.cells["kind"].lower(), []
            if kind == WORK:
                hours = self.cell(DAYS, row, "windows", lambda text: hours_or_mondays(text, weekly))
            elif kind != HOLIDAY:
                self.fail(DAYS, row, "kind", _("A day is “holiday” or “work”."))
            elif row.cells["windows"]:
                self.fail(DAYS, row, "windows", _("A holiday has no hours. Is it a working day?"))
            if day in found:
                self.fail(DAYS, row, "date", _("This day stands here twice."))
            elif day is not None and name is not None and hours is not None:
                found[day] = DayRow(date.fromisoformat(day), kind == WORK, hours, name)
        return list(found.values())


def optional_day(text: Any) -> date | None:
    """Return a day, or None for an empty text. Raises DomainError."""
    return date.fromisoformat(calendar_day(text)) if text else None
