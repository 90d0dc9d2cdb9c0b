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


def addresses_of(codes: set[str]) -> dict[str, str]:
    """Return where those of *codes* that are findings are read."""
    return {}


def compliance_of(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return what audits of a half-open period found of each process: sampled, compliant, lower bound."""
    return []
