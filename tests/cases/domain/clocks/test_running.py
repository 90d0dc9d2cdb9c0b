"""Which clocks run at once in a case, and when each of them ends (F55, R6, R16)."""

from __future__ import annotations

import pytest

from cases.domain.clocks import arithmetic
from cases.domain.clocks.holding import ask_hold, resume_case
from cases.domain.clocks.replaying import facts_of, replay
from cases.models import Task
from tests.cases.domain.clocks.scene import Scene, at
from tests.cases.journeys import do, finish, open_task, opened
from tests.standards import complaint, released

pytestmark = pytest.mark.django_db
START = at(9, 24, 10)


@pytest.fixture
def scene() -> Scene:
    return Scene(START)


def _states(scene: Scene) -> dict[str, str]:
    rows = scene.case.clocks.order_by("pk")
    return {f"{clock.target} {clock.step}".strip(): clock.state for clock in rows}


def test_first_response_step_and_total_run_at_once(scene: Scene) -> None:
    assert _states(scene) == {"response s2": "running", "total": "running", "step s1": "running"}
    assert (scene.due("response"), scene.due(), scene.due("step")) == (
        "09-24 12:00:00", "10-09 18:00:00", "09-24 10:00:00",
    )  # fmt: skip


def test_the_task_knows_when_it_is_due(scene: Scene) -> None:
    do(scene.case, scene.team, at(9, 24, 10, 30))

    assert open_task(scene.case).due_at == at(9, 24, 11, 30)


def test_the_first_response_ends_with_its_step_and_all_with_the_case(scene: Scene) -> None:
    do(scene.case, scene.team, at(9, 24, 10, 30))
    assert scene.clock("response").state == "running"
    do(scene.case, scene.team, at(9, 24, 12))
    assert (scene.clock("response").state, scene.clock("response").breached_at) == ("met", None)

    finish(scene.case, scene.team, iter([at(9, 28, 9, minute) for minute in range(20)]))

    assert set(_states(scene).values()) == {"met"}
    assert scene.clock().ended_at == at(9, 28, 9, 5)


@pytest.mark.parametrize(("second", "breached"), [(0, None), (1, at(9, 24, 12))])
def test_on_time_is_until_the_second_it_is_due(scene: Scene, second: int, breached: object) -> None:
    do(scene.case, scene.team, at(9, 24, 10, 30))

    do(scene.case, scene.team, at(9, 24, 12, 0, second))

    assert scene.clock("response").breached_at == breached


@pytest.mark.parametrize(("minute", "second", "is_late"), [(15, 0, False), (15, 1, True)])
def test_at_once_has_its_grace(scene: Scene, minute: int, second: int, is_late: bool) -> None:
    do(scene.case, scene.team, at(9, 24, 10, minute, second))

    assert scene.case.clocks.get(step="s1").breached_at == (START if is_late else None)


def test_while_the_grade_is_not_known_the_longest_limit_holds_and_the_grade_tightens_it(scene: Scene) -> None:
    assert scene.due() == "10-09 18:00:00"
    do(scene.case, scene.team, at(9, 24, 10, 30))

    do(scene.case, scene.team, at(9, 24, 11), answers={"grade": "urgent", "risk": "Fire"})

    assert scene.due() == "09-30 18:00:00"  # three working days of R3


def test_a_step_that_is_done_anew_counts_anew(scene: Scene) -> None:
    do(scene.case, scene.team, at(9, 24, 10, 30))
    do(scene.case, scene.team, at(9, 24, 11), outcome="incomplete", answers={"grade": "normal"})
    do(scene.case, scene.team, at(9, 24, 14))

    steps = scene.case.clocks.filter(step="s2", target="step").order_by("pk")
    assert [clock.started_at for clock in steps] == [at(9, 24, 10, 30), at(9, 24, 14)]
    assert len({clock.key for clock in steps}) == 2


def test_remaining_is_told_on_the_clocks_own_time(scene: Scene) -> None:
    # 37.5 h of budget beyond the rest of the first day (R3); R12 asks for what is left, not for days.
    clock = scene.clock()

    assert arithmetic.remaining(clock, at=at(9, 28, 10)) == clock.budget_s - (6.5 * 3600 + 3600)
    assert arithmetic.remaining(scene.clock("response"), at=at(9, 24, 15)) == -1.5 * 3600


def test_a_case_keeps_the_calendar_version_it_started_with(scene: Scene) -> None:
    from tests.cases.calendars import calendar_2026, plan_2026

    plan = plan_2026()
    plan["holidays"]["2026-10-09"] = "桥接日"
    calendar_2026(plan=plan)
    before = scene.clock()

    do(scene.case, scene.team, at(9, 24, 10, 30))

    assert (scene.clock().version_id, scene.due()) == (before.version_id, "10-09 18:00:00")
    assert scene.clock("step").version_id != before.version_id


def test_a_limit_that_began_with_an_earlier_step_leaves_out_what_was_on_hold_since(scene: Scene) -> None:
    """Step 3 counts from the end of step 2; step 2 ended before the hold and step 3 is done anew after it."""
    from cases.domain.acting import clocks_of_case, lock_case

    do(scene.case, scene.team, at(9, 24, 10, 30))
    ask_hold(open_task(scene.case), reason="Parts", days=10, by=scene.boss, at=at(9, 24, 11))
    resume_case(scene.case, by=scene.boss, at=at(9, 24, 14))
    case = lock_case(scene.case, at(9, 24, 15))
    clocks = clocks_of_case(case, at(9, 24, 15))
    step = clocks.standard.step("s2")

    task = Task(process=case, key="s2")
    clocks.begin_step(task)

    # From 10:30, when step 1 ended; of 11:00 to 14:00 an hour and a half was open, and on hold.
    assert step.limit.start == "s1"
    assert task.due_at == at(9, 24, 14, 30)


def test_r16_a_case_keeps_the_limit_with_which_it_started(scene: Scene) -> None:
    """Five working days become three: only for cases that are opened from then on."""
    totals = [{"limit": {"amount": 3, "unit": "working_days"}, "when": None}]
    process = released(complaint(totals=totals), at=at(9, 24, 11)).process

    later = opened(process, at=at(9, 24, 12))
    do(scene.case, scene.team, at(9, 24, 15))
    ask_hold(open_task(scene.case), reason="x", days=5, by=scene.boss, at=at(9, 24, 16))
    resume_case(scene.case, by=scene.boss, at=at(9, 24, 17))

    assert later.clocks.get(target="total").due_at == at(9, 30, 18)
    assert scene.due() == "10-10 10:00:00"  # five working days and the hour on hold; Saturday the 10th is worked
    assert replay(scene.case) == facts_of(scene.case)
