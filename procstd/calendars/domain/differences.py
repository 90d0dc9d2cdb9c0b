"""What changes from one version to the next: read before signing, and by whoever wonders later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from procstd.calendars.domain.hours import hours_words
from procstd.calendars.domain.names import spoken
from procstd.calendars.domain.plans import WEEKDAY_NAMES
from procstd.worktime import WEEKDAYS


@dataclass(frozen=True)
class Changed:
    """One line: what, how it was, how it will be. ``day`` where it is a day."""

    what: str
    before: str
    after: str
    day: date | None = None


@dataclass
class Differences:
    """All that differs between two plans."""

    general: list[Changed] = field(default_factory=list)
    days: list[Changed] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.general or self.days)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Differences:
    """Return what differs, in the reader's language: time zone and week, then day by day."""
    found = Differences()
    if before["tz"] != after["tz"]:
        found.general.append(Changed(_("Time zone"), before["tz"], after["tz"]))
    for name in WEEKDAYS:
        old, new = (hours_words(plan["weekly"].get(name, ())) for plan in (before, after))
        if old != new:
            found.general.append(Changed(str(WEEKDAY_NAMES[name]), old or _("day off"), new or _("day off")))
    for text in sorted(_days(before) | _days(after)):
        old, new = _of_day(before, text), _of_day(after, text)
        if old != new:
            found.days.append(Changed(text, old, new, date.fromisoformat(text)))
    return found


def _days(plan: Mapping[str, Any]) -> set[str]:
    return {*plan["holidays"], *plan["extra_workdays"]}


def _of_day(plan: Mapping[str, Any], text: str) -> str:
    """Say what a plan has on a day."""
    row = plan["extra_workdays"].get(text)
    if row is not None:
        name, what = row.get("name", ""), hours_words(row["windows"]) or _("day off")
    elif text in plan["holidays"]:
        name, what = plan["holidays"][text], _("holiday")
    else:
        hours = hours_words(plan["weekly"].get(WEEKDAYS[date.fromisoformat(text).weekday()], ()))
        return _("as every week: %(hours)s") % {"hours": hours} if hours else _("as every week: day off")
    return _("%(what)s (%(name)s)") % {"what": what, "name": spoken(name)} if name else what
