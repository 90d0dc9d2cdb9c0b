"""Evidence as people read it: figures in words, charts drawn."""

from __future__ import annotations

from typing import Any

from improvements.domain.showing import charts_shown, findings_shown, steps_shown, suggestions_shown, totals_shown
from improvements.models import Evidence, State


def shown_evidence(evidence: Evidence) -> dict[str, Any]:
    """Return what the page shows of evidence; of altered bytes nothing."""
    if not evidence.is_intact:
        return {"is_altered": True}
    data = evidence.data
    return {
        "is_altered": False, "data": data, "totals": totals_shown(data), "charts": charts_shown(data),
        "steps": steps_shown(data), "findings": findings_shown(data),
        "suggestions": [{**row, "label": State(row["state"]).label} for row in suggestions_shown(data)],
    }  # fmt: skip
