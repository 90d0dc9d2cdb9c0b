"""The models of the diagnosis in one place (H2.2.3)."""

from surveys.models.asis import BELIEVED, BY_HAND, NOTE_MOST, AsIsStep, Source
from surveys.models.baseline import Baseline, Freeze
from surveys.models.cause import DEEPEST, Cause
from surveys.models.pain import Element, Ending, Evidence, Pain

__all__ = [
    "BELIEVED",
    "BY_HAND",
    "DEEPEST",
    "NOTE_MOST",
    "AsIsStep",
    "Baseline",
    "Cause",
    "Element",
    "Ending",
    "Evidence",
    "Freeze",
    "Pain",
    "Source",
]
