"""Graded anew: the limits follow, nobody is late at once, what was overdue stays so (R10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.domain.acting import standard_of
from cases.domain.clocks import watching
from cases.domain.clocks.firing import fire_due
from cases.domain.clocks.holding import ask_hold, resume_case
from cases.domain.clocks.regrading import grades, may_regrade, regrade
from cases.models import Clock
from procstd.errors import DomainError
from tests.cases.domain.clocks.scene import Scene, at
from tests.cases.journeys import do, finish, open_task

pytestmark = pytest.mark.django_db
#: The Monday of the worked examples.
START = at(11, 16, 10)


@pytest.fixture
def scene() -> Scene:
    made = Scene(START)
    do(made.case, made.team, at(11, 16, 10, 10))
    do(made.case, made.team, at(11, 16, 10, 20), answers={"grade": "normal"})
    return made


def _regrade(scene: Scene, value: str, when: Any, **facts: Any) -> None:
    facts = {"field": "grading.grade", "reason": "A safety risk", "by": scene.boss, **facts}
    regrade(scene.case, value=value, at=when, **facts)


@pytest.mark.parametrize(
    ("when", "due"),
    [
        (at(11, 17, 10), "11-19 18:00:00"),  # early enough: three working days
        (at(11, 20, 10), "11-20 15:30:00"),  # already past: four working hours to react
        (at(11, 23, 17), "11-23 18:00:00"),  # an hour before the old due time: that stays
    ],
)
def test_a_tighter_grade_leaves_time_to_react_but_no_more_than_there_was(scene: Scene, when: Any, due: str) -> None:
    assert scene.due() == "11-23 18:00:00"

    _regrade(scene, "urgent", when)

    assert (scene.due(), scene.clock().promised_at) == (due, at(11, 23, 18))


def test_a_moment_that_a_new_grade_puts_into_the_past_is_no_alarm_unless_it_stays_unfired(scene: Scene) -> None:
    when = at(11, 20, 10)
    while fire_due(at=when).clocks:
        continue
    _regrade(scene, "urgent", when)
    minute = timedelta(minutes=1)

    assert Clock.objects.due(when - minute).exists()
    assert watching.count(at=when).overdue == 0
    assert watching.count(at=when + 2 * minute).overdue > 0


def test_a_looser_grade_counts_from_the_start(scene: Scene) -> None:
    _regrade(scene, "urgent", at(11, 17, 10))

    _regrade(scene, "normal", at(11, 19, 10))

    assert (scene.due(), scene.clock().sequence) == ("11-23 18:00:00", 3)


def test_what_was_overdue_stays_overdue(scene: Scene) -> None:
    _regrade(scene, "urgent", at(11, 17, 10))
    scene.case.clocks.filter(target="total").update(breached_at=at(11, 19, 18))

    _regrade(scene, "normal", at(11, 20, 10))

    assert (scene.clock().breached_at, scene.due()) == (at(11, 19, 18), "11-23 18:00:00")


def test_on_hold_the_new_limit_waits_as_the_old_one_did(scene: Scene) -> None:
    ask_hold(open_task(scene.case), reason="Parts", days=10, by=scene.boss, at=at(11, 17, 9))

    _regrade(scene, "urgent", at(11, 17, 12))
    assert (scene.clock().state, scene.due()) == ("paused", None)
    resume_case(scene.case, by=scene.boss, at=at(11, 18, 9))

    assert scene.due() == "11-20 18:00:00"


def test_what_is_refused(scene: Scene) -> None:
    cases = {
        "field": {"field": "grading.risk"},
        "value": {"value": "terrible"},
        "reason": {"reason": " "},
    }
    for field, facts in cases.items():
        with pytest.raises(DomainError) as refusal:
            _regrade(scene, when=at(11, 17, 10), **{"value": "urgent", **facts})
        assert refusal.value.field == field
    with pytest.raises(DomainError, match="its grade already") as same:
        _regrade(scene, "normal", at(11, 17, 10))
    with pytest.raises(DomainError, match="Only the posts that grade"):
        _regrade(scene, "urgent", at(11, 17, 10), by=scene.agent)
    finish(scene.case, scene.team, iter([at(11, 18, 9, minute) for minute in range(20)]))
    with pytest.raises(DomainError, match="closed"):
        _regrade(scene, "urgent", at(11, 19, 10))

    assert same.value.field == "value"


def test_only_what_was_answered_can_be_graded_anew(scene: Scene) -> None:
    from tests.cases.journeys import opened

    standard = standard_of(scene.case.definition)
    fresh = opened(scene.case.process, at=START)
    scene.case.refresh_from_db()

    assert [path for path, _field in grades(standard, scene.case)] == ["grading.grade"]
    assert grades(standard, fresh) == []
    assert (may_regrade(scene.boss, standard), may_regrade(scene.agent, standard)) == (True, False)
