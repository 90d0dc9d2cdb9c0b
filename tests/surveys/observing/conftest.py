"""A survey with two steps, and an observation of it by somebody who is no surveyor."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from procstd.roles import Role
from surveys.domain.diagnosis.steps import Row, write_steps
from surveys.domain.laps import LapNote, keep_lap
from surveys.domain.observing import begin_observation
from surveys.models import AsIsStep, Lap, Observation, Survey
from tests.factories import DepartmentFactory, person_with
from tests.surveys.field import AT, survey_of


@pytest.fixture
def survey(db: None) -> Survey:
    return survey_of(DepartmentFactory())


@pytest.fixture
def steps(survey: Survey) -> list[AsIsStep]:
    rows = [
        Row(Decimal(1), {"name_zh": "接收", "name_en": "Receive"}),
        Row(Decimal(2), {"name_zh": "判定", "name_en": "Judge"}),
    ]
    return write_steps(survey, rows, by=survey.owner, at=AT)


@pytest.fixture
def observer(db: None) -> Any:
    return person_with(Role.FRONTLINE)


@pytest.fixture
def observation(survey: Survey, steps: list[AsIsStep], observer: Any) -> Observation:
    return begin_observation(survey, observer=observer, subject="C-000012", place="Floor 2", by=survey.owner, at=AT)


@pytest.fixture
def lap(observation: Observation) -> Callable[..., Lap]:
    """Return a function that keeps a lap of so many minutes: ``lap(12, step=steps[0])``."""

    def keep(minutes: float | None = 12, *, step: AsIsStep | None = None, begin: float = 0, **facts: Any) -> Lap:
        began = AT + timedelta(minutes=begin)
        given: dict[str, Any] = {
            "key": uuid.uuid4(), "edition": 1, "step": step, "what": "Search", "started_at": began,
            "stopped_at": None if minutes is None else began + timedelta(minutes=minutes), **facts,
        }  # fmt: skip
        return keep_lap(observation, LapNote(**given), by=observation.observer, at=AT + timedelta(days=9))

    return keep
