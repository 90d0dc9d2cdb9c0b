"""What people read of a calendar: the year's picture, what changes, and trying it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from procstd.calendars.domain.chinese_year import compare_year
from procstd.calendars.domain.differences import differences
from procstd.calendars.domain.names import spoken
from procstd.calendars.domain.picture import Day, DayKind, draw_year
from procstd.calendars.domain.trying import MOST_LINES, reckon
from procstd.errors import DomainError
from tests.calendars.desk import DAY, SHANGHAI, at

HALF = [["09:00", "12:00"]]
WEEK: dict[str, Any] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
PLAN: dict[str, Any] = {
    "tz": "Asia/Shanghai",
    "weekly": {**WEEK, "sat": HALF},
    "holidays": {"2026-10-01": "国庆节", "2026-10-03": "国庆节"},
    "extra_workdays": {
        "2026-10-10": {"windows": DAY, "name": "国庆节"},  # a Saturday: longer than others
        "2026-09-20": {"windows": DAY, "name": "国庆节"},  # a Sunday
        "2026-12-31": {"windows": HALF, "name": "年终"},
        "2026-12-30": {"windows": [["08:00", "11:00"], ["12:30", "17:00"]], "name": ""},
        "2026-12-29": {"windows": DAY, "name": "as ever"},
    },
}
KNOWN = date(2026, 12, 24)


def _day(plan: Any, day: date) -> Day:
    _first, weeks = draw_year(plan, day.year).months[day.month - 1]
    return next(found for week in weeks for found in week if found is not None and found.day == day)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 3), DayKind.HOLIDAY),
        (date(2026, 10, 4), DayKind.OFF),
        (date(2026, 10, 10), DayKind.MADE_UP),
        (date(2026, 9, 20), DayKind.MADE_UP),
        (date(2026, 10, 17), DayKind.SHORT),
        (date(2026, 12, 31), DayKind.SHORT),
        (date(2026, 12, 30), DayKind.OWN),
        (date(2026, 12, 29), DayKind.WORK),
        (date(2026, 11, 20), DayKind.WORK),
    ],
)
def test_each_day_of_the_picture_is_of_its_kind(day: date, kind: DayKind) -> None:
    assert _day(PLAN, day).kind == kind


def test_a_day_is_told_by_words_and_a_mark_in_both_languages() -> None:
    day = _day(PLAN, date(2026, 10, 10))
    assert (day.words, str(day.kind.mark)) == (
        "Make-up or extra working day · National Day · 09:00–\u206012:00 13:30–\u206018:00", "M"
    )  # fmt: skip
    assert len({str(kind.mark) for kind in DayKind if kind.mark}) == 4


def test_a_year_has_all_its_days_once() -> None:
    for number in (2024, 2026, 1970, 2099):
        picture = draw_year(PLAN, number)
        days = [day.day for _first, weeks in picture.months for week in weeks for day in week if day]
        assert days == [date.fromordinal(n) for n in range(date(number, 1, 1).toordinal(), days[-1].toordinal() + 1)]
        assert len(days) == sum(picture.counts.values())
        assert all(len(week) == 7 for _first, weeks in picture.months for week in weeks)


def test_the_picture_of_2026_has_the_days_of_the_notice() -> None:
    report = compare_year(2026)
    holidays = {day.isoformat(): name for day, name in report.holidays.items()}
    extra = {day.isoformat(): {"windows": DAY, "name": name} for day, name in report.make_up_days.items()}
    plan = {"tz": "Asia/Shanghai", "weekly": WEEK, "holidays": holidays, "extra_workdays": extra}

    picture = draw_year(plan, 2026)

    assert (picture.working_days, picture.counts[DayKind.HOLIDAY], picture.counts[DayKind.MADE_UP]) == (248, 33, 6)


def test_names_that_everybody_has_are_spoken_in_the_readers_language() -> None:
    assert (spoken("国庆节"), spoken("厂庆")) == ("National Day", "厂庆")
    with translation.override("zh-hans"):
        assert spoken("厂庆") == "厂庆"


def test_what_changes_is_told_for_the_week_and_day_by_day() -> None:
    after = {
        "tz": "Asia/Tokyo", "weekly": WEEK, "holidays": {"2026-10-01": "厂庆"},
        "extra_workdays": {**PLAN["extra_workdays"], "2026-10-03": {"windows": HALF, "name": ""}},
    }  # fmt: skip

    found = differences(PLAN, after)

    assert [(row.what, row.before, row.after) for row in found.general] == [
        ("Time zone", "Asia/Shanghai", "Asia/Tokyo"),
        ("Saturday", "09:00-12:00", "day off"),
    ]
    assert [(row.what, row.before, row.after) for row in found.days] == [
        ("2026-10-01", "holiday (National Day)", "holiday (厂庆)"),
        ("2026-10-03", "holiday (National Day)", "09:00-12:00"),
    ]
    assert not differences(PLAN, PLAN)


def test_a_day_that_returns_to_the_week_says_so() -> None:
    after = {**PLAN, "holidays": {}}

    assert [(row.before, row.after) for row in differences(PLAN, after).days] == [
        ("holiday (National Day)", "as every week: 09:00-12:00 13:30-18:00"),
        ("holiday (National Day)", "as every week: 09:00-12:00"),
    ]


def _reckon(start: str, amount: int, unit: str, plan: Any = PLAN) -> Any:
    return reckon(plan, KNOWN, start=at(start), amount=amount, unit=unit)


def test_a_try_in_working_days_counts_each_day_on_the_way() -> None:
    found = _reckon("09-30 10:00", 2, "working_days")

    assert found.due == at("10-05 18:00")
    assert [(line.day.day, line.counted, line.is_counted) for line in found.lines] == [
        (30, "the day on which it begins is not counted", False),
        (1, "–", False), (2, "working day 1", True), (3, "–", False), (4, "–", False), (5, "due at its close", True),
    ]  # fmt: skip
    assert found.lines[1].what == "Holiday · National Day"


def test_a_try_on_the_same_day_is_due_at_its_close() -> None:
    found = _reckon("11-20 10:00", 0, "working_days")

    assert (found.due, [line.counted for line in found.lines]) == (at("11-20 18:00"), ["due at its close"])


def test_a_try_in_working_hours_adds_up_to_the_amount() -> None:
    found = _reckon("11-20 16:00", 6, "working_hours")

    assert found.due == at("11-23 10:00")
    assert [line.counted for line in found.lines] == ["2 h", "3 h", "–", "1 h"]
    assert [line.counted for line in _reckon("11-20 16:00", 150, "working_minutes").lines] == ["2 h", "30 min"]


def test_a_try_around_the_clock_has_nothing_to_explain_and_no_doubt() -> None:
    found = _reckon("12-31 10:00", 48, "hours")

    assert (found.due.isoformat(), found.lines, found.is_provisional) == ("2027-01-02T10:00:00+08:00", [], False)


@pytest.mark.parametrize(("start", "provisional"), [("12-23 10:00", False), ("12-24 10:00", True)])
def test_a_try_behind_the_known_holidays_is_provisional(start: str, provisional: bool) -> None:
    assert _reckon(start, 1, "working_days").is_provisional is provisional  # R15


def test_a_long_way_is_cut_in_the_middle() -> None:
    found = _reckon("01-05 10:00", 200, "working_days")

    assert len(found.lines) == MOST_LINES
    assert found.lines[0].day == date(2026, 1, 5)
    assert found.lines[-1].day == found.due.date()
    assert found.left_out == (found.due.date() - date(2026, 1, 5)).days + 1 - MOST_LINES


@pytest.mark.parametrize(("amount", "unit"), [(100_000, "working_days"), (10**9, "hours"), (10**9, "working_hours")])
def test_a_try_beyond_all_calendars_is_refused(amount: int, unit: str) -> None:
    with pytest.raises(DomainError, match="beyond the year 2099"):
        _reckon("01-05 10:00", amount, unit)


def test_a_try_over_a_changed_clock_is_counted_in_the_zone_of_the_calendar() -> None:
    berlin = {"tz": "Europe/Berlin", "weekly": {"sun": [["00:00", "24:00"]]}, "holidays": {}, "extra_workdays": {}}

    found = reckon(berlin, KNOWN, start=at("03-29 00:00").astimezone(SHANGHAI), amount=23, unit="working_hours")

    assert found.due.isoformat() == "2026-03-30T00:00:00+02:00"  # a Sunday of 23 hours (R13)
    assert [line.counted for line in found.lines] == ["–", "23 h", "–"]
