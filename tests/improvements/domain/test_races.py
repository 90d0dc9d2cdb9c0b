"""Two at once: one form sent twice is one suggestion, two forms get two numbers, a week is written once."""

from __future__ import annotations

import pytest
from django.db import connection

from improvements.domain.handling import merge
from improvements.domain.planning import plan_regular, plan_special
from improvements.domain.watching import keep_weeks
from improvements.models import Evaluation, Suggestion, WeekFigures
from tests.clicks import at_once
from tests.improvements.desk import NOW, WEEK, anonymous, lead, named, person, process_in_force, specialist

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time by itself"),
]


def test_a_form_that_is_sent_by_two_clicks_is_one_suggestion() -> None:
    process, author = process_in_force(), person("author")

    made = at_once(*[lambda: named(process, author, code="a" * 32)] * 3)
    hidden = at_once(*[lambda: anonymous(process, code="b" * 32)[0]] * 3)

    assert len({row.pk for row in made}) == len({row.pk for row in hidden}) == 1
    assert Suggestion.objects.count() == 2


def test_a_special_evaluation_that_is_planned_by_two_clicks_at_once_is_one() -> None:
    process, by = process_in_force(), lead()
    facts = {"occasion": "product", "occasion_on": None, "why_zh": "新", "why_en": "New", "by": by, "at": NOW + WEEK}

    made = at_once(*[lambda: plan_special(process, **facts)] * 3)  # type: ignore[arg-type]

    assert len({row.pk for row in made}) == 1
    assert Evaluation.objects.count() == 1


def test_suggestions_that_come_at_once_get_numbers_of_their_own() -> None:
    process, author = process_in_force(), person("author")

    made = at_once(*[lambda: named(process, author)] * 4)

    assert {row.number for row in made} == {f"SG-2026-000{number}" for number in range(1, 5)}


def test_two_that_are_merged_crosswise_do_not_both_vanish() -> None:
    process, deciding = process_in_force(), specialist()
    one, other = named(process), named(process)

    at_once(
        lambda: merge(one, into=other, by=deciding, at=NOW), lambda: merge(other, into=one, by=deciding, at=NOW)
    )  # fmt: skip

    assert sorted(Suggestion.objects.values_list("state", flat=True)) == ["merged", "new"]


def test_two_sweeps_plan_one_evaluation_and_write_a_week_once() -> None:
    process = process_in_force()

    at_once(*[lambda: plan_regular(at=NOW + 20 * WEEK)] * 3)
    counts = at_once(*[lambda: keep_weeks(process, at=NOW + 2 * WEEK)] * 3)

    assert Evaluation.objects.count() == 1
    assert sum(counts) == WeekFigures.objects.count() == 2
