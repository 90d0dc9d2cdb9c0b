"""The limits of the complaint standard beside those of its steps (H2.3.1 elements 5, 7, 8): when, and who is told."""

from __future__ import annotations

from typing import Any


def _when(grade: str) -> dict[str, str]:
    return {"field": "grading.grade", "value": grade}


def _tell(kind: str, *recipients: str, **moment: int) -> dict[str, Any]:
    return {"kind": kind, "recipients": list(recipients), **moment}


#: The chain of F61: handler, supervisor, department head, project lead.
_CHAIN = [
    _tell("warn", "handler", percent=80),
    _tell("breach", "handler", "supervisor"),
    _tell("escalate", "head", minutes=120),
    _tell("escalate", "lead", minutes=480),
]

LIMITS: dict[str, Any] = {
    # Element 5. Handling has begun when the work order is with quality: step 3 is done.
    "responses": [
        {"limit": {"amount": 24, "unit": "hours"}, "until": "s3", "when": _when("normal")},
        {"limit": {"amount": 2, "unit": "hours"}, "until": "s3", "when": _when("urgent")},
    ],
    # Element 7.
    "totals": [
        {"limit": {"amount": 5, "unit": "working_days"}, "when": _when("normal")},
        {"limit": {"amount": 3, "unit": "working_days"}, "when": _when("urgent")},
    ],
    # Element 8: an exception that is not dealt with in its 2 hours goes to the service supervisor.
    "thresholds": {
        **dict.fromkeys(("response", "total", "step"), _CHAIN),
        "exception": [
            _tell("warn", "handler", percent=50),
            _tell("breach", "handler", "post:service-supervisor"),
        ],
    },
    # Half an hour to react: with four, the two hours of an urgent complaint would never hold (R10).
    "clockwork": {"grace_minutes": 15, "reaction_minutes": 30, "hold_days": 10},
    # Nothing is repaired again on a rating alone: step 8 calls the customer, hears why, and sends back if need be.
    "dissatisfaction": {"at_most": 2, "step": "s8"},
}
