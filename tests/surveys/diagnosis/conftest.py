"""A survey of the complaint process, with four steps as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from procstd.organisation.models import Department, Post
from procstd.roles import Role
from surveys.domain.diagnosis.pains import name_pain
from surveys.domain.diagnosis.steps import Row, write_steps
from surveys.domain.starting import start_survey
from surveys.models import AsIsStep, Pain, Survey
from tests.factories import PersonFactory, person_with
from tests.standards import organisation, process_named

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def specialist(db: None) -> Any:
    return person_with(Role.PROCESS_SPECIALIST, username="he.lin", name_en="He Lin")


@pytest.fixture
def survey(specialist: Any) -> Survey:
    organisation()
    return start_survey(
        process_named("complaint"), title_zh="投诉现状调研", title_en="Complaints today", owner=specialist,
        departments=[Department.objects.get(code="quality")], by=specialist, at=AT,
    )  # fmt: skip


def row(place: Any, name: str, *, pk: int | None = None, back_to: Any = None, **facts: Any) -> Row:
    """A line of the grid."""
    given = {"name_zh": f"{name}（中）", "name_en": name, "told_minutes": 60, **facts}
    return Row(Decimal(str(place)), given, pk, None if back_to is None else Decimal(str(back_to)))


@pytest.fixture
def steps(survey: Survey, specialist: Any) -> list[AsIsStep]:
    agent, engineer = (Post.objects.get(code=code) for code in ("service-agent", "quality-engineer"))
    service, quality = (Department.objects.get(code=code) for code in ("service", "quality"))
    rows = [
        row(1, "Receive", post=agent, department=service),
        row(2, "Judge", post=engineer, department=quality, told_minutes=960, told_n=5, observed_minutes=900,
            observed_n=2, is_key_node=True),
        row(3, "Handle", post=engineer, department=quality, back_to=2, rework_percent=20),
        row(4, "Call", post=agent, department=service, wait_minutes=1440),
    ]  # fmt: skip
    return write_steps(survey, rows, by=specialist, at=AT)


@pytest.fixture
def named(survey: Survey, specialist: Any) -> Callable[..., Pain]:
    """Return a function that names a pain point."""

    def name(text: str = "Judging takes 2 days", **facts: Any) -> Pain:
        given = {"text_zh": f"{text}（中）", "text_en": text, "source": "told", **facts}
        return name_pain(survey, by=specialist, at=AT, **given)

    return name


@pytest.fixture
def stranger(db: None) -> Any:
    return PersonFactory(username="nobody")
