"""Moments as people here write them, and the day of the house in which they lie.

The zone here is that of the settings: it costs no statement, is the same whoever reads, and never changes, so that
a week or a month that was counted once is counted the same again. A calendar has a zone of its own, which whoever
signs a version may change: what is planned, due and held on days goes by that one, by
``procstd.calendars.domain.workdays``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format


def moment(at: datetime | None) -> str:
    """Return a moment in the language and the time zone in force; a dash for none."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "–"


def day(at: datetime) -> str:
    """Return the day of a moment, in the language and the time zone in force."""
    return date_format(timezone.localtime(at), "SHORT_DATE_FORMAT")


def house_zone() -> ZoneInfo:
    """Return the zone of the settings, in which the weeks, months and years of the house begin."""
    return ZoneInfo(settings.TIME_ZONE)


def house_day(at: datetime) -> date:
    """Return the day of a moment in the zone of the settings."""
    return at.astimezone(house_zone()).date()


def house_monday(at: datetime) -> date:
    """Return the Monday of the week in which a moment lies, in the zone of the settings."""
    day = house_day(at)
    return day - timedelta(days=day.weekday())


def house_midnight(day: date) -> datetime:
    """Return the moment at which a day begins in the zone of the settings."""
    return datetime.combine(day, time.min, house_zone()).astimezone(UTC)
