"""A case on hold: who asks, who allows, what stands still, and how it ends (F59, R7, R8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.domain.acting import TooLate
from cases.domain.clocks import arithmetic
from cases.domain.clocks.exceptions import report_exception
from cases.domain.clocks.holding import ask_hold, decide_hold, end_expired_holds, resume_case, wait_for_customer
from cases.domain.clocks.regrading import regrade
from cases.domain.clocks.replaying import facts_of, replay
from cases.domain.following import add_information
from cases.models import Hold
from procstd.errors import DomainError
from tests.cases.domain.clocks.scene import Scene, at
from tests.cases.journeys import do, finish, open_task, told

pytestmark = pytest.mark.django_db
START = at(9, 24, 10)


@pytest.fixture
def scene() -> Scene:
    return Scene(START)


def _ask(scene: Scene, by: Any, when: Any = None, **facts: Any) -> Hold:
    facts = {"reason": "Parts", "days": 10, **facts}
    return ask_hold(open_task(scene.case), by=by, at=when or at(9, 24, 15), **facts)


def test_five_working_days_on_hold_for_fourteen_hours_are_due_fourteen_hours_later(scene: Scene) -> None:
    assert scene.due() == "10-09 18:00:00"

    _ask(scene, scene.boss, at(9, 24, 15))
    resume_case(scene.case, by=scene.agent, at=at(9, 29, 14))

    assert scene.due() == "10-12 17:00:00"  # R7; Saturday the 10th is worked


def test_on_hold_nothing_is_armed_and_what_is_left_is_frozen(scene: Scene) -> None:
    _ask(scene, scene.boss, at(9, 24, 11))
    clock = scene.clock("response")

    assert (clock.state, clock.due_at, clock.fire_at, clock.running_since) == ("paused", None, None, None)
    left = {arithmetic.remaining(clock, at=moment) for moment in (at(9, 24, 11), at(9, 28, 9), at(12, 1))}
    assert left == {3600}
    resumed = arithmetic.if_resumed(clock, [(at(9, 24, 11), None)], at=at(9, 28, 9))
    assert resumed == at(9, 28, 10)
    assert open_task(scene.case).due_at is None


def test_a_hold_that_ended_in_the_second_in_which_it_began_holds_nothing_up_later(scene: Scene) -> None:
    _ask(scene, scene.boss, at(9, 24, 15) + timedelta(milliseconds=200))
    resume_case(scene.case, by=scene.boss, at=at(9, 24, 15) + timedelta(milliseconds=900))
    hold = Hold.objects.get()
    assert hold.held_from == hold.held_until == at(9, 24, 15)

    do(scene.case, scene.team, at(9, 24, 16))
    do(scene.case, scene.team, at(9, 24, 16, 30))
    regrade(scene.case, field="grading.grade", value="urgent", reason="x", by=scene.boss, at=at(9, 24, 17))

    assert scene.due() == "09-30 18:00:00"  # R3: three working days, and not the two hours since the hold began
    assert replay(scene.case) == facts_of(scene.case)


def test_a_hold_outside_working_hours_changes_nothing(scene: Scene) -> None:
    _ask(scene, scene.boss, at(9, 24, 18))
    resume_case(scene.case, by=scene.boss, at=at(9, 28, 9))

    assert scene.due() == "10-09 18:00:00"


def test_a_hold_never_takes_a_breach_back(scene: Scene) -> None:
    _ask(scene, scene.boss, at(9, 24, 15))  # the first response was due at noon
    resume_case(scene.case, by=scene.boss, at=at(9, 28, 10))
    do(scene.case, scene.team, at(9, 28, 10, 30))
    do(scene.case, scene.team, at(9, 28, 11))

    clock = scene.clock("response")
    assert (clock.due_at, clock.breached_at) == (at(9, 24, 12), at(9, 24, 12))


def test_the_accountable_post_has_the_leave_at_once_and_others_ask_for_it(scene: Scene) -> None:
    hold = _ask(scene, scene.agent)
    assert (hold.is_in_force, scene.clock().state) == (False, "running")

    decide_hold(hold, is_allowed=True, by=scene.boss, at=at(9, 24, 16))

    hold.refresh_from_db()
    assert (hold.held_from, hold.until_most) == (at(9, 24, 16), at(10, 4, 16))
    assert told(scene.case)[-2:] == ["hold_asked", "held"]


def test_a_hold_that_is_refused_says_why_and_the_clocks_run_on(scene: Scene) -> None:
    hold = _ask(scene, scene.agent)

    with pytest.raises(DomainError) as refusal:
        decide_hold(hold, is_allowed=False, answer=" ", by=scene.boss, at=START)
    decide_hold(hold, is_allowed=False, answer="Test it from stock", by=scene.boss, at=at(9, 24, 16))

    assert refusal.value.field == "answer"
    assert (scene.due(), told(scene.case)[-1]) == ("10-09 18:00:00", "hold_refused")
    with pytest.raises(TooLate, match="decided this"):
        decide_hold(hold, is_allowed=True, by=scene.boss, at=at(9, 24, 17))


@pytest.mark.parametrize(("days", "is_taken"), [(0, False), (1, True), (10, True), (11, False)])
def test_a_hold_has_from_one_day_to_the_most_of_the_standard(scene: Scene, days: int, is_taken: bool) -> None:
    if is_taken:
        assert _ask(scene, scene.boss, days=days).until_most == at(9, 24, 15) + timedelta(days=days)
        return
    with pytest.raises(DomainError) as refusal:
        _ask(scene, scene.boss, days=days)
    assert refusal.value.field == "days"


def test_what_is_refused_to_whoever_asks(scene: Scene) -> None:
    stranger = scene.team["repair-technician"]
    task = open_task(scene.case)

    with pytest.raises(DomainError, match="No post of yours"):
        _ask(scene, stranger)
    with pytest.raises(DomainError) as no_reason:
        _ask(scene, scene.boss, reason=" ")
    with pytest.raises(DomainError) as no_file:
        _ask(scene, scene.boss, evidence=SimpleUploadedFile("a.exe", b"MZ"))
    hold = _ask(scene, scene.agent)
    with pytest.raises(TooLate, match="asked for already"):
        _ask(scene, scene.boss)
    with pytest.raises(DomainError, match="never who asked"):
        decide_hold(hold, is_allowed=True, by=scene.agent, at=START)
    with pytest.raises(DomainError, match="accountable post decides"):
        decide_hold(hold, is_allowed=True, by=scene.team["quality-engineer"], at=START)
    decide_hold(hold, is_allowed=True, by=scene.boss, at=at(9, 24, 16))
    with pytest.raises(TooLate, match="on hold already"):
        _ask(scene, scene.boss)
    finish(scene.case, scene.team, iter([at(9, 28, 9, minute) for minute in range(20)]))
    with pytest.raises(DomainError, match="closed"):
        ask_hold(task, reason="x", days=1, by=scene.boss, at=at(9, 29))

    assert (no_reason.value.field, no_file.value.field) == ("reason", "evidence")


def test_a_standard_can_forbid_holds() -> None:
    scene = Scene(START, clockwork={"hold_days": 0})

    with pytest.raises(DomainError, match="lets nobody"):
        _ask(scene, scene.boss, days=1)


def test_a_request_whose_step_was_done_stands_in_nobodys_way(scene: Scene) -> None:
    lapsed = _ask(scene, scene.agent, at(9, 24, 11))
    do(scene.case, scene.team, at(9, 24, 11, 30))

    with pytest.raises(TooLate, match="done meanwhile"):
        decide_hold(lapsed, is_allowed=True, by=scene.boss, at=at(9, 24, 11, 40))
    _ask(scene, scene.boss, at(9, 24, 11, 50))

    lapsed.refresh_from_db()
    assert (lapsed.is_allowed, scene.clock().state) == (False, "paused")


def test_a_hold_ends_at_its_longest_time_however_late_that_is_noticed(scene: Scene) -> None:
    _ask(scene, scene.boss, at(9, 24, 15), days=1)  # to Friday 15:00, a holiday

    assert end_expired_holds(at=at(9, 25, 14, 59, 59)) == 0
    assert end_expired_holds(at=at(9, 29, 14)) == 1
    assert end_expired_holds(at=at(9, 29, 14)) == 0

    hold = Hold.objects.get()
    assert (hold.held_until, hold.ended_by, scene.due()) == (at(9, 25, 15), None, "10-10 12:00:00")


def test_who_goes_on_after_the_longest_time_gains_nothing(scene: Scene) -> None:
    _ask(scene, scene.boss, at(9, 24, 15), days=1)

    resume_case(scene.case, by=scene.agent, at=at(9, 29, 14))

    assert (Hold.objects.get().held_until, scene.due()) == (at(9, 25, 15), "10-10 12:00:00")


def test_completing_the_task_ends_the_hold(scene: Scene) -> None:
    _ask(scene, scene.boss, at(9, 24, 15))

    do(scene.case, scene.team, at(9, 29, 14))

    assert (Hold.objects.get().held_until, scene.due()) == (at(9, 29, 14), "10-12 17:00:00")
    assert told(scene.case)[-1] == "resumed"


def test_the_clock_of_an_exception_runs_on(scene: Scene) -> None:
    report_exception(open_task(scene.case), rule="e1", reason="No number", by=scene.agent, at=START)

    _ask(scene, scene.boss, at(9, 24, 11))

    assert (scene.clock("exception").state, scene.clock().state) == ("running", "paused")
    assert scene.clock("exception").due_at == at(9, 24, 12)


def test_only_who_works_on_the_case_lets_it_go_on(scene: Scene) -> None:
    with pytest.raises(TooLate, match="not on hold"):
        resume_case(scene.case, by=scene.agent, at=START)
    _ask(scene, scene.boss)

    with pytest.raises(DomainError, match="No post of yours"):
        resume_case(scene.case, by=scene.team["repair-technician"], at=at(9, 24, 16))
    resume_case(scene.case, by=scene.agent, at=at(9, 24, 16))

    assert scene.clock().state == "running"


def test_a_case_without_a_running_clock_cannot_be_held(scene: Scene) -> None:
    scene.case.clocks.update(state="cancelled", ended_at=START, running_since=None, fire_at=None)

    with pytest.raises(DomainError, match="nothing to hold"):
        _ask(scene, scene.boss)


def test_a_step_waits_for_the_customer_without_leave_where_the_standard_lets_it(scene: Scene) -> None:
    hold = wait_for_customer(open_task(scene.case), reason="The number?", by=scene.agent, at=at(9, 24, 15))
    assert (hold.until_most, scene.clock().state) == (at(9, 29, 15), "paused")

    add_information(scene.case, text="It is 4711", at=at(9, 29, 14))

    assert (scene.due(), told(scene.case)[-2:]) == ("10-12 17:00:00", ["customer_added", "resumed"])


def test_other_steps_do_not_wait_for_the_customer(scene: Scene) -> None:
    do(scene.case, scene.team, at(9, 24, 11))

    with pytest.raises(DomainError, match="does not let this step wait"):
        wait_for_customer(open_task(scene.case), reason="?", by=scene.boss, at=at(9, 24, 12))


def test_what_the_customer_adds_ends_no_other_hold(scene: Scene) -> None:
    _ask(scene, scene.boss)

    add_information(scene.case, text="It got worse", at=at(9, 24, 16))

    assert scene.clock().state == "paused"


def test_adding_information_costs_the_same_whether_the_case_has_few_clocks_or_many(scene: Scene) -> None:
    costs = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            add_information(scene.case, text="It got worse", at=at(9, 24, 16))
        costs.append(len(captured))
        for hour in (11, 12):
            do(scene.case, scene.team, at(9, 24, hour))

    assert costs[0] == costs[1] <= 12
