"""Cases in figures, against hours counted by hand: 9:00 to 12:00 and 13:30 to 18:00 in Shanghai are worked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.domain.reopening import reopen
from cases.domain.satisfaction import answer
from cases.models import Case, Channel
from cases.queries.facts import CaseFacts, facts_of
from cases.queries.indicators import Durations, Share, measure
from tests.cases.journeys import START_AT, Team, do, finish, opened
from tests.standards import complaint, released

pytestmark = pytest.mark.django_db
#: Tuesday 3 March 2026, 9:00 in Shanghai.
NINE = START_AT
LATE = NINE + timedelta(days=20)
HOUR = 3600


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def facts(moment: datetime = LATE) -> list[CaseFacts]:
    return list(facts_of(Case.objects.all(), at=moment))


def test_cycle_and_steps_are_counted_in_working_time() -> None:
    case, team = opened(), Team()
    for hours in (0.5, 1, 2, 5, 26, 27, 28, 29):  # 5: 14:00, half an hour after the noon break; 26: 11:00 next day
        do(case, team, at(hours))

    (row,) = facts()

    assert (row.number, row.version, row.grade, row.is_open, row.closes) == (case.number, "V1.0", "normal", False, 1)
    assert [(run.step, run.working_s / HOUR) for run in row.runs] == [
        ("s1", 0.5), ("s2", 0.5), ("s3", 1), ("s4", 1.5), ("s5", 6), ("s6", 1), ("s7", 0), ("s8", 0.5),
    ]  # fmt: skip
    assert row.cycle_s / HOUR == 7.5 + 3.5  # Tuesday, and Wednesday to 14:00
    assert row.is_first_time_right
    assert all(run.by is not None for run in row.runs)


def test_what_is_late_is_named_by_step_or_target() -> None:
    case, team = opened(), Team()
    do(case, team, at(0.1))
    do(case, team, at(8))  # grading may take an hour

    (row,) = facts(at(9))

    late = {run.step: run.is_late for run in row.runs}
    assert late["s2"]
    assert not late["s3"]
    assert "s2" in row.breached


def test_an_open_case_counts_as_long_as_it_has_taken() -> None:
    case, team = opened(), Team()
    do(case, team, at(1))

    (row,) = facts(at(2))

    assert (row.is_open, row.closed_at, row.cycle_s) == (True, None, 2 * HOUR)
    assert row.runs[-1].ended_at is None
    assert measure("cycle", [row]) == Durations([], [2.0])
    assert measure("step", [row], step="s1") == Durations([1.0], [])
    assert measure("first_time_right", [row]) == Share(0, 0)


def test_nothing_of_later_is_told_of_a_moment() -> None:
    case, team = opened(), Team()
    do(case, team, at(1))
    finish(case, team, iter(at(2) + timedelta(minutes=10 * number) for number in range(9)))

    (row,) = facts(at(1.5))

    assert row.is_open
    assert [(run.step, run.ended_at is None) for run in row.runs] == [("s1", False), ("s2", True)]
    assert facts(NINE - timedelta(hours=1)) == []


def test_work_that_comes_back_is_not_right_the_first_time() -> None:
    team, process = Team(), released(complaint()).process
    clean, back = opened(process), opened(process)
    finish(clean, team)
    for hours in (0.1, 0.2, 0.3, 0.4):
        do(back, team, at(hours))
    do(back, team, at(0.5), outcome="rejected")
    finish(back, team, iter(at(1) + timedelta(minutes=number) for number in range(9)))

    rows = facts()

    assert [row.sent_back for row in rows] == [0, 1]
    assert measure("first_time_right", rows) == Share(1, 2)
    assert measure("accuracy", rows, step="s4") == Share(1, 2)
    assert measure("accuracy", rows, step="s7") == Share(2, 2)
    assert [len(row.runs_of("s4")) for row in rows] == [1, 2]


def test_a_reopened_case_lasts_to_its_last_close() -> None:
    case, team = opened(), Team()
    closed = finish(case, team)
    reopen(closed, step="s8", reason="Not solved", by=team["service-supervisor"], at=at(25))
    finish(case, team, iter([at(26)]))

    (row,) = facts()

    assert (row.closes, row.is_first_time_right, row.closed_at) == (2, False, at(26))
    assert row.cycle_s / HOUR == 7.5 + 2


def test_only_rated_cases_tell_of_satisfaction() -> None:
    team = Team()
    process = released(complaint()).process
    for rating in (5, 4, 3, None):
        case = finish(opened(process), team)
        if rating:
            answer(case.satisfaction_requests.get(), rating=rating, at=at(30))

    assert measure("satisfaction", facts()) == Share(2, 3)


def test_practice_is_in_no_figure() -> None:
    case = opened()
    Case.objects.filter(pk=opened(case.process).pk).update(channel=Channel.PRACTICE)

    assert [row.case for row in facts()] == [case.pk]


def test_a_hundred_cases_ask_no_more_than_one() -> None:
    team = Team()
    process = released(complaint()).process
    finish(opened(process), team)
    counts = []
    for more in (0, 29):
        for _number in range(more):
            opened(process)
        facts()
        with CaptureQueriesContext(connection) as captured:
            assert len(facts()) == 1 + more
        counts.append(len(captured))

    assert counts[0] == counts[1]
