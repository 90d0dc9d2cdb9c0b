"""What audits found about a process in a period: read where that room has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from processes.models import Process


def findings_of(process: Process, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the findings raised in a half-open period."""
    return []


def recurring(process: Process, since: datetime, until: datetime) -> str:
    """Return the number of a finding raised in the period that one raised before was the same as; else nothing."""
    return ""
