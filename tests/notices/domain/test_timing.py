"""Quiet hours, working time, the hour of the digest; quiet hours against a walk minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procstd.notices.domain.timing import after_quiet_hours, digest_moment, in_working_time
from procstd.worktime import Calendar

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT = time(22), time(7)
DAY_WINDOWS = ((9 * 3600, 12 * 3600), (13 * 3600 + 1800, 18 * 3600))
WEEK = Calendar(SHANGHAI, [DAY_WINDOWS] * 5 + [()] * 2, holidays=[date(2026, 10, 1)])


def local(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-24 21:59:59", "2026-11-24 21:59:59"),
        ("2026-11-24 22:00", "2026-11-25 07:00"),
        ("2026-11-25 06:59:59", "2026-11-25 07:00"),
        ("2026-11-25 07:00", "2026-11-25 07:00"),
    ],
)
def test_quiet_hours_are_half_open_and_span_midnight(at: str, expected: str) -> None:
    assert after_quiet_hours(local(at), SHANGHAI, *NIGHT) == local(expected)


def test_what_is_not_quiet_is_not_moved_by_a_microsecond() -> None:
    at = local("2026-11-24 12:00:00.123456")

    assert after_quiet_hours(at, SHANGHAI, *NIGHT) == at
    assert after_quiet_hours(at, SHANGHAI, None, None) == at


def test_an_end_that_the_zone_skips_comes_when_the_clock_has_jumped() -> None:
    # On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.
    assert after_quiet_hours(local("2026-03-29 01:00", BERLIN), BERLIN, time(23), time(2, 30)) == local(
        "2026-03-29 03:00", BERLIN
    )


def test_an_hour_that_is_repeated_is_quiet_twice() -> None:
    # On 25 October 2026 Berlin has 02:00–03:00 twice.
    quiet = time(23), time(2, 30)

    assert after_quiet_hours(local("2026-10-25 01:00", BERLIN), BERLIN, *quiet) == local("2026-10-25 02:30", BERLIN)
    assert after_quiet_hours(local("2026-10-25 02:10", BERLIN, fold=1), BERLIN, *quiet) == local(
        "2026-10-25 02:30", BERLIN, fold=1
    )


def _is_quiet(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> bool:
    wall = at.astimezone(zone).time().replace(tzinfo=None)
    if quiet_from <= quiet_until:
        return quiet_from <= wall < quiet_until
    return wall >= quiet_from or wall < quiet_until


def _by_walking(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime:
    while _is_quiet(at, zone, quiet_from, quiet_until):
        at += timedelta(minutes=1)
    return at


hours = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
#: Around the days on which these zones change their clocks, and any time of two years.
moments = st.one_of(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from([125_280, 429_120, 96_480, 438_480]).flatmap(
        lambda middle: st.integers(middle - 3000, middle + 3000)
    ),
)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])


@given(moments, zones, hours, hours)
def test_quiet_hours_end_where_a_walk_by_minutes_ends(minute: int, name: str, begin: time, end: time) -> None:
    at, zone = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute), ZoneInfo(name)
    expected = at if begin == end else _by_walking(at, zone, begin, end)

    assert after_quiet_hours(at, zone, begin, end) == expected


@given(moments, hours, hours)
def test_a_moment_of_working_time_is_open_and_not_quiet(minute: int, begin: time, end: time) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)

    moment = in_working_time(at, WEEK, BERLIN, begin, end)

    assert moment >= at
    assert begin == end or not _is_quiet(moment, BERLIN, begin, end)
    wall = moment.astimezone(SHANGHAI)
    is_open = any(
        opening <= wall.hour * 3600 + wall.minute * 60 + wall.second < closing
        for opening, closing in WEEK.windows_on(wall.date())
    )
    # Working time that is all quiet cannot be waited for; then it is the end of the quiet hours.
    assert is_open or moment == after_quiet_hours(at, BERLIN, begin, end)


def test_after_working_time_comes_the_next_morning_and_over_a_weekend_monday() -> None:
    assert in_working_time(local("2026-11-24 18:00"), WEEK, SHANGHAI, None, None) == local("2026-11-25 09:00")
    assert in_working_time(local("2026-11-20 18:00"), WEEK, SHANGHAI, None, None) == local("2026-11-23 09:00")
    assert in_working_time(local("2026-11-24 18:00"), WEEK, SHANGHAI, time(8), time(10)) == local("2026-11-25 10:00")


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-24 08:29:59", "2026-11-24"),
        ("2026-11-24 08:30", "2026-11-25"),
        ("2026-11-20 09:00", "2026-11-23"),  # Friday to Monday
        ("2026-09-30 09:00", "2026-10-02"),  # the first of October is a holiday
    ],
)
def test_a_digest_comes_on_the_next_working_day_at_its_hour(at: str, day: str) -> None:
    assert digest_moment(local(at), WEEK, SHANGHAI, time(8, 30), None, None) == (
        date.fromisoformat(day),
        local(f"{day} 08:30"),
    )


def test_a_digest_waits_for_the_quiet_hours_to_end() -> None:
    day, moment = digest_moment(local("2026-11-24 12:00"), WEEK, SHANGHAI, time(6), *NIGHT)

    assert (day, moment) == (date(2026, 11, 25), local("2026-11-25 07:00"))


def test_a_calendar_that_hardly_works_does_not_hold_a_digest_for_ever() -> None:
    rare = Calendar(SHANGHAI, [()] * 7, overrides={date(2030, 1, 1): DAY_WINDOWS})

    _day, moment = digest_moment(local("2026-11-24 12:00"), rare, SHANGHAI, time(8, 30), None, None)

    assert moment == local("2027-01-23 08:30")
