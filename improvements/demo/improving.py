"""Phase 6 of the story."""

from __future__ import annotations

from improvements.demo.stage import Stage


def improve(stage: Stage) -> None:
    """Six suggestions, of which two become V1.1."""
