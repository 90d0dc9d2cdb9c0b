"""More time: asked for before the limit is over, decided by the accountable post (F60)."""

from __future__ import annotations

from typing import Any

import pytest

from cases.domain.acting import TooLate
from cases.domain.clocks.exceptions import report_exception
from cases.domain.clocks.extending import ask_extension, decide_extension
from cases.domain.clocks.holding import ask_hold, resume_case
from cases.models import Extension
from procstd.errors import DomainError
from tests.cases.domain.clocks.scene import Scene, at
from tests.cases.journeys import open_task, told

pytestmark = pytest.mark.django_db
START = at(9, 24, 10)


@pytest.fixture
def scene() -> Scene:
    return Scene(START)


def _ask(scene: Scene, when: Any, *, target: str = "total", by: Any = None, **facts: Any) -> Extension:
    facts = {"amount": 1, "unit": "working_days", "reason": "Parts come tomorrow", **facts}
    return ask_extension(scene.clock(target), by=by or scene.agent, at=when, **facts)


def test_a_working_day_more_ends_at_the_close_of_the_next_one_and_the_first_due_time_stays(scene: Scene) -> None:
    extension = decide_extension(_ask(scene, at(9, 28, 9)), is_allowed=True, by=scene.boss, at=at(9, 28, 10))

    clock = scene.clock()
    assert (scene.due(), clock.promised_at) == ("10-10 18:00:00", at(10, 9, 18))  # Saturday the 10th is worked
    assert (extension.due_before, extension.due_after) == (at(10, 9, 18), at(10, 10, 18))
    assert (clock.sequence, clock.extended_days) == (2, 1)
    assert told(scene.case)[-2:] == ["more_time_asked", "extended"]


def test_hours_more_are_added_on_the_clocks_own_time(scene: Scene) -> None:
    asked = _ask(scene, at(9, 24, 11), target="response", amount=3, unit="working_hours")

    decide_extension(asked, is_allowed=True, by=scene.boss, at=at(9, 24, 11))

    assert scene.due("response") == "09-24 16:30:00"


def test_a_refusal_says_why_and_changes_nothing(scene: Scene) -> None:
    asked = _ask(scene, at(9, 28, 9))

    with pytest.raises(DomainError) as refusal:
        decide_extension(asked, is_allowed=False, by=scene.boss, at=at(9, 28, 10))
    decide_extension(asked, is_allowed=False, answer="Take it from stock", by=scene.boss, at=at(9, 28, 10))

    assert refusal.value.field == "answer"
    assert (scene.due(), scene.clock().sequence, told(scene.case)[-1]) == ("10-09 18:00:00", 1, "not_extended")
    with pytest.raises(TooLate, match="decided this"):
        decide_extension(asked, is_allowed=True, by=scene.boss, at=at(9, 28, 11))


@pytest.mark.parametrize(("second", "is_taken"), [(59, True), (60, False)])
def test_more_time_is_asked_for_before_the_limit_is_over(scene: Scene, second: int, is_taken: bool) -> None:
    minute, second = divmod(59 * 60 + second, 60)
    moment = at(9, 24, 11 + minute // 60, minute % 60, second)
    if is_taken:
        assert _ask(scene, moment, target="response", unit="working_hours").pk
        return
    with pytest.raises(DomainError, match="before the limit is over"):
        _ask(scene, moment, target="response", unit="working_hours")


@pytest.mark.parametrize(("amount", "is_taken"), [(0, False), (1, True), (1_000, True), (1_001, False)])
def test_more_time_is_from_one_to_a_thousand(scene: Scene, amount: int, is_taken: bool) -> None:
    if is_taken:
        assert _ask(scene, at(9, 28, 9), amount=amount).amount == amount
        return
    with pytest.raises(DomainError) as refusal:
        _ask(scene, at(9, 28, 9), amount=amount)
    assert refusal.value.field == "amount"


def test_what_is_refused_to_whoever_asks_or_decides(scene: Scene) -> None:
    with pytest.raises(DomainError, match="No post of yours"):
        _ask(scene, at(9, 28, 9), by=scene.team["repair-technician"])
    with pytest.raises(DomainError) as unit:
        _ask(scene, at(9, 28, 9), unit="hours")
    with pytest.raises(DomainError) as reason:
        _ask(scene, at(9, 28, 9), reason="")
    asked = _ask(scene, at(9, 28, 9))
    with pytest.raises(TooLate, match="asked for already"):
        _ask(scene, at(9, 28, 9), by=scene.boss)
    for person in (scene.agent, scene.team["quality-engineer"]):
        with pytest.raises(DomainError, match="accountable post decides"):
            decide_extension(asked, is_allowed=True, by=person, at=at(9, 28, 10))

    assert (unit.value.field, reason.value.field) == ("unit", "reason")


def test_a_clock_on_hold_or_ended_needs_no_more_time(scene: Scene) -> None:
    asked = _ask(scene, at(9, 24, 10, 30))
    clock = scene.clock()
    ask_hold(open_task(scene.case), reason="Parts", days=5, by=scene.boss, at=at(9, 24, 11))

    with pytest.raises(DomainError, match="stands still"):
        _ask(scene, at(9, 24, 12))
    with pytest.raises(DomainError, match="on hold; decide when"):
        decide_extension(asked, is_allowed=True, by=scene.boss, at=at(9, 24, 12))
    resume_case(scene.case, by=scene.boss, at=at(9, 24, 14))
    scene.case.clocks.filter(pk=clock.pk).update(state="met", ended_at=at(9, 24, 15), running_since=None, fire_at=None)
    with pytest.raises(TooLate, match="has ended"):
        decide_extension(asked, is_allowed=True, by=scene.boss, at=at(9, 24, 16))


def test_what_was_on_hold_before_is_not_given_twice(scene: Scene) -> None:
    ask_hold(open_task(scene.case), reason="Parts", days=10, by=scene.boss, at=at(9, 24, 15))
    resume_case(scene.case, by=scene.boss, at=at(9, 29, 14))  # due Monday 10-12 17:00 (R7)

    asked = _ask(scene, at(9, 29, 15), amount=2, unit="working_hours")
    decide_extension(asked, is_allowed=True, by=scene.boss, at=at(9, 29, 16))

    assert scene.due() == "10-13 10:00:00"


def test_an_exception_gets_more_time_as_if_nothing_had_been_on_hold(scene: Scene) -> None:
    report_exception(open_task(scene.case), rule="e1", reason="No number", by=scene.agent, at=START)
    ask_hold(open_task(scene.case), reason="Parts", days=5, by=scene.boss, at=at(9, 24, 10, 30))
    resume_case(scene.case, by=scene.boss, at=at(9, 24, 11))

    asked = _ask(scene, at(9, 24, 11), target="exception", amount=1, unit="hours")
    decide_extension(asked, is_allowed=True, by=scene.boss, at=at(9, 24, 11))

    clock = scene.clock("exception")
    assert (clock.due_at, clock.budget_s) == (at(9, 24, 13), 3 * 3600)
