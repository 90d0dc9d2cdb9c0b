"""The rules R1 to R16 of limits, on the clocks of cases: one test for each worked example."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from cases.domain.clocks import arithmetic
from cases.models import Clock
from processes.domain.standard import Clockwork, Limit, Threshold
from procstd.calendars.domain.current import Current, calendar_for
from tests.cases.domain.clocks.year2026 import local, plan_of_2026, reads, sign

pytestmark = pytest.mark.django_db
HOUR = 3600
WARN, BREACH = Threshold("warn", ("handler",), percent=80), Threshold("breach", ("handler",))
LATER = Threshold("escalate", ("head",), minutes=60)


@pytest.fixture(autouse=True)
def _signed() -> None:
    sign()


def started(amount: int, unit: str, since: str) -> Clock:
    clock = Clock(target="total", key="total:1")
    arithmetic.start(clock, Limit(amount, unit), _calendar(), since=local(since))
    return clock


def _calendar() -> Current:
    return calendar_for(None)


def held(clock: Clock, *holds: tuple[str, str]) -> Clock:
    """Put *clock* on hold and let it go on, as often as told."""
    done: list[tuple[datetime, datetime]] = []
    for begin, end in holds:
        arithmetic.pause(clock, at=local(begin))
        done.append((local(begin), local(end)))
        arithmetic.resume(clock, done, at=local(end))
    return clock


def times(clock: Clock, *thresholds: Threshold, grace: int = 900) -> list[str | None]:
    found = arithmetic.moments(clock, thresholds, grace)
    return [reads(moment) if moment else None for moment in found]


@pytest.mark.parametrize(
    ("amount", "unit", "since", "due"),
    [
        (24, "hours", "11-20 17:00", "11-21 17:00:00"),
        (1, "hours", "11-21 23:40", "11-22 00:40:00"),
        (90, "minutes", "10-01 08:00", "10-01 09:30:00"),
    ],
)
def test_r1_around_the_clock_every_second_counts(amount: int, unit: str, since: str, due: str) -> None:
    assert reads(started(amount, unit, since).due_at) == due


@pytest.mark.parametrize(
    ("amount", "since", "due"),
    [
        (1, "11-21 23:40", "11-23 10:00:00"),
        (3, "02-14 08:00", "02-14 12:00:00"),  # the make-up Saturday; at closing, not at the next opening
        (8, "09-24 17:00", "09-28 17:30:00"),  # over the Mid-Autumn block
        (1, "10-09 17:30", "10-10 09:30:00"),  # into the make-up Saturday
    ],
)
def test_r2_working_hours_end_at_the_earliest_moment_at_which_they_are_used_up(
    amount: int, since: str, due: str
) -> None:
    assert reads(started(amount, "working_hours", since).due_at) == due


@pytest.mark.parametrize(
    ("days", "since", "due"),
    [
        (3, "09-24 10:00", "09-30 18:00:00"),
        (5, "09-24 10:00", "10-09 18:00:00"),
        (3, "11-21 12:00", "11-25 18:00:00"),
        (3, "02-12 16:00", "02-24 18:00:00"),
        (5, "11-16 23:59", "11-23 18:00:00"),
    ],
)
def test_r3_working_days_end_at_the_close_of_the_last_of_them(days: int, since: str, due: str) -> None:
    assert reads(started(days, "working_days", since).due_at) == due


@pytest.mark.parametrize(
    ("since", "due"),
    [("11-20 10:00", "11-20 18:00:00"), ("11-20 18:00", "11-23 18:00:00"), ("10-03 12:00", "10-08 18:00:00")],
)
def test_r4_the_same_day_is_the_first_close_to_come(since: str, due: str) -> None:
    assert reads(started(0, "working_days", since).due_at) == due


@pytest.mark.parametrize(("unit", "due"), [("minutes", "11-22 03:00:00"), ("working_minutes", "11-23 09:00:00")])
def test_r5_at_once_is_due_at_once_warns_nobody_and_is_late_after_its_grace(unit: str, due: str) -> None:
    clock = started(0, unit, "11-22 03:00")

    assert reads(clock.due_at) == due
    warn, breach = times(clock, WARN, BREACH)
    assert (warn, breach) == (None, due.replace("00:00", "15:01"))


@pytest.mark.parametrize(("done", "is_late"), [("11-23 18:00:00", False), ("11-23 18:00:01", True)])
def test_r6_done_when_due_is_in_time_and_a_second_later_is_not(done: str, is_late: bool) -> None:
    clock = started(5, "working_days", "11-16 10:00")

    arithmetic.end(clock, at=local(done), grace_s=900)

    assert clock.is_breached is is_late
    assert (clock.breached_at == clock.due_at) is is_late


def test_r7_a_hold_gives_back_the_working_time_that_it_covers() -> None:
    clock = held(started(5, "working_days", "09-24 10:00"), ("09-24 15:00", "09-29 14:00"))

    assert reads(clock.due_at) == "10-12 17:00:00"


def test_r7_a_hold_around_the_clock_gives_back_every_hour() -> None:
    clock = held(started(24, "hours", "11-20 17:00"), ("11-20 20:00", "11-21 08:00"))

    assert reads(clock.due_at) == "11-22 05:00:00"


@pytest.mark.parametrize(
    ("begin", "end"),
    [("11-20 18:30", "11-23 08:30"), ("11-24 09:00", "11-25 09:00")],
    ids=["outside of working hours", "after it was due"],
)
def test_r7_a_hold_that_covers_nothing_changes_nothing(begin: str, end: str) -> None:
    clock = held(started(5, "working_days", "11-16 10:00"), (begin, end))

    assert reads(clock.due_at) == "11-23 18:00:00"


def test_r8_on_hold_nothing_is_due_nothing_is_armed_and_what_is_left_stays() -> None:
    clock = started(4, "working_hours", "11-20 09:00")
    arithmetic.arm(clock, [WARN, BREACH], Clockwork())

    arithmetic.pause(clock, at=local("11-20 10:00"))

    assert (clock.due_at, clock.fire_at) == (None, None)
    assert [arithmetic.remaining(clock, at=local(at)) for at in ("11-20 11:00", "12-20 11:00")] == [3 * HOUR] * 2
    assert (
        reads(arithmetic.if_resumed(clock, [(local("11-20 10:00"), None)], at=local("11-23 09:00"))) == "11-23 12:00:00"
    )


def test_r9_a_day_is_held_by_the_second_not_by_the_day() -> None:
    clock = held(started(3, "working_days", "11-21 12:00"), ("11-23 10:00:00", "11-23 10:00:01"))

    assert reads(clock.due_at) == "11-26 09:00:01"


@pytest.mark.parametrize(
    ("at", "due"),
    [("11-17 10:00", "11-19 18:00:00"), ("11-20 10:00", "11-20 15:30:00"), ("11-23 17:00", "11-23 18:00:00")],
    ids=["in time", "already past: time to react", "no later than it was"],
)
def test_r10_a_tighter_grade_keeps_the_start_and_leaves_time_to_react(at: str, due: str) -> None:
    clock = started(5, "working_days", "11-16 10:00")

    arithmetic.change_limit(clock, Limit(3, "working_days"), _calendar(), (), at=local(at), reaction_s=4 * HOUR)

    assert reads(clock.due_at) == due
    assert (clock.sequence, clock.fired) == (2, 0)


def test_r10_a_looser_grade_is_as_the_limit_says_and_a_breach_stays() -> None:
    clock = started(3, "working_days", "11-16 10:00")
    clock.breached_at = clock.due_at

    arithmetic.change_limit(
        clock, Limit(5, "working_days"), _calendar(), (), at=local("11-20 10:00"), reaction_s=4 * HOUR
    )

    assert reads(clock.due_at) == "11-23 18:00:00"
    assert reads(clock.breached_at) == "11-19 18:00:00"


def test_r10_a_grade_given_on_hold_counts_when_the_case_goes_on() -> None:
    clock = started(5, "working_days", "11-16 10:00")
    hold = (local("11-17 09:00"), local("11-18 09:00"))
    arithmetic.pause(clock, at=hold[0])

    arithmetic.change_limit(
        clock, Limit(3, "working_days"), _calendar(), [(hold[0], None)], at=local("11-17 12:00"), reaction_s=HOUR
    )
    assert clock.due_at is None
    arithmetic.resume(clock, [hold], at=hold[1])

    assert reads(clock.due_at) == "11-20 18:00:00"


def test_r11_thresholds_are_reached_on_the_clocks_own_time() -> None:
    clock = started(5, "working_days", "11-16 18:00")  # 37.5 working hours

    assert times(clock, WARN, BREACH, LATER) == ["11-20 18:00:00", "11-23 18:00:01", "11-24 10:00:00"]


def test_r11_a_hold_moves_what_is_still_to_come_and_nothing_that_was() -> None:
    clock = held(started(10, "working_hours", "11-16 09:00"), ("11-17 09:00", "11-18 09:00"))

    assert times(clock, WARN, BREACH, LATER) == ["11-18 09:30:00", "11-18 11:30:01", "11-18 14:00:00"]


@pytest.mark.parametrize(
    ("amount", "unit", "since", "at", "left"),
    [
        (5, "working_days", "09-24 10:00", "09-28 10:00", 36.5),
        (2, "working_hours", "11-20 09:00", "11-20 15:00", -2.5),
    ],
)
def test_r12_what_is_left_is_told_on_the_clocks_own_time(
    amount: int, unit: str, since: str, at: str, left: float
) -> None:
    clock = started(amount, unit, since)

    assert arithmetic.remaining(clock, at=local(at)) == left * HOUR


def test_r13_a_day_on_which_the_clock_is_set_has_the_hours_it_has() -> None:
    version = sign({
        "tz": "Europe/Berlin", "weekly": {day: [["00:00", "24:00"]] for day in ("sat", "sun", "mon")},
        "holidays": {}, "extra_workdays": {},
    })  # fmt: skip
    assert version.plan["tz"] == "Europe/Berlin"

    clock = started(24, "working_hours", "03-29 07:00")  # midnight in Berlin, which has 23 hours that day

    assert clock.due_at is not None
    assert clock.due_at.isoformat() == "2026-03-29T23:00:00+00:00"


def test_r14_a_clock_keeps_its_calendar_and_moves_to_a_new_one_only_when_it_is_told() -> None:
    clock = started(5, "working_days", "09-24 10:00")
    pinned = clock.version_id
    plan = plan_of_2026()
    plan["holidays"]["2026-10-09"] = "emergency extension"
    version = sign(plan)

    assert (clock.version_id, reads(clock.due_at)) == (pinned, "10-09 18:00:00")
    arithmetic.change_calendar(clock, _calendar(), (), at=local("09-28 10:00"), reaction_s=4 * HOUR)

    assert (clock.version_id, reads(clock.due_at)) == (version.pk, "10-10 18:00:00")
    assert clock.sequence == 1


def test_r14_a_new_calendar_never_pulls_a_due_time_into_the_past() -> None:
    clock = started(5, "working_days", "09-24 10:00")
    plan = plan_of_2026()
    for day in ("2026-10-01", "2026-10-02", "2026-10-05"):
        del plan["holidays"][day]
    sign(plan)

    arithmetic.change_calendar(clock, _calendar(), (), at=local("10-08 16:00"), reaction_s=4 * HOUR)

    assert reads(clock.due_at) == "10-09 11:00:00"  # four working hours from now; not 10-05


@pytest.mark.parametrize(("known_until", "is_provisional"), [(date(2026, 10, 9), False), (date(2026, 10, 8), True)])
def test_r15_a_due_time_behind_the_announced_days_is_provisional(known_until: date, is_provisional: bool) -> None:
    sign(known_until=known_until)

    assert started(5, "working_days", "09-24 10:00").is_provisional is is_provisional


def test_r15_around_the_clock_nothing_is_provisional() -> None:
    sign(known_until=None)

    assert started(24, "hours", "09-24 10:00").is_provisional is False


def test_a_threshold_never_comes_before_the_one_that_precedes_it() -> None:
    clock = started(0, "minutes", "11-20 10:00")
    soon = Threshold("escalate", ("head",), minutes=5)

    assert times(clock, WARN, BREACH, soon) == [None, "11-20 10:15:01", "11-20 10:15:01"]


def test_more_time_is_added_behind_the_due_time_and_the_promise_stays() -> None:
    clock = started(3, "working_days", "11-16 10:00")

    arithmetic.extend(clock, Limit(2, "working_days"), (), at=clock.started_at)

    assert (reads(clock.due_at), reads(clock.promised_at)) == ("11-23 18:00:00", "11-19 18:00:00")


def test_more_time_survives_a_hold_and_a_new_calendar() -> None:
    clock = started(3, "working_days", "11-16 10:00")
    arithmetic.extend(clock, Limit(2, "working_days"), (), at=clock.started_at)
    plan = plan_of_2026()
    plan["holidays"]["2026-11-20"] = "founding day"
    sign(plan)

    arithmetic.change_calendar(clock, _calendar(), (), at=local("11-17 10:00"), reaction_s=HOUR)
    hold = ("11-18 09:00", "11-19 09:00")
    held(clock, hold)

    assert reads(clock.due_at) == "11-25 18:00:00"


def test_an_ended_clock_knows_what_it_used() -> None:
    clock: Any = held(started(10, "working_hours", "11-16 09:00"), ("11-16 10:00", "11-17 09:00"))

    arithmetic.end(clock, at=local("11-17 11:00"), grace_s=0)

    assert (clock.consumed_s, clock.state, clock.fire_at) == (3 * HOUR, "met", None)
