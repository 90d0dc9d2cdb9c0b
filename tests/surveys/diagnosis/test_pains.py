"""Pain points, causes, endings, and what the standard is asked (H2.2.3, F08, H4.1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from processes.models import PainPoint
from procstd.errors import DomainError
from procstd.gates import Asked
from surveys.domain.diagnosis.carrying import carry_into_standard
from surveys.domain.diagnosis.causes import add_cause, chains, change_cause, open_chains, remove_cause, tree
from surveys.domain.diagnosis.checking import checks
from surveys.domain.diagnosis.endings import ending_words
from surveys.domain.diagnosis.pains import add_evidence, delete_pain, reject_pain, reopen_pain, solve_pain
from surveys.exits_diagnosis import baselines_frozen, causes_found, pains_resolved
from surveys.models import Cause, Ending, Evidence, Pain
from surveys.queries.diagnosis import diagnosis_of
from tests.standards import released, standard, step
from tests.surveys.diagnosis.conftest import AT


@pytest.fixture
def why(specialist: Any) -> Any:
    def add(pain: Pain, text: str, parent: Cause | None = None, *, acts: bool = False) -> Cause:
        return add_cause(
            pain, parent=parent, text_zh="", text_en=text, is_actionable=acts, by=specialist, at=AT
        )  # fmt: skip

    return add


def test_numbers_of_pain_points_are_never_used_again(named: Any, specialist: Any) -> None:
    named("One")
    delete_pain(named("Two"), by=specialist, at=AT)

    assert named("Three").number == 3


def test_a_pain_point_needs_words(named: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        named(text_zh="", text_en="")

    assert refusal.value.field == "text_zh"


def test_pain_points_are_clustered_by_step(survey: Any, steps: Any, named: Any) -> None:
    slow, late, loose = named("Slow", steps=[steps[1], steps[3]]), named("Late", steps=[steps[3]]), named("Loose")

    groups = diagnosis_of(survey).by_step

    assert [(step and step.name_en, pains) for step, pains in groups] == [
        ("Judge", [slow]), ("Call", [slow, late]), (None, [loose]),
    ]  # fmt: skip


def test_the_same_evidence_twice_is_one(named: Any, specialist: Any) -> None:
    pain = named()
    facts = {"kind": "observed", "number": "O-3", "figure_zh": "", "figure_en": "1 d 7 h"}

    assert add_evidence(pain, **facts, by=specialist, at=AT) == add_evidence(pain, **facts, by=specialist, at=AT)
    assert Evidence.objects.count() == 1


def test_every_chain_must_end_in_a_cause_to_act_on(named: Any, why: Any) -> None:
    pain = named()
    first = why(pain, "Three documents")
    second = why(pain, "No link", first)
    other = why(pain, "Nobody answers", first)
    deed = why(pain, "No interface", second, acts=True)

    causes = list(pain.causes.all())
    assert [[row.text for row in chain] for chain in chains(tree(causes))] == [
        ["Three documents", "No link", "No interface"], ["Three documents", "Nobody answers"],
    ]  # fmt: skip
    assert open_chains(causes) == [[first, other]]
    assert tree(causes)[0].below[0].below[0].cause == deed


def test_a_chain_has_five_whys_at_most_and_ends_where_one_can_act(named: Any, why: Any, specialist: Any) -> None:
    pain = named()
    last = None
    for number in range(5):
        last = why(pain, f"W{number}", last)
    with pytest.raises(DomainError, match="After 5 whys"):
        why(pain, "W6", last)
    change_cause(last, text_zh="", text_en="Act", is_actionable=True, by=specialist, at=AT)
    with pytest.raises(DomainError, match="chain ends there"):
        why(pain, "More", last)
    with pytest.raises(DomainError, match="causes below"):
        change_cause(last.parent, text_zh="", text_en="x", is_actionable=True, by=specialist, at=AT)


def test_a_cause_goes_with_all_below_it(named: Any, why: Any, specialist: Any) -> None:
    pain = named()
    first = why(pain, "A")
    why(pain, "B", first)

    remove_cause(first, by=specialist, at=AT)
    remove_cause(first, by=specialist, at=AT)

    assert list(pain.causes.all()) == []


def test_a_pain_point_ends_as_solved_or_rejected_and_is_opened_again(named: Any, specialist: Any) -> None:
    pain = named()
    with pytest.raises(DomainError, match="Choose the element"):
        solve_pain(pain, solved_by="element:9", by=specialist, at=AT)
    with pytest.raises(DomainError, match="Choose the element"):
        solve_pain(pain, solved_by="step:s4", by=specialist, at=AT)
    with pytest.raises(DomainError, match="why"):
        reject_pain(pain, ending_zh="", ending_en="", by=specialist, at=AT)

    solved = solve_pain(pain, solved_by="element:7", ending_en="24 h", by=specialist, at=AT)
    assert ending_words(solved) == "solved by element 7, time standards: 24 h"
    rejected = reject_pain(pain, ending_zh="", ending_en="Once only", by=specialist, at=AT)
    assert ending_words(rejected) == "rejected because: Once only"
    assert (rejected.ended_at, rejected.ended_by) == (AT, specialist)
    assert reopen_pain(rejected, by=specialist, at=AT).ending == Ending.OPEN


def test_a_step_of_the_standard_solves_a_pain_point(survey: Any, named: Any, specialist: Any) -> None:
    released(standard(step("s1", None)))

    assert solve_pain(named(), solved_by="step:s1", by=specialist, at=AT).ending == Ending.SOLVED


def test_carried_pain_points_keep_their_key_and_are_brought_up_to_date(
    survey: Any, steps: Any, named: Any, specialist: Any
) -> None:
    pain = named(steps=[steps[1]], times_a_month=12, lost_minutes=960, evidence_en="Five cases", evidence_zh="五案")

    (point,) = carry_into_standard(survey, [pain], by=specialist, at=AT)
    (again,) = carry_into_standard(survey, [pain], by=specialist, at=AT)

    assert again == point
    assert PainPoint.objects.count() == 1
    assert PainPoint.history.count() == 1
    assert point.key == "p1"
    assert "Five cases" in point.evidence_en
    assert "五案" in point.evidence_zh
    assert "Judge" in point.evidence_en
    assert "2 d" in point.evidence_en
    with pytest.raises(DomainError, match="knows this pain point"):
        delete_pain(pain, by=specialist, at=AT)


def test_nothing_rejected_and_nothing_at_all_is_carried(survey: Any, named: Any, specialist: Any) -> None:
    pain = reject_pain(named(), ending_zh="不", ending_en="", by=specialist, at=AT)

    for pains in ([pain], []):
        with pytest.raises(DomainError):
            carry_into_standard(survey, pains, by=specialist, at=AT)
    assert PainPoint.objects.count() == 0


def test_gates_ask_for_causes_endings_and_frozen_figures(survey: Any, named: Any, why: Any, specialist: Any) -> None:
    asked = [Asked(7, (survey.process_id,)), Asked(8, ())]

    def met(measure: Any) -> list[bool]:
        return [fact.is_met for fact in measure(asked, AT).values()]

    assert met(causes_found) == met(pains_resolved) == met(baselines_frozen) == [False, False]
    pain = named()
    first = why(pain, "A")
    assert met(causes_found) == [False, False]
    assert f"/surveys/{survey.number}/diagnosis/" == causes_found(asked, AT)[7].link
    why(pain, "B", first, acts=True)
    assert met(causes_found) == [True, False]
    solve_pain(pain, solved_by="element:7", by=specialist, at=AT)
    assert met(pains_resolved) == [True, False]
    assert str(pains_resolved(asked, AT)[7].sentence) == "1 of 1 pain points are solved or rejected."


def test_a_gate_costs_the_same_for_one_project_and_for_thirty(survey: Any, named: Any) -> None:
    named()

    def cost(projects: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            causes_found([Asked(n, (survey.process_id, n)) for n in range(projects)], AT)
        return len(queries)

    assert cost(1) == cost(30) == 3


def test_a_rejected_pain_point_needs_no_cause(survey: Any, named: Any, specialist: Any) -> None:
    pain = named()
    asked = f"P{pain.number}: nobody asked why yet."
    assert asked in [str(check.sentence) for check in checks(diagnosis_of(survey))]

    reject_pain(pain, ending_zh="", ending_en="Once only", by=specialist, at=AT)

    assert asked not in [str(check.sentence) for check in checks(diagnosis_of(survey))]
