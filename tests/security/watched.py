"""An observation with a lap, and a question of a guide, for the permission matrix."""

from __future__ import annotations

import uuid
from typing import Any

from surveys.domain.laps import LapNote, keep_lap
from surveys.domain.observing import begin_observation
from surveys.models import Survey


def observed(survey: Survey, *, observer: Any, by: Any, now: Any) -> dict[str, Any]:
    """Let *observer* watch a cycle of the survey, with one lap that was odd."""
    row = begin_observation(survey, observer=observer, subject="A case", by=by, at=now)
    note = LapNote(uuid.uuid4(), 1, None, "Search", now, now, "The model was not found")
    lap = keep_lap(row, note, by=observer, at=now)
    return {"observation": row.number, "lap": lap.key, "guide-question": survey.guide.earliest("pk").pk}
