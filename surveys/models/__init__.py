"""Surveys, and what they found."""

from surveys.models.diagnosis import (
    AsIsStep,
    Baseline,
    Cause,
    Element,
    Ending,
    Evidence,
    Freeze,
    Pain,
    Source,
)
from surveys.models.survey import Survey

__all__ = [
    "AsIsStep",
    "Baseline",
    "Cause",
    "Element",
    "Ending",
    "Evidence",
    "Freeze",
    "Pain",
    "Source",
    "Survey",
]
