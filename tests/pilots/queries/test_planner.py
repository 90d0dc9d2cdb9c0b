"""How many cases a pilot needs, where the figures of before are those of a survey (F38)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pilots.models import Pilot
from pilots.queries.planner import plan_of
from tests.pilots.desk import BEFORE, NOW, case_of, chosen, judged, planned, versions
from tests.statements import statements_of

pytestmark = pytest.mark.django_db
REGISTER = "\n".join(f"{2 + number / 10:.1f}" for number in range(31))


def test_the_cases_behind_a_figure_of_the_survey_tell_how_many_are_needed() -> None:
    revision = versions()[1]
    case_of("service", BEFORE, 1, rating=5)
    pilot = chosen(planned(revision))
    judged(pilot, "cycle", "28", "d", effect="4", value="3.5", values=REGISTER)
    judged(pilot, "satisfaction", "50", "%", threshold="90", effect="30")

    cycle, rate = plan_of(pilot, at=NOW).needs

    assert (cycle.n_before, cycle.is_known, rate.n_before, rate.is_known) == (31, True, 40, True)
    assert cycle.cases is not None
    assert rate.cases is not None


def test_a_figure_of_which_no_case_is_known_leaves_the_recorded_cases() -> None:
    revision = versions()[1]
    case_of("service", BEFORE, 1)

    (need,) = plan_of(judged(chosen(planned(revision)), "cycle", "3", "h"), at=NOW).needs

    assert (need.n_before, need.is_known) == (1, False)


def test_without_recorded_cases_the_survey_tells_how_often_they_come() -> None:
    pilot = judged(chosen(planned()), "cycle", "28", "d", effect="4", value="3.5", values=REGISTER)

    plan = plan_of(pilot, at=NOW)

    # 31 cases in the working days of the register, by hand; three weeks of five days for the pilot.
    baseline = pilot.criteria.get().baseline
    assert baseline is not None
    days = sum(
        1
        for offset in range((baseline.period_until - baseline.period_from).days)
        if (baseline.period_from + timedelta(days=offset)).weekday() < 5
    )
    assert plan.expected == round(31 / days * 15)
    assert plan.is_of_survey
    assert plan.reachable == min(plan.expected, 15)


def test_where_nothing_tells_how_often_cases_come_nothing_is_said_of_it() -> None:
    pilot = judged(chosen(planned()), "cycle", "3", "h")
    pilot.criteria.update(baseline=None)

    plan = plan_of(pilot, at=NOW)

    assert (plan.expected, plan.reachable) == (None, 15)


def test_recorded_cases_are_believed_before_the_survey() -> None:
    revision = versions()[1]
    for hours in (1, 2):
        case_of("service", BEFORE, hours)
    pilot = judged(chosen(planned(revision)), "cycle", "28", "d", effect="4", value="3.5", values=REGISTER)

    plan = plan_of(pilot, at=NOW)

    assert (plan.expected, plan.is_of_survey) == (3, False)  # two in ten working days, fifteen to come


def test_the_database_is_asked_the_same_for_one_criterion_and_for_three() -> None:
    pilot = judged(chosen(planned()), "cycle", "3", "h")

    one = statements_of(lambda: plan_of(Pilot.objects.get(pk=pilot.pk), at=NOW))
    for indicator in ("satisfaction", "first_time_right"):
        judged(pilot, indicator, "50", "%")

    assert statements_of(lambda: plan_of(Pilot.objects.get(pk=pilot.pk), at=NOW)) == one
