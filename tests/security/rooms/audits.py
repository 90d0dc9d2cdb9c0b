"""Audits: their addresses in the permission matrix, and one of each of their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.security.lines import REPORTED, Line, page

LINES: dict[str, Line] = {
    "audits:home": page(REPORTED),
}


def rows(callers: dict[str, Any], words: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Make one of each; return the words that stand in their addresses. *words* are those of the rooms below."""
    return {}
