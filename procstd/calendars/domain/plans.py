"""Plans of working hours: read from what people and files say, every fault told where it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procstd.calendars.domain.hours import Hours, checked_hours, hours_words, read_hours
from procstd.errors import DomainError
from procstd.organisation.models.person import time_zones
from procstd.worktime import FIRST, LAST, WEEKDAYS

Plan = dict[str, Any]

MOST_DAYS = 5_000
MOST_LETTERS = 80
WEEKDAY_NAMES: dict[str, Promise] = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a plan, at which place (``weekly.mon``, ``2026-10-10``, ``tz``)."""

    place: str
    value: str
    message: str | Promise


@dataclass(frozen=True)
class DayRow:
    """A line of the list of days, in a form or a sheet: off, or at work with hours of its own."""

    day: date
    is_work: bool
    hours: Hours
    name: str = ""


def examine_plan(data: Any) -> tuple[Plan, list[Fault]]:
    """Return *data* as a plan in its one canonical form, without what is wrong, and every fault."""
    faults: list[Fault] = []

    def read(place: str, value: Any, reading: Callable[[Any], Any]) -> Any:
        try:
            return reading(value)
        except DomainError as refusal:
            faults.append(Fault(place, str(value)[:80], refusal.message))
            return None

    if not isinstance(data, Mapping):
        return {}, [Fault("", str(data)[:80], _("This is no plan of working hours."))]
    zone = read("tz", data.get("tz", ""), zone_name)
    weekly: dict[str, Hours] = {}
    for name, hours in _entries(data, "weekly", faults):
        if name not in WEEKDAYS:
            faults.append(
                Fault(f"weekly.{name[:20]}", name[:80], _("Weekdays are mon, tue, wed, thu, fri, sat and sun."))
            )
        elif found := read(f"weekly.{name}", hours, checked_hours):
            weekly[name] = found
    holidays: dict[str, str] = {}
    for text, name in _entries(data, "holidays", faults):
        day, words = read(text[:20], text, calendar_day), read(text[:20], name, day_name)
        if day is not None and words is not None:
            _put(holidays, day, words, text, faults)
    extra: dict[str, dict[str, Any]] = {}
    for text, row in _entries(data, "extra_workdays", faults):
        day, found = read(text[:20], text, calendar_day), read(text[:20], row, _own_day)
        if day is not None and found is not None:
            _put(extra, day, found, text, faults)
    for text in sorted(set(holidays) & set(extra)):
        faults.append(Fault(text, text, _("This day stands here twice.")))
    if len(holidays) + len(extra) > MOST_DAYS:
        faults.append(Fault("", "", _("A plan has at most %(most)d days.") % {"most": MOST_DAYS}))
    plan = {
        "tz": zone or "",
        "weekly": {name: weekly[name] for name in WEEKDAYS if name in weekly},
        "holidays": dict(sorted(holidays.items())),
        "extra_workdays": dict(sorted(extra.items())),
    }
    return plan, faults


def checked_plan(data: Any) -> Plan:
    """Return *data* as a plan. Raises DomainError for its first fault, beside the field that it is in."""
    plan, faults = examine_plan(data)
    for fault in faults:
        place = fault.place.removeprefix("weekly.")
        if place in WEEKDAYS or place == "tz":
            raise DomainError(fault.message, field=place)
        raise DomainError(
            _("%(place)s: %(message)s") % {"place": place, "message": fault.message} if place else fault.message
        )
    return plan


def day_rows(plan: Mapping[str, Any]) -> list[DayRow]:
    """Return the days of a plan in order: what a form or a sheet lists."""
    rows = [DayRow(date.fromisoformat(day), False, [], name) for day, name in plan.get("holidays", {}).items()]
    rows += [
        DayRow(date.fromisoformat(day), True, [list(pair) for pair in row["windows"]], row.get("name", ""))
        for day, row in plan.get("extra_workdays", {}).items()
    ]
    return sorted(rows, key=lambda row: (row.day, row.is_work))


def days_of(rows: list[DayRow]) -> dict[str, dict[str, Any]]:
    """Return *rows* as the parts ``holidays`` and ``extra_workdays`` of a plan."""
    return {
        "holidays": {row.day.isoformat(): row.name for row in rows if not row.is_work},
        "extra_workdays": {
            row.day.isoformat(): {"windows": row.hours, "name": row.name} for row in rows if row.is_work
        },
    }


def hours_or_mondays(text: str, weekly: Mapping[str, Hours]) -> Hours:
    """Return the hours of a working day; left out they are those of a Monday, as on make-up days."""
    hours = read_hours(text) or weekly.get("mon", [])
    if not hours:
        raise DomainError(_("Write the hours: Monday, whose hours would hold, has none."))
    return hours


def weekly_words(plan: Mapping[str, Any]) -> dict[str, str]:
    """Return the hours of each weekday as people write them."""
    return {name: hours_words(plan["weekly"].get(name, ())) for name in WEEKDAYS}


def zone_name(text: Any) -> str:
    if not isinstance(text, str) or text not in time_zones():
        raise DomainError(_("“%(name)s” is not a time zone; for example “Asia/Shanghai”.") % {"name": str(text)[:40]})
    return text


def calendar_day(text: Any) -> str:
    """Return a day as 2026-10-01. Raises DomainError for what is no day, or too far away."""
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise DomainError(_("“%(text)s” is no day. Write it as 2026-10-01.") % {"text": str(text)[:40]}) from error
    if not FIRST <= day <= LAST:
        raise DomainError(_("A day lies from %(first)s to %(last)s.") % {"first": FIRST, "last": LAST})
    return day.isoformat()


def day_name(text: Any) -> str:
    """Return the name of a day. Raises DomainError for what no page and no sheet can show."""
    if not isinstance(text, str) or len(text.strip()) > MOST_LETTERS:
        raise DomainError(_("The name of a day is a text of at most %(most)d letters.") % {"most": MOST_LETTERS})
    # Control characters, halves of characters, and what stands for no character at all.
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Cn") for letter in text.strip()):
        raise DomainError(_("The name has characters that cannot be shown."))
    return text.strip()


def _own_day(row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping) or set(row) - {"windows", "name"}:
        raise DomainError(_("A working day has “windows” and a “name”, nothing else."))
    hours = checked_hours(row.get("windows"))
    if not hours:
        raise DomainError(_("A working day needs hours; a day off belongs to the holidays."))
    return {"windows": hours, "name": day_name(row.get("name", ""))}


def _entries(data: Mapping[str, Any], part: str, faults: list[Fault]) -> list[tuple[str, Any]]:
    found = data.get(part, {})
    if isinstance(found, Mapping) and all(isinstance(key, str) for key in found):
        return list(found.items())
    faults.append(Fault(part, str(found)[:80], _("This part names days with what holds on them.")))
    return []


def _put(days: dict[str, Any], day: str, value: Any, text: str, faults: list[Fault]) -> None:
    if day in days:
        faults.append(Fault(day, text[:80], _("This day stands here twice.")))
    days[day] = value
