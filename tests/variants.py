"""Variants for tests: the complaint standard as the sales department works by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from processes.domain.releasing import checks_only, release
from processes.domain.variants.varying import Values, begin_variant, vary
from processes.models import Process, Release, Revision
from procstd.organisation.models import Department
from tests.standards import RELEASED_AT, released

#: Step 2 within two working hours, and step 3 done in sales.
FASTER: Values = {("step:s2", "limit"): {"amount": 2, "unit": "working_hours"}}


def variant(
    process: Process | None = None, values: Values = FASTER, *, department: str = "sales", by: Any = None,
    at: datetime = RELEASED_AT,
) -> Revision:  # fmt: skip
    """Begin a department's variant of the process (default: the complaint, released) with *values*."""
    process = process or released().process
    made = begin_variant(process, department=Department.objects.get(code=department), by=by, reason="Test", at=at)
    return vary(made, values, by=by, reason="Test") if values else made


def released_variant(process: Process | None = None, values: Values = FASTER, **facts: Any) -> Release:
    """Begin such a variant and release it."""
    at = facts.pop("at", RELEASED_AT)
    made = variant(process, values, at=at, **facts)
    return release(made, by=None, at=at, reason="Test", gate=checks_only)
