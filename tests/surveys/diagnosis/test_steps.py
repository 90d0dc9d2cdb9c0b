"""Steps as they are: written at once, put in order, moved (F07)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procstd.errors import DomainError
from surveys.domain.diagnosis.pains import change_pain
from surveys.domain.diagnosis.steps import MOST_STEPS, RowRefused, edition_of_steps, move_step, rows_of, write_steps
from surveys.models import AsIsStep, Source, Survey
from tests.surveys.diagnosis.conftest import AT, row


def _names(survey: Survey) -> list[tuple[int, str]]:
    return [(step.number, step.name_en) for step in AsIsStep.objects.filter(survey=survey).in_order()]


def test_steps_are_numbered_in_the_order_of_their_places(survey: Survey, specialist: Any) -> None:
    write_steps(survey, [row(3, "Third"), row(1, "First"), row("2.5", "Second")], by=specialist, at=AT)

    assert _names(survey) == [(1, "First"), (2, "Second"), (3, "Third")]


def test_a_line_of_two_and_a_half_is_inserted_and_goes_back_to_a_new_one(
    survey: Survey, steps: list[AsIsStep], specialist: Any
) -> None:
    rows = [*rows_of(steps), row("2.5", "Ask sales"), row("3.5", "Check", back_to="2.5")]

    write_steps(survey, rows, by=specialist, at=AT)

    assert [name for _n, name in _names(survey)] == ["Receive", "Judge", "Ask sales", "Handle", "Check", "Call"]
    assert AsIsStep.objects.get(name_en="Check").rework_to.name_en == "Ask sales"
    assert AsIsStep.objects.get(name_en="Handle").rework_to.name_en == "Judge"


def test_writing_the_same_once_more_writes_nothing(survey: Survey, steps: list[AsIsStep], specialist: Any) -> None:
    before = edition_of_steps(survey)

    write_steps(survey, rows_of(steps), by=specialist, at=AT, seen=before)

    assert edition_of_steps(survey) == before


def test_a_second_person_does_not_overwrite_the_first(survey: Survey, steps: list[AsIsStep], specialist: Any) -> None:
    seen = edition_of_steps(survey)
    move_step(steps[0], up=False, by=specialist, at=AT)

    with pytest.raises(DomainError, match="while you were typing"):
        write_steps(survey, [], by=specialist, at=AT, seen=seen)

    assert len(_names(survey)) == 4


def test_the_measured_duration_counts_before_the_told_one(steps: list[AsIsStep]) -> None:
    assert steps[1].duration == (Source.OBSERVED, 900, 2)
    assert [source for source, _m, _n in steps[1].durations] == [Source.OBSERVED, Source.TOLD]
    assert steps[3].through_minutes == 1500


def test_a_mined_duration_counts_before_all_others(steps: list[AsIsStep]) -> None:
    steps[1].mined_minutes, steps[1].mined_n = 800, 412

    assert steps[1].duration == (Source.MINED, 800, 412)


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([row(1, "A"), row(1, "B")], "place"),
        ([row(1, "A", name_zh="", name_en="")], "name_zh"),
        ([row(1, "A", back_to=2), row(2, "B")], "back_to"),
        ([row(1, "A", back_to=7)], "back_to"),
        ([row(1, "A", told_minutes=None, told_n=3)], "told_minutes"),
        ([row(1, "A", pk=999_999)], "place"),
    ],
)
def test_a_faulty_line_is_refused_at_its_field(survey: Survey, specialist: Any, rows: list[Any], field: str) -> None:
    with pytest.raises(RowRefused) as refusal:
        write_steps(survey, rows, by=specialist, at=AT)

    assert refusal.value.field == field
    assert _names(survey) == []


def test_a_step_that_hurts_is_not_deleted(survey: Survey, steps: list[AsIsStep], named: Any, specialist: Any) -> None:
    pain = named(steps=[steps[1]])
    without = [line for line in rows_of(steps) if line.pk != steps[1].pk and line.back_to is None]

    with pytest.raises(DomainError, match="P1"):
        write_steps(survey, without, by=specialist, at=AT)

    change_pain(pain, text_zh="痛", steps=[], by=specialist, at=AT)
    write_steps(survey, without, by=specialist, at=AT)
    assert [name for _n, name in _names(survey)] == ["Receive", "Call"]
    gone = AsIsStep.history.filter(id=steps[1].pk, history_type="-").get()
    assert gone.history_user == specialist


def test_a_step_moves_and_a_way_back_never_leads_forward(steps: list[AsIsStep], specialist: Any) -> None:
    move_step(steps[2], up=True, by=specialist, at=AT)

    found = list(AsIsStep.objects.filter(survey=steps[0].survey).in_order())
    assert [step.name_en for step in found] == ["Receive", "Handle", "Judge", "Call"]
    assert found[1].rework_to is None
    move_step(found[0], up=True, by=specialist, at=AT)
    assert [step.name_en for step in AsIsStep.objects.in_order()] == ["Receive", "Handle", "Judge", "Call"]


def test_more_steps_than_a_process_has_are_refused(survey: Survey, specialist: Any) -> None:
    with pytest.raises(DomainError, match="at most 200"):
        write_steps(survey, [row(n, f"S{n}") for n in range(1, MOST_STEPS + 2)], by=specialist, at=AT)


def test_thirty_steps_cost_as_many_queries_as_one(survey: Survey, specialist: Any) -> None:
    def cost(count: int) -> int:
        AsIsStep.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            write_steps(survey, [row(n, f"S{n}") for n in range(1, count + 1)], by=specialist, at=AT)
        return len(queries)

    assert cost(1) == cost(30)
