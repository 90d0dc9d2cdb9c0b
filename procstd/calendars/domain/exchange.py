"""A plan as a JSON file, and back; and a file of either kind into a draft."""

from __future__ import annotations

import json
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from procstd.calendars.domain.plans import examine_plan
from procstd.calendars.domain.workbook import PlaceFault, ReadPlan, optional_day, read_plan_workbook
from procstd.calendars.models import CalendarVersion
from procstd.errors import DomainError
from procstd.worktime import WEEKDAYS

#: A plan of five thousand days has less.
MOST_JSON_BYTES = 2 * 1024 * 1024
_PARTS = frozenset({"tz", "weekly", "holidays", "extra_workdays"})
_ABOUT = frozenset({"code", "name_zh", "name_en", "known_until"})


def write_plan_json(version: CalendarVersion) -> bytes:
    """Return the JSON file of a version: its plan, and what the calendar is called."""
    calendar, plan = version.calendar, version.plan
    data = {
        "code": calendar.code,
        "name_zh": calendar.name_zh,
        "name_en": calendar.name_en,
        "known_until": version.known_until.isoformat() if version.known_until else None,
        "tz": plan["tz"],
        # A database may keep names in an order of its own: people read them in theirs.
        "weekly": {name: plan["weekly"][name] for name in WEEKDAYS if name in plan["weekly"]},
        "holidays": dict(sorted(plan["holidays"].items())),
        "extra_workdays": dict(sorted(plan["extra_workdays"].items())),
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


def read_plan_json(file: IO[bytes]) -> ReadPlan:
    """Read a plan from a JSON file. Raises DomainError for what is none; faults in it are listed."""
    raw = file.read(MOST_JSON_BYTES + 1)
    if len(raw) > MOST_JSON_BYTES:
        raise DomainError(_("The file is far longer than a calendar."), field="file")
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise DomainError(_("This is no JSON file: %(error)s") % {"error": str(error)[:200]}, field="file") from error
    if not isinstance(data, dict):
        raise DomainError(_("This is no plan of working hours."), field="file")
    plan, found = examine_plan(data)
    faults = [PlaceFault("JSON", 0, fault.place, fault.value, fault.message) for fault in found]
    for name in sorted(set(data) - _PARTS - _ABOUT):
        faults.append(PlaceFault("JSON", 0, name[:80], "", _("A calendar has no part of this name.")))
    known_until = None
    try:
        known_until = optional_day(data.get("known_until"))
    except DomainError as refusal:
        faults.append(PlaceFault("JSON", 0, "known_until", str(data["known_until"])[:80], refusal.message))
    return ReadPlan(plan, known_until, faults)


def read_plan_file(file: IO[bytes], name: str) -> ReadPlan:
    """Read a plan from a file of either kind, told by its name."""
    if name.lower().endswith(".json"):
        return read_plan_json(file)
    return read_plan_workbook(file)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")  # one of them would be lost silently
    return found
