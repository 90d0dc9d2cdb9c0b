"""Exceptions of a standard: reported, with a clock of their own, and dealt with (H2.3.1 element 8)."""

from __future__ import annotations

import pytest

from cases.domain.acting import TooLate
from cases.domain.clocks.exceptions import end_exception, report_exception
from procstd.errors import DomainError
from tests.cases.domain.clocks.scene import Scene, at
from tests.cases.journeys import do, open_task, told

pytestmark = pytest.mark.django_db
START = at(9, 24, 10)


@pytest.fixture
def scene() -> Scene:
    return Scene(START)


def test_an_exception_has_its_own_clock_until_it_is_dealt_with(scene: Scene) -> None:
    report_exception(open_task(scene.case), rule="e1", reason="No number", by=scene.agent, at=START)
    assert scene.clock("exception").due_at == at(9, 24, 12)

    end_exception(scene.clock("exception"), reason="Called them", by=scene.agent, at=at(9, 24, 12))

    clock = scene.clock("exception")
    assert (clock.state, clock.ended_at, clock.breached_at) == ("met", at(9, 24, 12), None)  # in time: R6
    assert told(scene.case)[-2:] == ["exception", "exception_ended"]


def test_dealt_with_a_second_late_is_late(scene: Scene) -> None:
    report_exception(open_task(scene.case), rule="e1", reason="No number", by=scene.agent, at=START)

    end_exception(scene.clock("exception"), reason="Called them", by=scene.agent, at=at(9, 24, 12, 0, 1))

    assert scene.clock("exception").breached_at == at(9, 24, 12)


def test_what_is_refused(scene: Scene) -> None:
    task = open_task(scene.case)

    for rule in ("e9", ""):
        with pytest.raises(DomainError) as unknown:
            report_exception(task, rule=rule, reason="x", by=scene.agent, at=START)
        assert unknown.value.field == "rule"
    with pytest.raises(DomainError) as no_reason:
        report_exception(task, rule="e1", reason=" ", by=scene.agent, at=START)
    with pytest.raises(DomainError, match="No post of yours"):
        report_exception(task, rule="e1", reason="x", by=scene.team["repair-technician"], at=START)
    report_exception(task, rule="e1", reason="x", by=scene.agent, at=START)
    with pytest.raises(TooLate, match="reported already"):
        report_exception(task, rule="e1", reason="x", by=scene.agent, at=START)
    with pytest.raises(DomainError, match="of no exception"):
        end_exception(scene.clock(), reason="x", by=scene.agent, at=START)
    with pytest.raises(DomainError) as no_answer:
        end_exception(scene.clock("exception"), reason="", by=scene.agent, at=START)
    end_exception(scene.clock("exception"), reason="Done", by=scene.boss, at=START)
    with pytest.raises(TooLate, match="has ended"):
        end_exception(scene.clock("exception"), reason="Again", by=scene.boss, at=START)

    assert (no_reason.value.field, no_answer.value.field) == ("reason", "reason")


def test_the_same_exception_can_come_up_again_and_ends_with_its_task(scene: Scene) -> None:
    for minute in (0, 10):
        report_exception(open_task(scene.case), rule="e1", reason="x", by=scene.agent, at=at(9, 24, 10, minute))
        if minute == 0:
            end_exception(scene.clock("exception"), reason="Done", by=scene.agent, at=at(9, 24, 10, 5))

    do(scene.case, scene.team, at(9, 24, 10, 20))

    states = list(scene.case.clocks.filter(target="exception").values_list("state", "ended_at"))
    assert states == [("met", at(9, 24, 10, 5)), ("met", at(9, 24, 10, 20))]
