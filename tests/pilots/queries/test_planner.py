"""How many cases a pilot needs, where the figures of before are those of a survey (F38)."""

from __future__ import annotations

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


def test_the_database_is_asked_the_same_for_one_criterion_and_for_three() -> None:
    pilot = judged(chosen(planned()), "cycle", "3", "h")

    one = statements_of(lambda: plan_of(Pilot.objects.get(pk=pilot.pk), at=NOW))
    for indicator in ("satisfaction", "first_time_right"):
        judged(pilot, indicator, "50", "%")

    assert statements_of(lambda: plan_of(Pilot.objects.get(pk=pilot.pk), at=NOW)) == one
