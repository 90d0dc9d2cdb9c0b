"""A Chinese year comes into a draft only when both sources agree about every day, and is never guessed (F57)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from procstd.calendars.domain.chinese_year import compare_year, import_year
from procstd.calendars.models import working_time
from procstd.errors import DomainError
from tests.calendars.desk import DAY, at, change, draft_of, everybodys, in_force, signed_2026
from tests.test_worktime import HOLIDAYS_2026, MADE_UP_2026

pytestmark = pytest.mark.django_db
HOUR = 3600


def _imported(year: int, **changed: Any) -> Any:
    draft = change(draft_of(), **changed)
    report = import_year(draft, year=year, by=None)
    draft.refresh_from_db()
    return draft, report


def test_2026_is_as_the_state_council_announced_it_weekends_of_blocks_too() -> None:
    draft, report = _imported(2026)

    assert sorted(draft.plan["holidays"]) == HOLIDAYS_2026
    assert sorted(draft.plan["extra_workdays"]) == MADE_UP_2026
    assert (report.days, report.agreeing, report.differences) == (365, 365, [])
    assert {"2026-01-03", "2026-02-21", "2026-04-04", "2026-06-20", "2026-09-26"} < set(draft.plan["holidays"])
    assert report.weekend_days == 11
    assert draft.known_until == date(2026, 12, 24)
    assert draft.plan["holidays"]["2026-10-01"] == "国庆节"


@pytest.mark.parametrize(("year", "working_days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_the_years_have_as_many_working_days_as_the_notices_say(year: int, working_days: int) -> None:
    draft, report = _imported(year)

    time = working_time(draft.plan)
    days = [date.fromordinal(day) for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
    assert sum(map(time.is_working_day, days)) == working_days
    assert report.days == report.agreeing == len(days)


def test_make_up_days_have_the_hours_of_a_monday_unless_others_are_given() -> None:
    draft, _report = _imported(2026, weekly={"mon": [["08:00", "16:00"]], "tue": DAY})
    assert {str(row["windows"]) for row in draft.plan["extra_workdays"].values()} == {"[['08:00', '16:00']]"}

    import_year(draft, year=2026, by=None, make_up_hours=DAY)
    draft.refresh_from_db()
    assert draft.plan["extra_workdays"]["2026-10-10"]["windows"] == DAY


@pytest.mark.parametrize("year", [2027, 2099, 2003, 1900])
def test_a_year_that_is_not_announced_is_said_so_and_nothing_is_written(year: int) -> None:
    draft = draft_of()
    before = draft.plan

    with pytest.raises(DomainError, match=f"The holidays of {year} are not known.*Nothing is guessed"):
        import_year(draft, year=year, by=None)

    draft.refresh_from_db()
    assert (draft.plan, draft.known_until) == (before, None)


def test_where_the_sources_differ_nothing_is_written() -> None:
    # Both are wrong now and then: they do differ about the last day of 2005.
    draft, report = _imported(2005)

    assert [(row.day, row.chinesecalendar_works, row.holidays_works) for row in report.differences] == [
        (date(2005, 12, 31), False, True)
    ]
    assert (report.days, report.agreeing) == (365, 364)
    assert (draft.plan["holidays"], draft.known_until) == ({}, None)


def test_the_last_week_before_a_year_comes_with_it() -> None:
    # The notice of 2019 made Saturday 2018-12-29 a working day and Monday 12-31 a day off.
    draft, report = _imported(2019)

    assert "2018-12-29" in draft.plan["extra_workdays"]
    assert {"2018-12-30", "2018-12-31"} < set(draft.plan["holidays"])
    assert report.days == 365

    _draft, before = compare_year(2019), compare_year(2018)
    assert before.known_until == date(2018, 12, 24)


def test_what_the_enterprise_wrote_itself_stays_and_is_named() -> None:
    draft, report = _imported(
        2026,
        holidays={"2026-12-31": "年终", "2025-10-01": "国庆节", "2026-02-14": "Mistake"},
        extra_workdays={"2026-03-07": {"windows": DAY, "name": "盘点"}},
    )

    assert report.kept == [date(2026, 3, 7), date(2026, 12, 31)]
    assert draft.plan["holidays"]["2026-12-31"] == "年终"
    assert draft.plan["extra_workdays"]["2026-03-07"]["name"] == "盘点"
    assert "2026-02-14" in draft.plan["extra_workdays"]
    assert "2026-02-14" not in draft.plan["holidays"]


def test_the_same_year_a_second_time_changes_nothing() -> None:
    draft, _report = _imported(2026)
    plan = draft.plan

    report = import_year(draft, year=2026, by=None)

    draft.refresh_from_db()
    assert (draft.plan, report.kept) == (plan, [])


def test_a_former_year_does_not_shorten_what_is_known() -> None:
    draft, _report = _imported(2026)
    import_year(draft, year=2025, by=None)

    draft.refresh_from_db()
    assert draft.known_until == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("changed", "words"), [({"tz": "Europe/Berlin"}, "Asia/Shanghai"), ({"weekly": {"tue": DAY}}, "hours of Monday")]
)
def test_a_calendar_that_chinese_days_do_not_fit_refuses_them(changed: Any, words: str) -> None:
    draft = change(draft_of(), **changed)

    with pytest.raises(DomainError, match=words):
        import_year(draft, year=2026, by=None)


def test_neither_library_is_loaded_before_a_year_is_asked_for() -> None:
    program = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'procstd.settings'; django.setup(); "
        "import procstd.urls; from django.urls import get_resolver; get_resolver().url_patterns; "
        "print([name for name in ('chinese_calendar', 'holidays') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("09-24 10:00", 3, "09-30 18:00"),
        ("09-24 10:00", 5, "10-09 18:00"),
        ("11-21 10:00", 3, "11-25 18:00"),
        ("02-12 16:00", 3, "02-24 18:00"),
        ("11-20 10:00", 0, "11-20 18:00"),
        ("11-20 18:00", 0, "11-23 18:00"),
        ("10-03 10:00", 0, "10-08 18:00"),
    ],
)
def test_working_days_of_the_signed_calendar_follow_the_rule(start: str, days: int, due: str) -> None:
    time = working_time(signed_2026().plan)  # R3, R4

    assert time.nth_close(at(start), days) == at(due)


def test_working_hours_of_the_signed_calendar_follow_the_rule() -> None:
    signed_2026()
    time = working_time(in_force(everybodys()).plan)

    assert time.add(at("02-14 08:00"), 3 * HOUR) == at("02-14 12:00")  # a make-up Saturday (R2)
    assert time.add(at("11-21 23:40"), HOUR) == at("11-23 10:00")
    paused = [(at("09-24 15:00"), at("09-29 14:00"))]
    assert time.nth_close(at("09-24 10:00"), 5, paused) == at("10-12 17:00")  # Saturday 10-10 is worked (R7)


def test_who_works_on_saturdays_rests_on_the_saturdays_of_a_block() -> None:
    draft, _report = _imported(2026, weekly=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), DAY))
    time = working_time(draft.plan)

    assert not time.is_working_day(date(2026, 9, 26))
    assert time.nth_close(at("09-24 10:00"), 1) == at("09-28 18:00")
    assert time.is_working_day(date(2026, 11, 21))
