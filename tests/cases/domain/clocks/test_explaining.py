"""Why a due time: the days that count, the days that do not, and a sum that is right (F58, R15)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.domain.clocks import arithmetic
from cases.domain.clocks.explaining import Account, Day, Pause, Week, explain
from cases.domain.clocks.holding import ask_hold
from cases.models import Clock
from cases.models.clock import ClockState, Kind
from processes.domain.standard import USUAL_THRESHOLDS
from procstd.calendars.models import CalendarVersion, working_time
from tests.cases.calendars import plan_2026
from tests.cases.domain.clocks.scene import HOME, Scene, at
from tests.cases.journeys import open_task

BERLIN = ZoneInfo("Europe/Berlin")


def _days(account: Account) -> dict[str, Day]:
    return {row.day.strftime("%m-%d"): row for row in account.rows if isinstance(row, Day)}


@pytest.mark.django_db
def test_the_account_of_five_working_days_over_two_holidays() -> None:
    scene = Scene(at(9, 24, 10))

    account = explain(scene.clock(), USUAL_THRESHOLDS, [], at(9, 24, 11), zone=HOME)
    days = _days(account)

    assert (account.due, account.seconds) == (at(10, 9, 18), scene.clock().budget_s)
    assert [(part.begin, part.end) for part in days["09-24"].stretches] == [
        (at(9, 24, 10), at(9, 24, 12)), (at(9, 24, 13, 30), at(9, 24, 18)),
    ]  # fmt: skip
    assert {name: (day.why, day.name) for name, day in days.items() if day.why} == {
        **{f"09-{number}": ("holiday", "中秋节") for number in (25, 26, 27)},
        **{f"10-0{number}": ("holiday", "国庆节") for number in range(1, 8)},
    }
    assert [day.number for day in days.values() if day.number] == [1, 2, 3, 4, 5]
    assert [name for name, day in days.items() if day.is_due] == ["10-09"]
    assert [moment.threshold.kind for moment in account.moments] == ["warn", "breach", "escalate", "escalate"]


@pytest.mark.django_db
def test_a_make_up_day_is_marked_and_weekends_are_no_working_days() -> None:
    scene = Scene(at(10, 8, 16), totals=[{"limit": {"amount": 3, "unit": "working_days"}, "when": None}])

    days = _days(explain(scene.clock(), (), [], at(10, 8, 17), zone=HOME))

    assert (days["10-10"].is_extra, days["10-10"].name, days["10-10"].number) == (True, "国庆节", 2)
    assert (days["10-11"].why, days["10-11"].seconds) == ("off", 0)
    assert days["10-12"].is_due


@pytest.mark.django_db
def test_what_was_on_hold_is_cut_out_with_its_reason() -> None:
    scene = Scene(at(9, 24, 10))
    ask_hold(open_task(scene.case), reason="Parts", days=10, by=scene.boss, at=at(9, 24, 15))
    hold = Pause(at(9, 24, 15), at(9, 29, 14), "Parts")

    account = explain(scene.clock(), USUAL_THRESHOLDS, [hold], at(9, 29, 14), zone=HOME)
    days = _days(account)

    assert (account.is_if_resumed, account.due) == (True, at(10, 12, 17))  # R7, R8
    assert [(cut.begin, cut.end, cut.reason) for cut in days["09-24"].cuts] == [(at(9, 24, 15), at(9, 24, 18), "Parts")]
    assert (days["09-28"].why, days["09-28"].seconds) == ("paused", 0)
    assert days["09-29"].seconds == 4 * 3600
    assert {moment.at for moment in account.moments} == {None}


@pytest.mark.django_db
def test_a_long_account_is_folded_by_weeks_in_the_middle() -> None:
    scene = Scene(at(3, 2, 10), totals=[{"limit": {"amount": 90, "unit": "working_days"}, "when": None}])

    account = explain(scene.clock(), (), [], at(3, 2, 11), zone=HOME)

    kinds = [type(row) for row in account.rows]
    assert (kinds[:7], kinds[-7:], set(kinds[7:-7])) == ([Day] * 7, [Day] * 7, {Week})
    assert sum(row.seconds for row in account.rows) == account.seconds == scene.clock().budget_s
    assert len(account.rows) < 40


@pytest.mark.django_db
def test_around_the_clock_each_civil_day_counts_from_midnight() -> None:
    scene = Scene(at(11, 20, 17), totals=[{"limit": {"amount": 24, "unit": "hours"}, "when": None}])

    account = explain(scene.clock(), (), [], at(11, 20, 18), zone=HOME)

    assert [(row.day, row.seconds) for row in account.rows] == [
        (date(2026, 11, 20), 7 * 3600), (date(2026, 11, 21), 17 * 3600),
    ]  # fmt: skip


_BERLIN_PLAN = {**plan_2026("Europe/Berlin"), "weekly": {**plan_2026()["weekly"], "sun": [["00:00", "24:00"]]}}
_PLANS = {plan["tz"]: plan for plan in (plan_2026(), _BERLIN_PLAN)}
_MOMENTS = st.integers(0, 300 * 86_400).map(
    lambda seconds: datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
)


@settings(max_examples=150, deadline=None)
@given(
    tz=st.sampled_from(sorted(_PLANS)),
    kind=st.sampled_from(list(Kind)),
    start=_MOMENTS,
    amount=st.integers(0, 12),
    holds=st.lists(st.tuples(st.integers(0, 10 * 86_400), st.integers(1, 3 * 86_400)), max_size=4),
)
def test_what_is_counted_is_what_is_open_and_not_on_hold(
    tz: str, kind: Kind, start: datetime, amount: int, holds: list[tuple[int, int]]
) -> None:
    """Each zone has its summer time or none; Berlin's Sundays are open, so that skipped and repeated hours count."""
    plan = _PLANS[tz]
    known = working_time(plan)
    pauses = [Pause(start + timedelta(seconds=a), start + timedelta(seconds=a + b)) for a, b in holds]
    pairs = [(pause.begin, pause.end) for pause in pauses]
    version = CalendarVersion(plan=plan, digest=f"test {tz}", pk=1)
    clock = Clock(kind=kind, unit="", amount=amount, started_at=start, running_since=start, state=ClockState.RUNNING)
    if kind != Kind.ELAPSED:
        clock.version, clock.digest = version, version.digest
        arithmetic.time_known_by.__globals__["_times"][version.digest] = known
    time = arithmetic.time_of(clock)
    clock.due_at = arithmetic.reach(time, kind, start, amount if kind == Kind.WORKING_DAY else amount * 3600, pairs)
    clock.budget_s = time.between(start, clock.due_at, pairs)

    account = explain(clock, (), pauses, start, zone=BERLIN)
    rows = [row for row in account.rows if isinstance(row, Day)]

    assert account.seconds == clock.budget_s == sum(row.seconds for row in account.rows)
    assert account.rows[-1].total == account.seconds
    for row in rows:
        for part in row.stretches:
            assert part.begin.astimezone(account.zone).date() == row.day
            assert all(part.end <= begin or end <= part.begin for begin, end in pairs)
