"""The day of the house: that of the settings, and that of the standard calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from procstd.calendars.domain.workdays import standard_workdays
from procstd.moments import day, house_day, house_midnight, house_monday, house_zone
from tests.calendars.desk import change, draft_of, sign

#: Shortly after midnight of a Monday in Shanghai; elsewhere it is still Sunday.
AT = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)


def test_the_day_of_the_house_does_not_follow_who_reads() -> None:
    with timezone.override("America/New_York"):
        assert house_day(AT) == date(2026, 3, 2)
        assert house_monday(AT) == date(2026, 3, 2)
        assert house_monday(AT - timedelta(hours=1)) == date(2026, 2, 23)


def test_a_day_of_the_house_begins_at_its_midnight() -> None:
    begin = house_midnight(date(2026, 3, 2))

    assert begin.isoformat() == "2026-03-01T16:00:00+00:00"
    assert begin.astimezone(house_zone()).isoformat() == "2026-03-02T00:00:00+08:00"
    assert house_day(begin) == date(2026, 3, 2)
    assert house_day(begin - timedelta(microseconds=1)) == date(2026, 3, 1)


@pytest.mark.django_db
def test_a_calendar_signed_for_another_zone_moves_working_days_and_not_the_weeks_of_reports() -> None:
    assert standard_workdays().today(AT) == date(2026, 3, 2)

    sign(change(draft_of(), tz="Europe/Berlin"))

    assert standard_workdays().today(AT) == date(2026, 3, 1)
    assert standard_workdays().begin_of(date(2026, 3, 2)).isoformat() == "2026-03-02T00:00:00+01:00"
    assert house_day(AT) == date(2026, 3, 2)


def test_the_day_of_a_moment_is_told_where_it_is_read() -> None:
    with timezone.override("Asia/Shanghai"):
        assert day(AT) == "2026-03-02"
    with timezone.override("America/New_York"):
        assert day(AT) == "2026-03-01"
