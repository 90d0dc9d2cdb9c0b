"""Calendars with what holds in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from procstd.calendars.models import Calendar, CalendarVersion


@dataclass
class Overview:
    """A calendar, its version in force and its draft, if any."""

    calendar: Calendar
    in_force: CalendarVersion | None = None
    draft: CalendarVersion | None = None


def overviews(user: Any) -> list[Overview]:
    """Return all calendars, the one for everybody else first. Two queries."""
    rows = {row.pk: Overview(row) for row in Calendar.objects.select_related("department")}
    # Plans are long and not shown in a list.
    versions = CalendarVersion.objects.visible_to(user).defer("plan").select_related("published_by").order_by("number")
    for version in versions:
        row = rows[version.calendar_id]
        version.calendar = row.calendar
        if version.is_published:
            row.in_force = version
        else:
            row.draft = version
    return sorted(rows.values(), key=lambda row: (row.calendar.department_id is not None, row.calendar.code))


def versions_of(calendar: Calendar, user: Any) -> list[CalendarVersion]:
    """Return the versions of *calendar* that *user* may see, the newest first. One query."""
    versions = list(calendar.versions.visible_to(user).select_related("published_by").order_by("-number"))
    for version in versions:
        version.calendar = calendar
    return versions
