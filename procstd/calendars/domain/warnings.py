"""Tell in time that a year is missing (F57): the notice comes out in autumn."""

from __future__ import annotations

from datetime import date
from typing import Literal

from procstd.calendars.models import CalendarVersion

#: From these days on, month and day, next year's absence is a warning, then an error.
WARNING_FROM, ERROR_FROM = (11, 1), (12, 15)


def missing_year(on: date) -> Literal["warning", "error"] | None:
    """Tell whether everybody's calendar misses the coming year on a day, and how much it matters.

    It is an error at any time when the holidays of that very day are not known: then every due
    time is provisional (R15).
    """
    known_until = everybodys_known_until()
    # The last week of a year is the next notice's: known until Christmas Eve is all that can be known.
    if known_until is None or date(on.year, 12, 24) > known_until:
        return "error"
    if known_until >= date(on.year + 1, 12, 24) or (on.month, on.day) < WARNING_FROM:
        return None
    return "warning" if (on.month, on.day) < ERROR_FROM else "error"


def everybodys_known_until() -> date | None:
    """Return until when the holidays are known in the calendar of everybody without one of their own."""
    published = CalendarVersion.objects.published().filter(calendar__department=None)
    return published.order_by("-number").values_list("known_until", flat=True).first()
