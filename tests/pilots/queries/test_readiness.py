"""Trained and confirmed: shown before a pilot begins, and kept with it (H2.4.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pilots.domain.beginning import begin_pilot
from pilots.models import Pilot
from pilots.queries.readiness import is_ready, readiness_of
from procstd.organisation.models import User
from rollouts.domain.acknowledging import acknowledge
from rollouts.domain.training import plan_training, tick_attendance
from tests.pilots.desk import BEFORE, HOUR, STARTS, leader, locked, place, specialist, worker
from tests.standards import holder

pytestmark = pytest.mark.django_db


def train(pilot: Pilot, *people: User) -> None:
    training = plan_training(
        pilot.revision.definition, tier="execution", title_zh="培训", title_en="Training", starts_at=BEFORE + HOUR,
        minutes=60, place="Room 1", trainer=specialist(), departments=[place("service"), place("quality")], posts=[],
        by=specialist(), at=BEFORE,
    )  # fmt: skip
    tick_attendance(training, present={person.pk for person in people}, by=specialist(), at=BEFORE + 2 * HOUR)


def told(pilot: Pilot) -> list[tuple[str, int, int, int]]:
    rows = readiness_of(pilot, at=STARTS)
    return [(row.department.code, row.concerned, row.trained, row.confirmed) for row in rows]


def test_who_is_trained_and_who_has_confirmed_is_counted_by_department() -> None:
    one, other = worker(), holder("service-agent", "quality", username="other")
    pilot = locked()
    train(pilot, one)
    acknowledge(pilot.revision.definition, by=User.objects.get(pk=one.pk), at=STARTS - HOUR)

    assert told(pilot) == [("quality", 1, 0, 0), ("service", 1, 1, 1)]
    assert not is_ready(readiness_of(pilot, at=STARTS))
    assert other.is_active


def test_a_pilot_for_which_everybody_is_ready_needs_no_reason_and_keeps_how_it_stood() -> None:
    people = [worker(), holder("service-agent", "quality", username="other")]
    pilot = locked()
    train(pilot, *people)
    for person in people:
        acknowledge(pilot.revision.definition, by=User.objects.get(pk=person.pk), at=STARTS - HOUR)

    begun = begin_pilot(pilot, by=leader(), at=STARTS)

    assert begun.readiness == [
        {"department": "quality", "concerned": 1, "trained": 1, "confirmed": 1},
        {"department": "service", "concerned": 1, "trained": 1, "confirmed": 1},
    ]
    assert STARTS + timedelta(0) == begun.begun_at
