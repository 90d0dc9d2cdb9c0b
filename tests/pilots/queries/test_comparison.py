"""Before and after, recomputed from raw rows in plain Python; open cases, points, controls (F40 to F42)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Channel, Event
from pilots.domain.beginning import begin_pilot
from pilots.domain.criteria import add_criterion, lock_criteria
from pilots.models import Pilot
from pilots.queries.comparison import Compared, compare
from pilots.queries.picture import draw
from pilots.queries.planner import plan_of
from pilots.queries.saying import sentence
from procstd.estimates.verdicts import Outcome, Why
from tests.pilots.desk import (
    BEFORE,
    HOUR,
    NOW,
    STARTS,
    case_of,
    chosen,
    frozen,
    judged,
    leader,
    place,
    planned,
    running,
    specialist,
    versions,
    weekdays,
    worked,
)

pytestmark = pytest.mark.django_db


def only(pilot: Pilot, at: Any = NOW) -> Compared:
    (row,) = compare(pilot, at=at)
    return row


def plain_median(values: list[float]) -> float:
    values, middle = sorted(values), len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def raw_hours(version: str) -> list[float]:
    """Recompute working hours from events: opened and closed on one morning, when every hour is worked."""
    found = []
    for case in Case.objects.filter(status="DONE").order_by("pk"):
        if str(case.definition.revision) != version:
            continue
        events = list(Event.objects.filter(case=case).order_by("position").values_list("kind", "at"))
        opened, closed = (next(at for kind, at in events if kind == name) for name in ("opened", "closed"))
        found.append((closed - opened) / timedelta(hours=1))
    return found


def test_figures_are_those_of_the_raw_events() -> None:
    row = only(worked("cycle"))
    before, after = raw_hours("V1.0"), raw_hours("V1.1")

    # Facts count whole seconds.
    assert row.estimate.before == pytest.approx(plain_median(before), abs=1 / 3600)
    assert row.estimate.after == pytest.approx(plain_median(after), abs=1 / 3600)
    assert row.estimate.difference == pytest.approx(plain_median(after) - plain_median(before), abs=1 / 1800)
    assert (row.estimate.n_before, row.estimate.n_after) == (len(before), len(after)) == (12, 12)
    assert row.verdict.outcome == Outcome.BETTER
    assert row.is_reached  # at most 2 hours


def test_rates_are_those_of_the_raw_rows() -> None:
    pilot = worked("satisfaction", "first_time_right")
    satisfaction, right = compare(pilot, at=NOW)

    ratings = {
        version: [row.rating for row in Case.objects.all() if str(row.definition.revision) == version]
        for version in ("V1.0", "V1.1")
    }
    backs = {
        version: [
            Event.objects.filter(case=row, kind="sent_back").exists()
            for row in Case.objects.all()
            if str(row.definition.revision) == version
        ]
        for version in ("V1.0", "V1.1")
    }
    assert (satisfaction.before.hits, satisfaction.before.n) == (  # type: ignore[union-attr]
        sum(rating >= 4 for rating in ratings["V1.0"]), 12,
    )  # fmt: skip
    assert (satisfaction.after.hits, satisfaction.after.n) == (12, 12)  # type: ignore[union-attr]
    assert right.before.hits == 12 - sum(backs["V1.0"]) == 8  # type: ignore[union-attr]
    assert right.after.hits == 12 - sum(backs["V1.1"]) == 12  # type: ignore[union-attr]
    assert satisfaction.estimate.before == 0.5
    assert satisfaction.verdict.outcome == Outcome.BETTER


def test_few_cases_cannot_tell_and_the_sentence_says_how_many() -> None:
    row = only(worked("cycle", after=3))

    assert row.verdict.outcome == Outcome.UNKNOWN
    assert row.verdict.why == Why.TOO_FEW
    assert sentence(row).startswith("Cannot tell. Too few cases: 3 cases after and 12 cases before.")


def test_open_cases_count_as_so_long_at_least() -> None:
    pilot = worked("cycle", after=9)
    for at in weekdays(STARTS + HOUR / 30, 3):
        case_of("service", at, None)

    row = only(pilot)

    assert (row.estimate.n_after, row.estimate.open_after) == (12, 3)
    assert row.estimate.after is not None
    assert row.estimate.after > plain_median(raw_hours("V1.1"))  # leaving them out would look better
    assert "12 cases, 3 of them still open" in sentence(row)


def test_practice_cases_and_those_of_other_departments_are_in_no_figure() -> None:
    pilot = worked("cycle", after=10)
    practice = case_of("service", STARTS + HOUR, 1)
    Case.objects.filter(pk=practice.pk).update(channel=Channel.PRACTICE)
    case_of("production", STARTS + HOUR, 1)  # the same version, but no pilot department
    case_of("service", STARTS + timedelta(days=21), 1)  # the period is over

    assert only(pilot, at=NOW + timedelta(days=14)).estimate.n_after == 10


def test_nothing_before_is_said_so() -> None:
    pilot = running("cycle")
    case_of("service", STARTS + HOUR, 1)

    row = only(pilot)

    assert row.verdict.why == Why.NOTHING_BEFORE
    assert "nothing to compare with" in sentence(row)


def against(
    indicator: str, threshold: str, effect: str, point: str, unit: str, *, value: str = "", values: str = "",
    plan: Pilot | None = None,
) -> Pilot:  # fmt: skip
    pilot = plan or chosen(planned())
    judged(pilot, indicator, point, unit, threshold=threshold, effect=effect, value=value, values=values)
    lock_criteria(pilot, by=specialist(), at=BEFORE)
    pilot = begin_pilot(pilot, by=leader(), at=STARTS, reason="Test")
    for number, at in enumerate(weekdays(STARTS + HOUR / 60, 12)):
        case_of("service", at, 1 + number / 20, rating=5)
    return pilot


def test_a_figure_of_the_survey_is_a_point_and_proves_nothing() -> None:
    row = only(against("cycle", "2", "0.5", "3", "h"))

    assert (row.estimate.before, row.estimate.n_before, row.estimate.low) == (3, 40, None)
    assert row.estimate.difference == pytest.approx(-1.725, abs=0.01)
    assert (row.verdict.outcome, row.verdict.why) == (Outcome.UNKNOWN, Why.ONLY_A_POINT)
    assert "one figure of the survey is known, 3 h from 40 cases" in sentence(row)


def test_single_values_of_the_survey_are_compared_like_cases_in_the_unit_of_the_criterion() -> None:
    days = [2 + number / 10 for number in range(31)]
    typed = "\n".join(f"{day:.1f}" for day in days)
    row = only(against("cycle", "20", "4", "28", "d", value="3.5", values=typed))

    # 3.5 days were said to be 28 hours: each day is 8.
    assert row.estimate.before == pytest.approx(plain_median([day * 8 for day in days]))
    assert (row.estimate.n_before, row.point) == (31, None)
    assert row.verdict.outcome == Outcome.BETTER
    assert "28 h in 31 cases" in sentence(row)


def test_a_rate_of_the_survey_with_its_number_of_cases_is_compared() -> None:
    row = only(against("satisfaction", "90", "5", "50", "%"))

    assert (row.before.hits, row.before.n) == (20, 40)  # type: ignore[union-attr]
    assert row.verdict.outcome == Outcome.BETTER


def test_a_figure_that_is_not_frozen_or_of_another_process_is_refused() -> None:
    from procstd.errors import DomainError

    pilot = planned()
    row = frozen("h", "3")
    facts: dict[str, Any] = {
        "indicator": "cycle", "threshold": Decimal(2), "minimum_effect": Decimal(1), "by": specialist(), "at": BEFORE,
    }  # fmt: skip

    with pytest.raises(DomainError, match="in this unit"):
        add_criterion(pilot, baseline=row, **facts)
    row.freeze = None
    with pytest.raises(DomainError, match="not frozen"):
        add_criterion(pilot, baseline=row, point=Decimal(3), **facts)


def test_the_change_of_control_departments_is_taken_off() -> None:
    revision = versions()[1]
    for number, at in enumerate(weekdays(BEFORE, 12)):
        case_of("service", at, 2.9 - number * 0.02)
        case_of("sales", at, 2.9 - number * 0.02)
    pilot = running("cycle", revision=revision, controls=[place("sales")])
    for number, at in enumerate(weekdays(STARTS + HOUR / 60, 12)):
        case_of("service", at, 1 + number * 0.02)
        case_of("sales", at, 2.4 + number * 0.02)

    found = only(pilot).controlled

    assert found is not None
    assert found.before == pytest.approx(-0.28, abs=0.01)  # what changed without a pilot
    assert found.difference == pytest.approx(-1.68 + 0.28, abs=0.01)
    assert found.high is not None
    assert found.high < 0


def test_what_the_survey_measured_is_not_set_against_recorded_cases_of_control_departments() -> None:
    revision = versions()[1]
    for at in weekdays(BEFORE, 4):
        case_of("service", at, 2)
        case_of("sales", at, 2)
    plan = chosen(planned(revision, controls=[place("sales")]))
    pilot = against("cycle", "2", "0.5", "3", "h", values="\n".join(["2", "3", "4"] * 10), plan=plan)
    for at in weekdays(STARTS + HOUR / 30, 4):
        case_of("sales", at, 2)

    row = only(pilot)

    assert (row.estimate.before, row.estimate.n_before) == (3, 30)
    assert row.controlled is None


def test_the_same_cases_give_the_same_figures_again() -> None:
    pilot = worked("cycle")

    assert only(pilot) == only(pilot)


def test_a_picture_says_what_is_to_be_seen_and_carries_no_markup_of_words() -> None:
    row = only(worked("cycle"))

    drawn = draw(row, title="<b>Cycle</b>")

    assert "&lt;b&gt;Cycle" in drawn
    assert "<b>" not in drawn
    assert drawn.count('class="compared-case"') == 24


def test_the_planner_says_how_many_cases_and_warns_when_the_weeks_bring_too_few() -> None:
    revision = versions()[1]
    for number, at in enumerate(weekdays(BEFORE, 10)):
        case_of("service", at, 3 - (number % 5) * 0.5)
    pilot = chosen(planned(revision))
    for effect in ("1.2", "0.1"):
        add_criterion(
            pilot, indicator="cycle" if effect == "1.2" else "step", step="" if effect == "1.2" else "s1",
            threshold=Decimal(1), minimum_effect=Decimal(effect), by=specialist(), at=BEFORE,
        )  # fmt: skip

    plan = plan_of(pilot, at=NOW)

    large, small = plan.needs
    assert plan.expected == 15  # one a working day, fifteen days
    assert large.cases is not None
    assert large.cases <= 15
    assert small.cases is None or small.cases > 15
    assert [need.criterion.indicator for need in plan.short] == ["step"]


def test_a_comparison_asks_the_same_of_the_database_for_three_cases_and_for_thirty() -> None:
    pilot = worked("cycle", before=3, after=1)

    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            compare(Pilot.objects.get(pk=pilot.pk), at=NOW)
        return len(captured)

    few = counted()
    for at in weekdays(STARTS + HOUR / 30, 9) * 2:
        case_of("service", at, 1)

    assert counted() == few
