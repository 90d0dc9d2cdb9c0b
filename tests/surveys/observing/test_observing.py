"""The stopwatch by the server's clock, and what is done with laps (H2.2.1)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from procstd.errors import DomainError
from procstd.notices.models import Notice
from surveys.domain.diagnosis.steps import rows_of, write_steps
from surveys.domain.laps import change_lap, leave_out, make_pain
from surveys.domain.measuring import measured_steps, take_over
from surveys.domain.observing import begin_observation, end_observation, start_lap, stop_lap
from surveys.domain.starting import end_survey
from surveys.models import AsIsStep, Lap, Observation, Pain, Source
from surveys.queries.methods import method_counts
from tests.surveys.field import AT

pytestmark = pytest.mark.django_db


def minute(number: float) -> Any:
    return AT + timedelta(minutes=number)


def test_who_is_asked_to_observe_is_told_once_and_who_begins_it_oneself_is_not(observation: Observation) -> None:
    begin_observation(
        observation.survey, observer=observation.survey.owner, subject="Own", by=observation.survey.owner, at=AT
    )

    notice = Notice.objects.get()
    assert notice.person == observation.observer
    assert notice.url == f"/surveys/watch/{observation.survey.number}/1/"
    assert observation.survey.observations.last().number == 2
    # It leaves the house by mail: what was typed freely stays here.
    told = " ".join([notice.title_zh, notice.title_en, notice.body_zh, notice.body_en])
    assert "C-000012" not in told
    assert "Floor 2" not in told
    assert "O1" in notice.body_en
    assert observation.survey.process.name_en in notice.title_en


def test_starting_the_next_step_stops_the_one_before_at_the_same_moment(
    observation: Observation, steps: list[AsIsStep], observer: Any
) -> None:
    start_lap(observation, step=steps[0], what="", key=uuid.uuid4(), by=observer, at=minute(0))
    start_lap(observation, step=None, what="  look   around ", key=uuid.uuid4(), by=observer, at=minute(7))
    stop_lap(observation, by=observer, at=minute(9))
    stop_lap(observation, by=observer, at=minute(99))

    assert [(lap.what, lap.seconds, lap.number) for lap in observation.laps.all()] == [
        ("Receive", 420, 1), ("look around", 120, 2),
    ]  # fmt: skip


def test_a_form_sent_twice_starts_one_lap(observation: Observation, steps: list[AsIsStep], observer: Any) -> None:
    key = uuid.uuid4()

    first = start_lap(observation, step=steps[0], what="", key=key, by=observer, at=minute(0))
    again = start_lap(observation, step=steps[0], what="", key=key, by=observer, at=minute(1))

    assert first == again
    assert Lap.objects.get().is_running


def test_a_step_typed_by_its_name_is_that_step_and_nothing_typed_is_refused(
    observation: Observation, steps: list[AsIsStep], observer: Any
) -> None:
    typed = start_lap(observation, step=None, what="JUDGE", key=uuid.uuid4(), by=observer, at=minute(0))

    assert typed.step == steps[1]
    with pytest.raises(DomainError, match="type what it is called"):
        start_lap(observation, step=None, what=" ", key=uuid.uuid4(), by=observer, at=minute(1))


def test_the_end_stops_what_runs_and_writes_the_median_to_the_steps_with_the_number_of_laps(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap], observer: Any
) -> None:
    for minutes in (10, 30, 14):
        lap(minutes, step=steps[0])
    lap(None, step=steps[1], begin=60)

    end_observation(observation, by=observer, at=minute(100))
    end_observation(observation, by=observer, at=minute(200))

    receive, judge = AsIsStep.objects.order_by("number")
    assert (receive.observed_minutes, receive.observed_n) == (14, 3)
    assert (judge.observed_minutes, judge.observed_n) == (40, 1)
    assert receive.duration == (Source.OBSERVED, 14, 3)
    with pytest.raises(DomainError, match="is ended"):
        start_lap(observation, step=steps[0], what="", key=uuid.uuid4(), by=observer, at=minute(101))


def test_a_lap_over_a_night_counts_working_time_and_a_short_one_a_minute(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    # From 9 in the morning to 9 in the next: the calendar of everybody works 7.5 hours.
    lap(24 * 60, step=steps[0])
    lap(0.2, step=steps[1])

    assert [(row.median, row.n) for row in measured_steps(observation.survey)] == [(450, 1), (1, 1)]


def test_what_is_left_out_does_not_count_and_nothing_is_written_twice(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    by = observation.survey.owner
    lap(10, step=steps[0])
    odd = lap(600, step=steps[0])

    leave_out(odd, is_left_out=True, by=by, at=AT)

    assert [take_over(observation.survey, by=by, at=AT) for _twice in range(2)] == [1, 0]
    steps[0].refresh_from_db()
    assert (steps[0].observed_minutes, steps[0].observed_n) == (10, 1)
    assert steps[0].history.count() == 2


def test_a_lap_is_given_its_step_at_the_desk(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap], observer: Any
) -> None:
    loose = lap(20)
    assert measured_steps(observation.survey) == []

    change_lap(loose, step=steps[1], what="", anomaly="Waited\nfor a signature", by=observer, at=AT)

    loose.refresh_from_db()
    assert (loose.what, loose.anomaly) == ("Judge", "Waited for a signature")
    assert [row.median for row in measured_steps(observation.survey)] == [20]


@pytest.mark.parametrize("is_ended", [True, False])
def test_a_step_whose_last_lap_is_left_out_or_moved_loses_what_was_measured(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap], observer: Any, is_ended: bool
) -> None:
    survey, by = observation.survey, observation.survey.owner
    left, moved = lap(20, step=steps[0]), lap(30, step=steps[1])
    take_over(survey, by=by, at=AT)
    if is_ended:
        end_observation(observation, by=observer, at=minute(90))

    leave_out(left, is_left_out=True, by=by, at=AT)
    change_lap(moved, step=None, what="Something else", anomaly="", by=by, at=AT)

    assert list(AsIsStep.objects.values_list("observed_minutes", "observed_n")) == [(None, None)] * 2
    leave_out(left, is_left_out=False, by=by, at=AT)
    steps[0].refresh_from_db()
    assert steps[0].observed_minutes == (20 if is_ended else None)


def test_a_lap_that_a_phone_moves_takes_its_measure_along(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap], observer: Any
) -> None:
    kept = lap(20, step=steps[0])
    end_observation(observation, by=observer, at=minute(90))

    lap(20, step=steps[1], key=kept.key, edition=2)

    assert list(AsIsStep.objects.in_order().values_list("observed_minutes", flat=True)) == [None, 20]


def test_what_somebody_wrote_at_a_step_stays_when_its_lap_is_left_out(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    kept = lap(20, step=steps[0])
    AsIsStep.objects.filter(pk=steps[0].pk).update(observed_minutes=35, observed_n=4)

    leave_out(kept, is_left_out=True, by=observation.survey.owner, at=AT)

    steps[0].refresh_from_db()
    assert (steps[0].observed_minutes, steps[0].observed_n) == (35, 4)


def test_an_anomaly_becomes_one_pain_point_with_the_lap_as_its_evidence(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    by = observation.survey.owner
    odd = lap(11, step=steps[0], anomaly="型号要在旧系统里查")

    made = make_pain(odd, by=by, at=AT)
    again = make_pain(odd, by=by, at=AT)

    assert made == again == Pain.objects.get()
    assert (made.text_zh, made.text_en, made.source) == ("型号要在旧系统里查", "", "observed")
    assert list(made.steps.all()) == [steps[0]]
    evidence = made.evidences.get()
    assert (evidence.kind, evidence.number) == ("observed", "O1-1")
    assert "11 min" in evidence.figure_en
    with pytest.raises(DomainError, match="no anomaly"):
        make_pain(lap(3), by=by, at=AT)


def test_a_step_that_goes_leaves_its_laps_under_its_name(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    measured = lap(5, step=steps[1])

    write_steps(observation.survey, rows_of(steps)[:1], by=observation.survey.owner, at=AT)

    measured.refresh_from_db()
    assert (measured.step, measured.name) == (None, "Judge")


def test_nothing_is_measured_after_the_end_of_the_survey(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    kept = lap(5, step=steps[0], anomaly="Odd")
    survey, by = observation.survey, observation.survey.owner
    end_survey(survey, by=by, at=AT, reason="Enough")

    for act in (
        lambda: lap(5),
        lambda: end_observation(observation, by=by, at=AT),
        lambda: leave_out(kept, is_left_out=True, by=by, at=AT),
        lambda: make_pain(kept, by=by, at=AT),
        lambda: take_over(survey, by=by, at=AT),
    ):
        with pytest.raises(DomainError, match="is ended"):
            act()


def test_the_report_counts_observations(observation: Observation) -> None:
    assert [count for label, count in method_counts(observation.survey) if str(label) == "Observations"] == [1]
