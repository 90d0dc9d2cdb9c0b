"""Days of a pilot as moments: a day begins where the house is."""

from __future__ import annotations

from datetime import date, datetime, time

from pilots.models import Pilot
from projects.queries.workdays import house_days


def moment_of(day: date) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time.min, tzinfo=house_days().zone)


def day_of(at: datetime) -> date:
    """Return the day of a moment where the house is."""
    return house_days().today(at)


def end_of(pilot: Pilot) -> datetime:
    """Return the moment at which a pilot's period ends."""
    return moment_of(pilot.period_until)


def counts_until(pilot: Pilot) -> datetime:
    """Return when a pilot's figures close: at the end of its period, or when it was decided before that."""
    return end_of(pilot) if pilot.ended_at is None else min(end_of(pilot), pilot.ended_at)
