"""Rollout: their addresses in the permission matrix, and one of each of their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.security.cast import WORKING
from tests.security.lines import Line, page

LINES: dict[str, Line] = {
    "rollouts:home": page(WORKING),
}


def rows(callers: dict[str, Any], words: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Make one of each; return the words that stand in their addresses. *words* are those of the rooms below."""
    return {}
