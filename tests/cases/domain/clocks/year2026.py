"""The working calendar of the worked examples: Asia/Shanghai, 09:00–12:00 and 13:30–18:00, the real 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from procstd.calendars.models import Calendar, CalendarVersion

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = [["09:00", "12:00"], ["13:30", "18:00"]]
#: The blocks of the State Council's notice for 2026: first day, days.
BLOCKS = [
    ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3),
    ("2026-09-25", 3), ("2026-10-01", 7),
]  # fmt: skip
MAKE_UP = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def plan_of_2026(tz: str = "Asia/Shanghai") -> dict[str, Any]:
    """Return the plan of 2026 as an administrator signs it."""
    days = [date.fromisoformat(first) + timedelta(days=n) for first, count in BLOCKS for n in range(count)]
    return {
        "tz": tz,
        "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY),
        "holidays": {day.isoformat(): "holiday" for day in days},
        "extra_workdays": {day: {"windows": DAY, "name": "make-up day"} for day in MAKE_UP},
    }


def sign(plan: dict[str, Any] | None = None, *, known_until: date | None = date(2026, 12, 24)) -> CalendarVersion:
    """Publish a version of everybody's calendar, as the next one."""
    calendar, _made = Calendar.objects.get_or_create(
        department=None, defaults={"code": "standard", "name_zh": "标准", "name_en": "Standard"}
    )
    latest = calendar.versions.order_by("-number").first()
    now = datetime.now(UTC)
    version = CalendarVersion(
        calendar=calendar, number=latest.number + 1 if latest else 1, plan=plan or plan_of_2026(),
        known_until=known_until, created_at=now, published_at=now,
    )  # fmt: skip
    version.freeze()
    version.save()
    return version


def local(text: str) -> datetime:
    """Return the moment that reads *text* on a wall in Shanghai, as “11-20 17:00” (of 2026)."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def reads(moment: datetime | None) -> str:
    """Return what the wall in Shanghai reads, as “11-20 17:00:00”."""
    assert moment is not None
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S")
