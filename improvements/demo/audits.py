"""The supervision of the story."""

from __future__ import annotations

from improvements.demo.stage import Stage


def supervise(stage: Stage) -> None:
    """Two audits with findings."""
