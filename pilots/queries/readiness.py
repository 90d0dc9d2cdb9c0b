"""Whether those who will work by the version were trained and have confirmed it (H2.4.2): 100 % is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilots.models import Pilot
from pilots.queries.cases import chosen_of, definition_of


@dataclass(frozen=True)
class Ready:
    """A department: how many people are concerned, trained, and have confirmed."""

    department: Any
    concerned: int
    trained: int
    confirmed: int

    @property
    def is_whole(self) -> bool:
        return self.concerned == self.trained == self.confirmed


def readiness_of(pilot: Pilot, *, at: datetime) -> list[Ready]:
    """Return how far the version has reached the pilot's departments; nothing while it is not released anywhere."""
    definition = definition_of(pilot)
    places = chosen_of(pilot)
    if definition is None or not places:
        return []
    try:
        from rollouts.queries.coverage import coverage_of
    except ImportError:  # the room below has no training yet
        return []
    rows = coverage_of(definition, places, at)
    return [Ready(row.department, row.concerned, row.trained, row.confirmed) for row in rows]


def is_ready(rows: list[Ready]) -> bool:
    """Tell whether everybody concerned was trained and has confirmed."""
    return bool(rows) and all(row.is_whole for row in rows)
