"""Copies of the demo's cases are cases: their chains hold, their figures are those of their patterns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.domain.chain import broken_chains
from cases.domain.clocks.watching import count
from cases.models import Case, Task
from cases.queries.facts import facts_of
from cases.scaling import add_copies
from tests.cases.journeys import START_AT, Team, do, finish, opened
from tests.standards import complaint, released

pytestmark = pytest.mark.django_db
LATE = START_AT + timedelta(days=30)


def test_copies_have_chains_that_hold_and_the_figures_of_their_pattern() -> None:
    team, process = Team(), released(complaint()).process
    pattern = opened(process)
    for hours in (0.1, 3, 4, 5):
        do(pattern, team, START_AT + timedelta(hours=hours))
    do(pattern, team, START_AT + timedelta(hours=6), outcome="rejected")
    finish(pattern, team, iter(START_AT + timedelta(hours=24 + number) for number in range(9)))

    assert add_copies(30) == 30

    assert list(broken_chains(Case.objects.all())) == []
    (first, *rest) = facts_of(Case.objects.all(), at=LATE)
    assert len(rest) == 30
    for copy in rest:
        assert copy.opened_at < first.opened_at
        assert copy.opened_at.weekday() == first.opened_at.weekday()
        assert (copy.cycle_s, copy.sent_back, copy.grade) == (first.cycle_s, first.sent_back, first.grade)
        assert [(run.step, run.working_s, run.by) for run in copy.runs] == [
            (run.step, run.working_s, run.by) for run in first.runs
        ]
    assert count(at=LATE).is_right
    # New rows follow the copies.
    assert opened(process).pk == Case.objects.order_by("-pk")[1].pk + 1
    assert Task.objects.order_by("-pk")[0].process_id == Case.objects.order_by("-pk")[0].pk


def test_a_house_without_cases_has_nothing_to_copy() -> None:
    assert add_copies(10) == 0
