"""What pilots say at the gate of the pilot phase (F01)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilots.domain.deciding import decide
from procstd.gates import Asked, Phase, criteria
from tests.pilots.desk import NOW, STARTS, case_of, leader, planned, running, worked
from tests.pilots.domain.test_run import issue, proposed
from tests.standards import process_named

pytestmark = pytest.mark.django_db
MINE = {row.code: row for row in criteria() if row.code.startswith("pilots.")}


def told(project: int = 1) -> dict[str, tuple[bool, str]]:
    asked = [Asked(project, (process_named("complaint").pk,))]
    facts = {code: row.measure(asked, NOW)[project] for code, row in MINE.items()}
    return {code.partition(".")[2]: (fact.is_met, str(fact.sentence)) for code, fact in facts.items()}


def test_they_belong_to_the_pilot_phase() -> None:
    assert {row.phase for row in MINE.values()} == {Phase.PILOT}
    assert len(MINE) == 3


def test_without_a_pilot_the_gate_says_so() -> None:
    assert set(told().values()) == {(False, "No pilot is planned yet.")}


def test_a_planned_pilot_opens_nothing() -> None:
    planned()

    found = told()

    assert found["a-cases"] == (False, "P-0001 has 0 cases, at least 10 are wanted.")
    assert found["b-decided"] == (False, "P-0001 is not decided “go”: Planned.")
    assert not found["c-report"][0]


def test_ten_cases_a_go_and_a_proposal_for_each_issue_open_the_gate() -> None:
    pilot = worked("cycle", before=1, after=10)
    row = issue(pilot)

    before = told()
    proposed(row)
    decide(pilot, way="go", reason="Faster", by=leader(), at=NOW)
    after = told()

    assert before["a-cases"][0]
    assert before["c-report"] == (False, "P-0001: 0 of 1 issues in the report have a proposal.")
    assert {fact[0] for fact in after.values()} == {True}
    assert after["b-decided"] == (True, "P-0001 is decided: go.")


def test_cases_elsewhere_do_not_count() -> None:
    running()
    case_of("production", STARTS, 1)

    assert told()["a-cases"][1].startswith("P-0001 has 0 cases")


def test_many_projects_are_asked_at_once() -> None:
    running()
    process = process_named("complaint").pk
    process_named("order")

    def counted(count: int) -> int:
        asked = [Asked(number, (process,)) for number in range(1, count + 1)]
        with CaptureQueriesContext(connection) as captured:
            for row in MINE.values():
                assert len(row.measure(asked, NOW)) == count
        return len(captured)

    assert counted(1) == counted(30)
