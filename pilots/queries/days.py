"""The days of a pilot as moments: they begin where the standard calendar is."""

from __future__ import annotations

from datetime import datetime

from pilots.models import Pilot
from procstd.calendars.domain.workdays import standard_workdays


def before_of(pilot: Pilot) -> tuple[datetime, datetime]:
    """Return the period that a pilot is compared with, as a half-open stretch of moments."""
    days = standard_workdays()
    return days.begin_of(pilot.before_from), days.begin_of(pilot.before_until)


def end_of(pilot: Pilot) -> datetime:
    """Return the moment at which a pilot's period ends."""
    return standard_workdays().begin_of(pilot.period_until)


def counts_until(pilot: Pilot) -> datetime:
    """Return when a pilot's figures close: at the end of its period, or when it was decided before that."""
    return end_of(pilot) if pilot.ended_at is None else min(end_of(pilot), pilot.ended_at)
