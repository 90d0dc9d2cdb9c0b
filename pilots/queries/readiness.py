"""Whether those who will work by the version were trained and have confirmed it (H2.4.2): 100 % is wanted."""

from __future__ import annotations

from datetime import datetime

from pilots.models import Pilot
from pilots.queries.cases import chosen_of, definition_of
from rollouts.queries.coverage import Row, coverage_of


def readiness_of(pilot: Pilot, *, at: datetime) -> list[Row]:
    """Return how far the version has reached the pilot's departments; nothing while it is not released anywhere."""
    definition = definition_of(pilot)
    places = chosen_of(pilot)
    return coverage_of(definition, places, at) if definition is not None and places else []


def is_ready(rows: list[Row]) -> bool:
    """Tell whether everybody concerned was trained and has confirmed."""
    return bool(rows) and all(row.is_whole for row in rows)
