"""Rows of the room: suggestions, evaluations with their evidence, weeks of figures, effects of versions."""

from improvements.models.effect import Effect
from improvements.models.evaluation import Evaluation, Evidence, Occasion, Outcome, Trigger
from improvements.models.suggestion import Difficulty, Follower, Kind, State, Suggestion
from improvements.models.week import WeekFigures

__all__ = [
    "Difficulty",
    "Effect",
    "Evaluation",
    "Evidence",
    "Follower",
    "Kind",
    "Occasion",
    "Outcome",
    "State",
    "Suggestion",
    "Trigger",
    "WeekFigures",
]
