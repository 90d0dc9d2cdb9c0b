"""The clocks of a case that moves to another version: the same facts under other limits (F52, R7, R8, R10, R14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.domain.clocks.exceptions import end_exception, report_exception
from cases.domain.clocks.extending import ask_extension, decide_extension
from cases.domain.clocks.firing import fire_due
from cases.domain.clocks.holding import ask_hold, resume_case
from cases.domain.clocks.telling import moves_of
from cases.domain.clocks.watching import count
from cases.domain.moving import CannotMove
from cases.models import Clock, Effect
from tests.cases.domain.moves import REACTION, Moving, also, hours, limited, put
from tests.standards import holder, standard, step

pytestmark = pytest.mark.django_db
TOTAL = {"limit": {"amount": 5, "unit": "working_days"}, "when": None}


def _total(amount: int, unit: str) -> Any:
    return put(totals=[{"limit": {"amount": amount, "unit": unit}, "when": None}])


def _response(until: str, amount: int = 2, unit: str = "hours") -> Any:
    return put(responses=[{"limit": {"amount": amount, "unit": unit}, "until": until, "when": None}])


@pytest.fixture
def moving() -> Moving:
    return Moving(step("s1", "s2", limit={"amount": 48, "unit": "hours", "from": ""}), step("s2", "s3"),
                  step("s3", None))  # fmt: skip


def test_what_the_version_does_not_change_is_not_touched(moving: Moving) -> None:
    before = list(Clock.objects.filter(case=moving.number).order_by("pk").values())

    moving.choose("now", moving.version(limited("s3", 9)), at=1)

    assert list(Clock.objects.filter(case=moving.number).order_by("pk").values()) == before
    assert moving.case.events.filter(kind="clocks").count() == 1


def test_a_looser_limit_counts_from_the_same_start(moving: Moving) -> None:
    moving.choose("now", moving.version(limited("s1", 72, "hours")), at=10)

    clock = moving.clock()
    assert (clock.started_at, clock.due_at, clock.promised_at) == (hours(0), hours(72), hours(48))
    assert (clock.sequence, moving.task().due_at) == (2, hours(72))
    assert moving.is_sound()


@pytest.mark.parametrize(
    ("amount", "at", "due"),
    [
        (20, 10, 20),  # tighter, and time enough
        (14, 10, 14),  # just enough
        (13, 10, 14),  # not enough: the reaction
        (5, 10, 14),  # over already
        (5, 46, 48),  # never later than it was
        (5, 44, 48),
        (5, 43.5, 47.5),
    ],
)
def test_a_tighter_limit_leaves_time_to_react_and_is_never_later_than_it_was(
    moving: Moving, amount: int, at: float, due: float
) -> None:
    moving.choose("now", moving.version(limited("s1", amount, "hours")), at=at)

    assert moving.clock().due_at == hours(due)
    assert not moving.clock().is_breached
    assert moving.is_sound()


def test_the_reaction_is_that_of_the_version_moved_to(moving: Moving) -> None:
    def change(data: dict[str, Any]) -> None:
        data["clockwork"] = {**data.get("clockwork", {}), "reaction_minutes": 60}

    moving.choose("now", moving.version(limited("s1", 5, "hours"), change), at=10)

    assert moving.clock().due_at == hours(11)
    assert moving.is_sound()


def test_what_was_breached_stays_breached(moving: Moving) -> None:
    fire_due(at=hours(49))

    moving.choose("now", moving.version(limited("s1", 100, "hours")), at=50)

    clock = moving.clock()
    assert (clock.breached_at, clock.due_at) == (hours(48), hours(100))
    moving.do(60)
    assert moving.clock().state == "running"
    assert moving.is_sound()


def test_another_kind_of_limit_counts_on_its_own_clock(moving: Moving) -> None:
    moving.choose("now", moving.version(limited("s1", 3, "working_days"), _total(20, "hours")), at=1)

    step_clock, total = moving.clock(), moving.clock("total")
    assert (step_clock.kind, step_clock.version_id is not None) == ("working_day", True)
    assert step_clock.due_at == hours(3 * 24 + 9)  # the close of the third day after
    assert (total.kind, total.version_id, total.due_at) == ("elapsed", None, hours(20))
    assert moving.is_sound()


def test_a_limit_that_is_gone_ends_its_clock_and_breaks_no_promise(moving: Moving) -> None:
    moving.choose("now", moving.version(behind_checks=also(limited("s1", None), put(totals=[]))), at=50)

    assert [clock.state for clock in Clock.objects.filter(case=moving.number)] == ["cancelled", "cancelled"]
    assert (moving.task().due_at, moving.clock().breached_at) == (None, None)
    moving.do(60)
    assert moving.is_sound()


def test_a_limit_that_the_version_brings_counts_from_where_it_would_have_begun() -> None:
    none = also(limited("s1", None), limited("s2", None), put(totals=[]))
    moving = Moving(step("s1", "s2"), step("s2", None), behind_checks=none)
    moving.do(2)
    assert not moving.case.clocks.exists()
    brought = also(limited("s1", 1), limited("s2", 30, "hours"), _total(40, "hours"))
    moving.choose("now", moving.version(brought), at=5)

    clock, total = moving.clock(), moving.clock("total")
    assert (clock.started_at, clock.due_at, moving.task().due_at) == (hours(2), hours(32), hours(32))
    assert (total.started_at, total.due_at) == (hours(0), hours(40))
    assert moving.is_sound()
    moving.do(6)
    assert [row.state for row in Clock.objects.filter(case=moving.number)] == ["met"] * 2
    assert moving.is_sound()


def test_nobody_is_late_by_the_move_itself() -> None:
    moving = Moving(step("s1", None), behind_checks=limited("s1", None))
    moving.choose("now", moving.version(limited("s1", 0, "hours")), at=5)

    assert (moving.clock().due_at, moving.clock().promised_at) == (hours(9), hours(9))
    assert moving.clock().started_at + timedelta(hours=5) + REACTION == moving.clock().due_at
    assert fire_due(at=hours(9)).effects <= 1  # the warning
    moving.do(9)
    assert moving.clock().breached_at is None
    assert moving.is_sound()


def test_a_step_can_lose_its_limit_and_get_one_again(moving: Moving) -> None:
    moving.choose("now", moving.version(behind_checks=limited("s1", None)), at=1)
    moving.choose("now", moving.version(limited("s1", 60, "hours"), at=hours(1)), at=2)

    assert list(Clock.objects.filter(case=moving.number, target="step").values_list("state", "due_at")) == [
        ("cancelled", hours(48)), ("running", hours(60)),
    ]  # fmt: skip
    assert moving.is_sound()


def test_a_step_that_counts_from_the_end_of_another_does_so_when_its_limit_comes() -> None:
    moving = Moving(step("s1", "s2"), step("s2", "s3"), step("s3", None), behind_checks=limited("s3", None))
    moving.do(1)
    moving.do(3)

    def change(data: dict[str, Any]) -> None:
        data["steps"][2]["limit"] = {"amount": 30, "unit": "hours", "from": "s1"}

    moving.choose("now", moving.version(change), at=5)

    assert (moving.clock().started_at, moving.clock().due_at) == (hours(1), hours(31))
    assert moving.is_sound()


# --- the first response --------------------------------------------------------------------------------------------


def _responding(until: str) -> Moving:
    responses = [{"limit": {"amount": 5, "unit": "hours"}, "until": until, "when": None}]
    return Moving(data=standard(step("s1", "s2"), step("s2", "s3"), step("s3", None), responses=responses))


def test_a_first_response_ends_with_the_step_of_the_version() -> None:
    moving = _responding("s3")
    moving.choose("now", moving.version(_response("s2", 5)), at=1)
    moving.do(2)
    moving.do(3)

    assert (moving.clock("response").state, moving.clock("response").ended_at) == ("met", hours(3))
    assert moving.is_sound()


@pytest.mark.parametrize(("done_at", "late"), [(5, False), (5 + 1 / 3600, True)])
def test_one_that_was_given_already_was_given_then(done_at: float, late: bool) -> None:
    moving = _responding("s3")
    moving.do(1)
    moving.do(done_at)
    later = moving.version(_response("s2", 5), at=hours(6))

    moving.choose("now", later, at=30)

    clock = moving.clock("response")
    assert (clock.state, clock.ended_at, clock.is_breached) == ("met", hours(done_at), late)
    assert moving.is_sound()


def test_one_that_is_overdue_stays_where_it_was_reported() -> None:
    moving = _responding("s3")
    moving.do(1)
    fire_due(at=hours(6))
    moving.choose("now", moving.version(_response("s2", 5), at=hours(7)), at=8)
    moving.do(9)

    assert (moving.clock("response").state, moving.clock("response").step) == ("running", "s3")
    moving.do(10)
    assert (moving.clock("response").state, moving.clock("response").breached_at) == ("met", hours(5))
    assert moving.is_sound()


def test_one_that_is_new_counts_from_the_opening(moving: Moving) -> None:
    moving.choose("now", moving.version(_response("s2", 30)), at=2)

    assert moving.clock("response").due_at == hours(30)
    assert moving.is_sound()


def test_one_that_is_new_does_not_begin_behind_its_step(moving: Moving) -> None:
    moving.do(1)
    moving.choose("now", moving.version(_response("s1", 30)), at=2)

    assert not moving.case.clocks.filter(target="response").exists()
    assert moving.is_sound()


# --- holds ---------------------------------------------------------------------------------------------------------


def test_on_hold_a_case_moves_and_stands_still(moving: Moving) -> None:
    ask_hold(moving.task(), reason="Parts", days=5, by=moving.agent, at=hours(10))

    moving.choose("now", moving.version(limited("s1", 30, "hours"), _total(10, "working_days")), at=20)

    clock = moving.clock()
    assert (clock.state, clock.due_at, clock.fire_at, moving.task().due_at) == ("paused", None, None, None)
    assert (clock.budget_s, clock.consumed_s) == (30 * 3600, 10 * 3600)
    assert moving.is_sound()
    resume_case(moving.case, by=moving.agent, at=hours(34))
    assert moving.clock().due_at == hours(54)
    assert moving.is_sound()


def test_what_is_brought_on_hold_stands_still_from_its_begin() -> None:
    moving = Moving(step("s1", None), behind_checks=limited("s1", None))
    ask_hold(moving.task(), reason="Parts", days=5, by=moving.agent, at=hours(10))

    moving.choose("now", moving.version(limited("s1", 30, "hours")), at=20)

    assert (moving.clock().state, moving.clock().consumed_s) == ("paused", 10 * 3600)
    assert moving.is_sound()
    resume_case(moving.case, by=moving.agent, at=hours(34))
    assert moving.clock().due_at == hours(54)
    assert moving.is_sound()


def test_holds_that_are_over_count_for_the_new_limit_too(moving: Moving) -> None:
    ask_hold(moving.task(), reason="Parts", days=5, by=moving.agent, at=hours(2))
    resume_case(moving.case, by=moving.agent, at=hours(8))

    moving.choose("now", moving.version(limited("s1", 30, "hours")), at=10)

    assert moving.clock().due_at == hours(36)
    assert moving.is_sound()


def test_a_move_at_the_next_step_of_a_case_on_hold(moving: Moving) -> None:
    ask_hold(moving.task(), reason="Parts", days=5, by=moving.agent, at=hours(2))
    moving.choose("next", moving.version(_total(90, "hours")), at=3)

    moving.do(8)  # ends the hold

    assert moving.clock("total").due_at == hours(96)
    assert moving.is_sound()


# --- more time, exceptions, who is told ----------------------------------------------------------------------------


def test_more_time_that_was_given_is_of_the_limit_that_it_was_given_for(moving: Moving) -> None:
    asked = ask_extension(moving.clock(), amount=10, unit="hours", reason="x", by=moving.agent, at=hours(1))
    boss = holder("service-agent")
    decide_extension(asked, is_allowed=True, by=boss, at=hours(2))
    moving.choose("now", moving.version(limited("s2", 9)), at=3)
    assert moving.clock().due_at == hours(58)

    moving.choose("now", moving.version(limited("s1", 50, "hours"), at=hours(3)), at=4)

    assert moving.clock().due_at == hours(50)
    assert moving.is_sound()


def test_an_exception_in_work_counts_by_the_version(moving: Moving) -> None:
    report_exception(moving.task(), rule="e1", reason="x", by=moving.agent, at=hours(1))

    def change(data: dict[str, Any]) -> None:
        data["exceptions"][0]["limit"] = {"amount": 30, "unit": "hours"}

    moving.choose("now", moving.version(change), at=2)

    assert moving.clock("exception").due_at == hours(31)
    assert moving.is_sound()


def test_an_exception_that_the_version_does_not_know_is_dealt_with_first(moving: Moving) -> None:
    report_exception(moving.task(), rule="e1", reason="x", by=moving.agent, at=hours(1))
    later = moving.version(behind_checks=put(exceptions=[]))

    with pytest.raises(CannotMove, match=r"The exception “Something lacks” is not in V1\.1; deal with it first\."):
        moving.choose("now", later, at=2)
    clock = Clock.objects.select_related("case", "task__process").get(case=moving.number, target="exception")
    end_exception(clock, reason="Asked", by=moving.agent, at=hours(3))
    moving.choose("now", later, at=4)

    assert moving.case.moves == 1
    assert moving.is_sound()


def _chain(*percents: int) -> Any:
    rows = [{"kind": "warn", "percent": percent, "recipients": ["handler"]} for percent in percents]
    return put(thresholds={"step": [*rows, {"kind": "breach", "recipients": ["handler"]}]})


def test_another_chain_of_people_is_told_what_lies_ahead_and_not_again_what_is_past(moving: Moving) -> None:
    fire_due(at=hours(39))  # 80 %
    before = Effect.objects.filter(clock=moving.clock()).count()
    moving.choose("now", moving.version(_chain(50, 90)), at=40)

    clock = moving.clock()
    assert (before, clock.sequence, clock.fired, clock.due_at) == (1, 2, 1, hours(48))
    assert clock.fire_at == hours(43.2)
    assert fire_due(at=hours(43)).effects == 0
    assert fire_due(at=hours(44)).effects == 1
    assert fire_due(at=hours(49)).effects >= 1
    assert moving.clock().breached_at == hours(48)
    assert moving.is_sound()
    assert count(at=hours(49)).unarmed == 0


def test_a_breach_that_nobody_was_told_of_yet_still_is(moving: Moving) -> None:
    moving.choose("now", moving.version(_chain(50)), at=60)  # no dispatcher came by for a day

    assert (moving.clock().breached_at, moving.clock().fired) == (None, 1)
    fire_due(at=hours(61))
    assert moving.clock().breached_at == hours(48)
    assert moving.is_sound()


def test_on_hold_the_chain_changes_too(moving: Moving) -> None:
    ask_hold(moving.task(), reason="Parts", days=5, by=moving.agent, at=hours(30))
    moving.choose("now", moving.version(_chain(50, 90)), at=40)
    assert (moving.clock().state, moving.clock().fired, moving.clock().fire_at) == ("paused", 1, None)

    resume_case(moving.case, by=moving.agent, at=hours(50))

    assert moving.clock().fire_at == hours(63.2)
    assert moving.is_sound()


def test_the_page_of_a_clock_says_that_the_version_moved_it(moving: Moving) -> None:
    moving.choose("now", moving.version(limited("s1", 72, "hours")), at=10)

    (move,) = moves_of(moving.clock())

    assert (move.what, move.why) == ("The limit follows another version of the standard", "It is better")
    assert (move.before, move.after) == (hours(48), hours(72))
