"""Calendars for tests: signed ones, drafts, and plans at random."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from procstd.calendars.domain.chinese_year import import_year
from procstd.calendars.domain.current import ensure_default
from procstd.calendars.domain.hours import clock_words
from procstd.calendars.domain.versions import latest_of, publish, save_plan, start_draft
from procstd.calendars.models import Calendar, CalendarVersion
from procstd.worktime import WEEKDAYS
from tests.factories import PersonFactory

SHANGHAI = ZoneInfo("Asia/Shanghai")
SIGNED_AT = datetime(2025, 11, 4, 16, 0, tzinfo=SHANGHAI)
NOTICE = "国办发明电〔2025〕7号"
DAY = [["09:00", "12:00"], ["13:30", "18:00"]]


def everybodys() -> Calendar:
    """Return the calendar of all departments without one of their own."""
    ensure_default()
    return Calendar.objects.get(department=None)


def draft_of(calendar: Calendar | None = None) -> CalendarVersion:
    return start_draft(calendar or everybodys(), by=None, at=SIGNED_AT)


def change(draft: CalendarVersion, **changed: Any) -> CalendarVersion:
    """Save a draft with parts of its plan, or until when it is known, changed."""
    known_until = changed.pop("known_until", draft.known_until)
    return save_plan(draft, **{**draft.plan, **changed}, known_until=known_until, by=None)


def sign(draft: CalendarVersion, by: Any = None, **facts: Any) -> CalendarVersion:
    facts = {"notice": NOTICE, "known_until": draft.known_until, "reason": "Test", "at": SIGNED_AT, **facts}
    return publish(draft, by=by or PersonFactory(staff=True), **facts)


def signed_2026(by: Any = None, calendar: Calendar | None = None) -> CalendarVersion:
    """Return a version in force with 2026 as the State Council announced it."""
    draft = draft_of(calendar)
    import_year(draft, year=2026, by=None)
    draft.refresh_from_db()
    return sign(draft, by=by)


def in_force(calendar: Calendar) -> CalendarVersion:
    found = latest_of(calendar)
    assert found is not None
    return found


def at(text: str) -> datetime:
    """Return a moment of 2026 in Shanghai, written as “11-20 17:00”."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


# Names that a spreadsheet would take for formulas, numbers, days or its own escapes, among ordinary ones.
_NAMES = [
    "", "国庆节", "Company day", "=1+1", "'=1+1", "''-", "-", "+1", "@home", "007", "1.0", "2026-10-01", "TRUE",
    "_x0041_", "a,b;c", "“quoted” 'twice'", "▸ mark", "<b>&amp;</b>", "🎉 party", "a  b",
]  # fmt: skip


def random_plan(seed: int) -> dict[str, Any]:
    """Return a plan with windows to the second, own days and names of every kind."""
    chance = random.Random(seed)  # noqa: S311

    def hours(least: int) -> list[list[str]]:
        count = chance.randint(least, 4)
        unit = chance.choice([1, 60, 900])
        points = sorted(chance.sample(range(86_400 // unit + 1), count * 2))
        return [[clock_words(a * unit), clock_words(b * unit)] for a, b in zip(points[::2], points[1::2], strict=True)]

    weekly = {name: found for name in WEEKDAYS if (found := hours(0))}
    days = chance.sample(range(5000), chance.randint(0, 60))
    texts = [(date(2020, 1, 1) + timedelta(days=day)).isoformat() for day in days]
    cut = chance.randint(0, len(texts))
    return {
        "tz": chance.choice(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]),
        "weekly": weekly,
        "holidays": {text: chance.choice(_NAMES) for text in texts[:cut]},
        "extra_workdays": {text: {"windows": hours(1), "name": chance.choice(_NAMES)} for text in texts[cut:]},
    }
