"""Observations of a survey and what a stopwatch page knows of their laps."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from surveys.models import Lap, Observation, Survey


def observations_of(survey: Survey) -> list[Observation]:
    """Return the observations of a survey with the number of laps and of anomalies. One statement."""
    rows = (
        Observation.objects.filter(survey=survey)
        .select_related("observer", "department")
        .annotate(
            lap_count=Count("laps"),
            anomaly_count=Count("laps", filter=~Q(laps__anomaly="")),
        )
    )
    found: list[Observation] = list(rows)
    for row in found:
        row.survey = survey
    return found


def observed_by(user: Any) -> list[Observation]:
    """Return the running observations of which a person is the observer. One statement."""
    return list(Observation.objects.running().filter(observer=user).select_related("survey__process"))


def laps_of(observation: Observation) -> list[Lap]:
    """Return the laps of an observation, the latest first. One statement."""
    rows = list(observation.laps.select_related("step", "pain").order_by("-started_at", "-pk"))
    for row in rows:
        row.observation = observation
        if row.pain is not None:
            row.pain.survey = observation.survey
    return rows


def for_phone(lap: Lap) -> dict[str, Any]:
    """Return a lap as the scripts of the stopwatch page keep it: moments in milliseconds."""
    return {
        "key": str(lap.key),
        "edition": lap.edition,
        "step": lap.step_id,
        "what": lap.name,
        "from": int(lap.started_at.timestamp() * 1000),
        "until": None if lap.stopped_at is None else int(lap.stopped_at.timestamp() * 1000),
        "anomaly": lap.anomaly,
        "photo": lap.photo is not None,
        "doubt": lap.is_doubtful,
    }
