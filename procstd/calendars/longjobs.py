"""A kind of job: bring a Chinese year into a draft."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.calendars.domain.chinese_year import YearReport, import_year
from procstd.calendars.models import CalendarVersion
from procstd.errors import DomainError
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind


@kind("calendar-year", title=_("Import of a Chinese year"), result_template="calendars/job_year.html")
def bring_year(run: Run) -> dict[str, Any]:
    """Write a year into a draft, if both libraries agree about every day. A second time changes nothing."""
    rows = CalendarVersion.objects.drafts().select_related("calendar")
    version = rows.filter(calendar__code=run.facts["calendar"]).first()
    if version is None:
        raise DomainError(_("This draft is no more: somebody discarded it."))
    report = import_year(version, year=run.facts["year"], by=run.job.owner)
    return {"calendar": version.calendar.code, **_told(report)}


def _told(report: YearReport) -> dict[str, Any]:
    return {
        "year": report.year,
        "days": report.days,
        "agreeing": report.agreeing,
        "holidays": len([day for day in report.holidays if day.year == report.year]),
        "weekend_days": report.weekend_days,
        "make_up_days": len([day for day in report.make_up_days if day.year == report.year]),
        "kept": [day.isoformat() for day in report.kept],
        "differences": [
            {
                "day": row.day.isoformat(),
                "chinesecalendar": row.chinesecalendar_works,
                "holidays": row.holidays_works,
            }
            for row in report.differences
        ],
    }
