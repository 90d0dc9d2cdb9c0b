"""H2.1.2: candidates, the project's own weights, rankings that are kept, the signed choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from procstd.errors import DomainError
from projects.domain.scope import choose_processes, score_candidate, set_weights
from projects.queries.scope import points_of, ranking_of, sha256_of, standings
from tests.projects.desk import NOW, candidate, chosen, lead, leader, project, scores, staffed

pytestmark = pytest.mark.django_db

EQUAL = {"frequency": 25, "reach": 25, "difficulty": 25, "fit": 25}


@pytest.mark.parametrize(
    ("given", "weights", "points"),
    [
        ({"frequency": 5, "reach": 5, "difficulty": 5, "fit": 5}, EQUAL, "100.0"),
        ({"frequency": 1, "reach": 1, "difficulty": 1, "fit": 1}, EQUAL, "20.0"),
        ({"frequency": 5, "reach": 1, "difficulty": 1, "fit": 1}, {**EQUAL, "frequency": 100}, "65.7"),
        ({"frequency": 5, "reach": 1, "difficulty": 1, "fit": 1}, dict.fromkeys(EQUAL, 0), "0.0"),
    ],
)
def test_points_are_the_weighted_mean_of_hundred(given: Any, weights: Any, points: str) -> None:
    assert points_of(given, weights) == Decimal(points)


def test_the_weights_of_the_project_decide_the_order() -> None:
    started = project()
    candidate(started, "often", frequency=5, fit=1)
    candidate(started, "fitting", frequency=1, fit=4)
    before = [row.candidate.process.code for row in ranking_of(started)]

    set_weights(started, frequency=10, reach=10, difficulty=10, fit=70, reason="The year's goal", by=lead(), at=NOW)
    started.refresh_from_db()

    assert before == ["often", "fitting"]
    assert [row.candidate.process.code for row in ranking_of(started)] == ["fitting", "often"]


def test_equal_points_share_a_place() -> None:
    started = project()
    for code in ("b", "a", "c"):
        candidate(started, code, frequency=1 if code == "c" else 3)

    assert [(row.place, row.candidate.process.code) for row in ranking_of(started)] == [(1, "a"), (1, "b"), (3, "c")]


def test_each_change_keeps_the_ranking_before_with_its_reason() -> None:
    started = project()
    row = candidate(started, "complaint", frequency=5)
    score_candidate(row, reason="Counted anew", by=lead(), at=NOW, **scores(frequency=2))

    first, second = started.rankings.order_by("number")

    assert [first.data["rows"][0]["scores"]["frequency"], second.data["rows"][0]["scores"]["frequency"]] == [5, 2]
    assert (second.reason, second.by) == ("Counted anew", lead())
    assert sha256_of(first.content) == first.sha256


def test_a_ranking_is_never_changed() -> None:
    started = project()
    candidate(started, "complaint")
    ranking = started.rankings.get()
    ranking.reason = "Otherwise"

    with pytest.raises(TypeError):
        ranking.save()


def test_saving_the_same_scores_again_keeps_no_second_ranking() -> None:
    started = project()
    row = candidate(started, "complaint")

    score_candidate(row, reason="Looked again", by=lead(), at=NOW, **scores())

    assert started.rankings.count() == 1


@pytest.mark.parametrize("frequency", [0, 6])
def test_scores_go_from_one_to_five(frequency: int) -> None:
    with pytest.raises(DomainError, match="from 1 to 5"):
        candidate(project(), "complaint", frequency=frequency)


def test_a_score_has_a_reason() -> None:
    started = project()
    row = candidate(started, "complaint")

    with pytest.raises(DomainError) as refusal:
        score_candidate(row, reason="x", by=lead(), at=NOW, **(scores() | {"why_reach": "  "}))

    assert refusal.value.field == "why_reach"


def test_weights_add_up_to_hundred() -> None:
    with pytest.raises(DomainError, match="add up to 99"):
        set_weights(project(), frequency=24, reach=25, difficulty=25, fit=25, reason="x", by=lead(), at=NOW)


def test_the_leader_signs_the_choice_over_the_ranking() -> None:
    started = chosen(staffed(project()))
    standing = standings([started.pk])[started.pk]

    assert standing.is_valid
    assert standing.choice is not None
    assert standing.choice.meaning_en == "I choose Complaint process by this ranking, and release resources for it."
    assert "投诉" in standing.choice.meaning_zh or "complaint流程" in standing.choice.meaning_zh
    assert [row.process.code for row in started.candidates.filter(is_chosen=True)] == ["complaint"]


def test_a_score_that_changes_later_voids_the_signature() -> None:
    started = chosen(staffed(project()))
    row = started.candidates.get(process__code="order")

    score_candidate(row, reason="Counted anew", by=lead(), at=NOW, **scores(frequency=2))

    assert not standings([started.pk])[started.pk].is_valid


@pytest.mark.parametrize("codes", [[], ["second"], ["first", "third"], ["first", "second", "third"], ["nothing"]])
def test_the_choice_is_the_top_of_the_ranking(codes: list[str]) -> None:
    started = staffed(project())
    for code, frequency in (("first", 5), ("second", 3), ("third", 1)):
        candidate(started, code, frequency=frequency)

    with pytest.raises(DomainError):
        choose_processes(started, processes=codes, by=leader(), at=NOW)
    choose_processes(started, processes=["first", "second"], by=leader(), at=NOW)

    assert started.choices.count() == 1


def test_only_the_leader_chooses() -> None:
    started = staffed(project())
    candidate(started, "complaint")

    with pytest.raises(DomainError, match="leader of the team decides"):
        choose_processes(started, processes=["complaint"], by=lead(), at=NOW)


def test_who_read_an_older_ranking_looks_again() -> None:
    started = staffed(project())
    row = candidate(started, "complaint")
    seen = started.rankings.get().sha256
    score_candidate(row, reason="Counted anew", by=lead(), at=NOW, **scores(frequency=5))

    with pytest.raises(DomainError, match="while you were reading"):
        choose_processes(started, processes=["complaint"], by=leader(), at=NOW, seen=seen)
