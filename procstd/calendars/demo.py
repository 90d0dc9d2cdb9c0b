"""Calendars of the demo: everybody's, with two signed years, and one with half Saturdays. Made by the real acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from procstd.calendars.domain.chinese_year import import_year
from procstd.calendars.domain.versions import add_calendar, publish, save_plan, start_draft
from procstd.calendars.models import Calendar, CalendarVersion
from procstd.organisation.models import Department, User

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_REASON = "Demo"
#: Year, when it was signed, the notice: the days on which the State Council's notices came out.
YEARS = [
    (2025, datetime(2024, 11, 12, 16, 0, tzinfo=_SHANGHAI), "国务院办公厅 2024-11-12"),
    (2026, datetime(2025, 11, 4, 16, 0, tzinfo=_SHANGHAI), "国办发明电〔2025〕7号"),
]


@transaction.atomic
def load() -> int:
    """Load what is not there yet; tell how many rows were made."""
    signer = User.objects.filter(username="fang.ning", is_staff=True).first()
    if signer is None:
        return 0
    return _standard(signer) + _service(signer)


def _standard(signer: User) -> int:
    """Everybody's calendar: a version for each of the two years."""
    calendar = Calendar.objects.filter(department=None).first()
    if calendar is not None and calendar.versions.published().exclude(known_until=None).exists():
        return 0
    made = 0
    if calendar is None:
        calendar = add_calendar(
            code="standard", name_zh="标准工作日历", name_en="Standard calendar", tz="Asia/Shanghai",
            department=None, by=signer, at=YEARS[0][1], reason=_REASON,
        )  # fmt: skip
        made += 1
    for year, at, notice in YEARS:
        draft = _draft(calendar, signer, at)
        report = import_year(draft, year=year, by=signer)
        publish(
            draft,
            notice=notice,
            known_until=report.known_until,
            reason=f"{year} 年度 / Year {year}",
            by=signer,
            at=at,
        )
        made += 1
    return made


def _service(signer: User) -> int:
    """Customer service works on Saturday mornings too; a draft for the last day of the year is open."""
    department = Department.objects.without_tree_fields().filter(code="service").first()
    if department is None or Calendar.objects.filter(department=department).exists():
        return 0
    _year, at, notice = YEARS[-1]
    calendar = add_calendar(
        code="service", name_zh="客服工作日历", name_en="Customer service calendar", tz="Asia/Shanghai",
        department=department, by=signer, at=at, reason=_REASON,
    )  # fmt: skip
    draft = _draft(calendar, signer, at)
    week = {**draft.plan["weekly"], "sat": [["09:00", "12:00"]]}
    draft = _save(draft, signer, weekly=week)
    publish(
        draft, notice=notice, known_until=draft.known_until, reason="周六上午值班 / Saturday mornings", by=signer, at=at
    )
    draft = start_draft(calendar, by=signer, at=datetime(2026, 11, 20, 10, 0, tzinfo=_SHANGHAI))
    last_day = {"windows": [["09:00", "12:00"]], "name": "年终盘点"}
    _save(draft, signer, extra_workdays={**draft.plan["extra_workdays"], date(2026, 12, 31).isoformat(): last_day})
    return 3


def _draft(calendar: Calendar, signer: User, at: datetime) -> CalendarVersion:
    return calendar.versions.drafts().first() or start_draft(calendar, by=signer, at=at)


def _save(draft: CalendarVersion, signer: User, **changed: Any) -> CalendarVersion:
    return save_plan(draft, **{**draft.plan, **changed}, known_until=draft.known_until, by=signer)
