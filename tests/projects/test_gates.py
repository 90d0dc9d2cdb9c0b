"""F01: a phase closes when every criterion is met, or answered for by name, in order, for ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procstd.errors import DomainError
from procstd.gates import Phase
from projects.domain.passing import GateClosed, close_phase, override_criterion
from projects.models import Closing, GateOverride, Project, State
from projects.queries.gate import gate_of
from projects.queries.portfolio import standings_of
from tests.projects.desk import NOW, lead, leader, planned, project, staffed, whole
from tests.standards import released

pytestmark = pytest.mark.django_db


def _open(of: Project, phase: Phase = Phase.PREPARATION) -> list[str]:
    return [row.code for row in gate_of(of, phase, at=NOW).missing]


def test_an_empty_project_has_every_criterion_of_preparation_open() -> None:
    assert _open(project()) == [
        "projects.a-team", "projects.b-choice", "projects.c-plan", "projects.e-deliverable-1",
    ]  # fmt: skip


def test_a_whole_project_closes_preparation_and_keeps_how_it_stood() -> None:
    started = whole()

    closing = close_phase(started, phase=Phase.PREPARATION, by=lead(), at=NOW)

    assert closing.name_en == "lead"
    assert '"met":true' in closing.content
    assert '"met":false' not in closing.content


def test_an_open_criterion_keeps_the_phase_open_and_says_why() -> None:
    with pytest.raises(GateClosed, match="Team complete: No leader yet"):
        close_phase(planned(project()), phase=Phase.PREPARATION, by=lead(), at=NOW)

    assert not Closing.objects.exists()


def test_phases_close_in_order_once_and_never_open_again() -> None:
    started = whole()

    with pytest.raises(DomainError, match="comes first"):
        close_phase(started, phase=Phase.MAPPING, by=lead(), at=NOW)
    close_phase(started, phase=Phase.PREPARATION, by=lead(), at=NOW)
    with pytest.raises(DomainError, match="not opened again"):
        close_phase(started, phase=Phase.PREPARATION, by=lead(), at=NOW)


def test_the_leader_answers_for_what_is_open_with_a_reason_that_stays() -> None:
    started = planned(staffed(project()))
    for code in _open(started):
        override_criterion(started, phase=Phase.PREPARATION, criterion=code, reason="Urgent", by=leader(), at=NOW)

    close_phase(started, phase=Phase.PREPARATION, by=lead(), at=NOW)

    row = GateOverride.objects.get(criterion="projects.b-choice")
    assert (row.name_en, row.reason, row.sentence_en) == ("leader", "Urgent", "No candidate is scored yet.")
    with pytest.raises(TypeError):
        row.save()


def test_only_the_leader_answers_for_something() -> None:
    started = planned(staffed(project()))

    with pytest.raises(DomainError, match="leader of the team decides"):
        override_criterion(
            started, phase=Phase.PREPARATION, criterion="projects.b-choice", reason="x", by=lead(), at=NOW
        )


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"reason": " "}, "Say why"),
        ({"criterion": "nothing"}, "no such criterion"),
        ({"criterion": "projects.a-team"}, "is met"),
        ({"seen": "0" * 64}, "while you were reading"),
    ],
)
def test_an_override_needs_an_open_criterion_and_a_reason(facts: dict[str, Any], why: str) -> None:
    started = planned(staffed(project()))
    given = {"phase": Phase.PREPARATION, "criterion": "projects.b-choice", "reason": "Urgent"} | facts

    with pytest.raises(DomainError, match=why):
        override_criterion(started, by=leader(), at=NOW, **given)


def test_one_answers_once() -> None:
    started = planned(staffed(project()))
    facts = {"phase": Phase.PREPARATION, "criterion": "projects.b-choice", "reason": "Urgent"}
    override_criterion(started, by=leader(), at=NOW, **facts)

    with pytest.raises(DomainError, match="answered for it already"):
        override_criterion(started, by=leader(), at=NOW, **facts)


def test_a_standard_released_since_the_project_began_meets_definition() -> None:
    started = whole()
    assert "processes.released" in _open(started, Phase.DEFINITION)

    released(at=NOW)

    assert "processes.released" not in _open(started, Phase.DEFINITION)


def test_a_project_whose_last_phase_is_closed_is_done() -> None:
    started = whole()
    for phase in Phase:
        for code in _open(started, phase):
            override_criterion(started, phase=phase, criterion=code, reason="Test", by=leader(), at=NOW)
        close_phase(started, phase=phase, by=lead(), at=NOW)

    started.refresh_from_db()
    assert started.state == State.DONE


def test_gates_of_thirty_projects_cost_as_many_statements_as_of_one() -> None:
    whole("first")
    Project.objects.get(code="first")

    def counted() -> int:
        rows = list(Project.objects.select_related("lead"))
        standings_of(rows, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            standings_of(rows, at=NOW)
        return len(captured)

    one = counted()
    for number in range(29):
        planned(staffed(project(f"p-{number}")))

    assert counted() == one
