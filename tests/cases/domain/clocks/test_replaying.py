"""Whatever people do, in whatever order: the events tell the clocks as the rows have them (T12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.domain.chain import broken_chains
from cases.domain.clocks.exceptions import end_exception, report_exception
from cases.domain.clocks.explaining import Pause, explain
from cases.domain.clocks.extending import ask_extension, decide_extension
from cases.domain.clocks.firing import fire_due
from cases.domain.clocks.holding import ask_hold, end_expired_holds, resume_case
from cases.domain.clocks.regrading import regrade
from cases.domain.clocks.replaying import facts_of, replay
from cases.domain.working import claim
from cases.models import Case, Clock, Task
from procstd.errors import DomainError
from tests.cases.domain.clocks.scene import HOME, Scene, at
from tests.cases.journeys import do, finish
from tests.drills.judging import what_events_say

pytestmark = pytest.mark.django_db
START = at(9, 22, 9)


def _task(scene: Scene) -> Task:
    tasks = Task.objects.open().select_related("process__definition", "step").filter(process=scene.case)
    return tasks.order_by("pk")[0]


def _extend(scene: Scene, target: str, unit: str, when: datetime) -> None:
    asked = ask_extension(scene.clock(target), amount=2, unit=unit, reason="x", by=scene.agent, at=when)
    decide_extension(asked, is_allowed=True, by=scene.boss, at=when)


def _regrade(scene: Scene, when: datetime) -> None:
    grade = Case.objects.get(pk=scene.case.pk).data.get("grading", {}).get("grade")
    other = "normal" if grade == "urgent" else "urgent"
    regrade(scene.case, field="grading.grade", value=other, reason="x", by=scene.boss, at=when)


def _send_back(scene: Scene, when: datetime) -> None:
    task = _task(scene)
    outcome = {"s2": "incomplete", "s4": "unclear", "s5": "rejected"}.get(task.key)
    do(scene.case, scene.team, when, key=task.key, outcome=outcome)


ACTS: dict[str, Callable[[Scene, datetime], Any]] = {
    "claim": lambda scene, when: claim(_task(scene), by=scene.team.worker_of(_task(scene)), at=when),
    "complete": lambda scene, when: do(scene.case, scene.team, when),
    "send back": _send_back,
    "hold": lambda scene, when: ask_hold(_task(scene), reason="x", days=2, by=_accountable(scene), at=when),
    "resume": lambda scene, when: resume_case(scene.case, by=_accountable(scene), at=when),
    "expire": lambda scene, when: end_expired_holds(at=when),
    "regrade": _regrade,
    "fire": lambda _scene, when: fire_due(at=when),
    "days": lambda scene, when: _extend(scene, "total", "working_days", when),
    "hours": lambda scene, when: _extend(scene, "total", "working_hours", when),
    "report": lambda scene, when: report_exception(_task(scene), rule="e1", reason="x", by=scene.agent, at=when),
    "dealt with": lambda scene, when: end_exception(scene.clock("exception"), reason="x", by=scene.agent, at=when),
}


def _accountable(scene: Scene) -> Any:
    from cases.domain.acting import step_of

    place = step_of(_task(scene)).posts["A"][0]
    return scene.team[f"{place.post}@{place.department}" if place.department else place.post]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    story=st.lists(
        st.tuples(st.sampled_from([*ACTS, "hold", "resume", "complete"]), st.integers(1, 3 * 86_400)),
        min_size=3, max_size=18,
    )
)  # fmt: skip
def test_events_and_rows_say_the_same_of_every_clock_after_any_story(story: list[tuple[str, int]]) -> None:
    scene, when, done = Scene(START), START, 0
    for name, seconds in story:
        when += timedelta(seconds=seconds)
        try:
            ACTS[name](scene, when)
            done += 1
        except (DomainError, Clock.DoesNotExist, IndexError):
            continue  # refused, or there is nothing to do it to: nothing may have changed

    assert replay(scene.case) == facts_of(scene.case)
    for clock in Clock.objects.filter(case=scene.case).select_related("version__calendar"):
        clock.digest = clock.version.digest if clock.version else ""
        _the_account_adds_up(scene, clock, when)
    assert list(broken_chains(Case.objects.filter(pk=scene.case.pk))) == []


#: Making a story smaller takes minutes, and says little that the story did not.
_QUICKLY = [Phase.explicit, Phase.reuse, Phase.generate]
#: What is tried within moments of each other: holds that begin and end in one second, grades, ends, firing.
QUICK = (
    "hold",
    "hold",
    "resume",
    "resume",
    "regrade",
    "regrade",
    "complete",
    "fire",
    "fire",
    "hours",
    "report",
    "expire",
)


@settings(max_examples=30, deadline=None, phases=_QUICKLY, suppress_health_check=[HealthCheck.too_slow])
@given(
    story=st.lists(
        st.tuples(st.sampled_from(QUICK), st.booleans(), st.integers(-600, 1_700)), min_size=6, max_size=24
    )
)  # fmt: skip
def test_acts_within_moments_of_each_other_are_told_as_they_were_done(story: list[tuple[str, bool, int]]) -> None:
    """No race is needed: moments within a second, some taken before the act that was first, firing in between."""
    scene = Scene(START)
    for hour in (1, 2):
        do(scene.case, scene.team, START + timedelta(hours=hour))
    when = START + timedelta(hours=2)
    for name, is_near, milliseconds in story:
        armed = Clock.objects.filter(case=scene.case, fire_at__gt=when).order_by("fire_at").first()
        if is_near and armed is not None and armed.fire_at is not None:
            when = armed.fire_at
        when += timedelta(milliseconds=milliseconds)
        try:
            ACTS[name](scene, when)
        except (DomainError, Clock.DoesNotExist, IndexError):
            continue

    assert replay(scene.case) == facts_of(scene.case)
    moments = list(scene.case.events.order_by("position").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert what_events_say(scene.case)["old_epoch"] == 0


def _the_account_adds_up(scene: Scene, clock: Clock, when: datetime) -> None:
    until = clock.ended_at or when
    held = [] if clock.target == "exception" else scene.case.holds.filter(held_from__isnull=False)
    pauses = [Pause(hold.held_from, hold.held_until or until) for hold in held]
    pauses = [pause for pause in pauses if pause.begin < until]
    account = explain(clock, (), pauses, until, zone=HOME)

    assert account.seconds == clock.budget_s == sum(row.seconds for row in account.rows)


def test_a_whole_case_is_replayed() -> None:
    scene = Scene(START)
    ask_hold(_task(scene), reason="x", days=5, by=scene.boss, at=at(9, 22, 10))
    finish(scene.case, scene.team, iter([at(9, 23, 9 + hour) for hour in range(9)]))

    told = replay(scene.case)

    assert told == facts_of(scene.case)
    assert {facts["state"] for facts in told.values()} == {"met"}
    assert len(told) == 10


def test_a_row_that_was_changed_behind_the_houses_back_differs() -> None:
    scene = Scene(START)
    Clock.objects.filter(case=scene.case, target="total").update(due_at=at(12, 1))

    told, rows = replay(scene.case), facts_of(scene.case)

    assert [key for key in told if told[key] != rows[key]] == ["total:1"]
