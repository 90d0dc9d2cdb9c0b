"""Working calendars for tests: the year 2026 of the People's Republic, with its make-up days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from procstd.calendars.models import Calendar, CalendarVersion
from procstd.organisation.models import Department

HOURS = [["09:00", "12:00"], ["13:30", "18:00"]]
#: The blocks of the notice of 2025-11-04, whole, and the days that are worked for them.
BLOCKS = {
    "元旦": (date(2026, 1, 1), date(2026, 1, 3)),
    "春节": (date(2026, 2, 15), date(2026, 2, 23)),
    "清明节": (date(2026, 4, 4), date(2026, 4, 6)),
    "劳动节": (date(2026, 5, 1), date(2026, 5, 5)),
    "端午节": (date(2026, 6, 19), date(2026, 6, 21)),
    "中秋节": (date(2026, 9, 25), date(2026, 9, 27)),
    "国庆节": (date(2026, 10, 1), date(2026, 10, 7)),
}
WORKED = {
    "元旦": [date(2026, 1, 4)],
    "春节": [date(2026, 2, 14), date(2026, 2, 28)],
    "劳动节": [date(2026, 5, 9)],
    "国庆节": [date(2026, 9, 20), date(2026, 10, 10)],
}


def plan_2026(tz: str = "Asia/Shanghai") -> dict[str, Any]:
    """Return the plan of an office in 2026: Monday to Friday, 7.5 hours."""
    holidays = {
        (first + timedelta(days=offset)).isoformat(): name
        for name, (first, last) in BLOCKS.items()
        for offset in range((last - first).days + 1)
    }
    return {
        "tz": tz,
        "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS),
        "holidays": holidays,
        "extra_workdays": {
            day.isoformat(): {"windows": HOURS, "name": name} for name, days in WORKED.items() for day in days
        },
    }


def calendar_2026(department: Department | None = None, *, plan: dict[str, Any] | None = None) -> CalendarVersion:
    """Publish the calendar of 2026 for a department, or for everybody."""
    calendar, _made = Calendar.objects.get_or_create(
        department=department,
        defaults={
            "code": f"cal-{department.pk if department else 'all'}",
            "name_zh": "办公日历", "name_en": "Office calendar",
        },
    )  # fmt: skip
    now = datetime(2026, 1, 1, tzinfo=UTC)
    latest = calendar.versions.first()
    version = CalendarVersion(
        calendar=calendar, number=latest.number + 1 if latest else 1, plan=plan or plan_2026(),
        known_until=date(2026, 12, 24), created_at=now, published_at=now,
    )  # fmt: skip
    version.freeze()
    version.save()
    return version
