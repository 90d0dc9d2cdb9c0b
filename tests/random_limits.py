"""Random limits for random standards: responses, who is told when, holds, dissatisfaction, exceptions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from processes.models import Recipient, Target, Unit
from tests.standards import POSTS, Data, words

RECIPIENTS = (*Recipient.values, *(f"post:{code}" for code in POSTS))
_LIMITS = st.fixed_dictionaries({"amount": st.integers(1, 90), "unit": st.sampled_from(Unit.values)})
_TOLD = st.lists(st.sampled_from(RECIPIENTS), min_size=1, max_size=3, unique=True)


@st.composite
def random_limits(draw: Any, steps: list[Data]) -> Data:
    """Draw what a standard of *steps* says of its limits, so that it can be released."""
    keys = [row["key"] for row in steps]
    choice = {"field": "note.way", "value": draw(st.sampled_from("ab"))}
    conditions = draw(st.sampled_from([[], [None], [choice], [choice, None]]))
    targets = draw(st.lists(st.sampled_from([*Target.values, *keys]), unique=True))
    return {
        "responses": [
            {"limit": draw(_LIMITS), "until": draw(st.sampled_from(keys)), "when": when} for when in conditions
        ],
        "thresholds": {target: draw(_chains()) for target in targets},
        "clockwork": {
            "grace_minutes": draw(st.integers(0, 60)),
            "reaction_minutes": draw(st.integers(0, 480)),
            "hold_days": draw(st.integers(0, 90)),
        },
        "dissatisfaction": draw(
            st.none() | st.fixed_dictionaries({"at_most": st.integers(1, 4), "step": st.sampled_from(keys)})
        ),
        "exceptions": draw(st.lists(_exceptions(steps), min_size=1, max_size=4)),
    }


@st.composite
def _chains(draw: Any) -> list[Data]:
    warnings = draw(st.lists(st.integers(1, 99), max_size=2, unique=True))
    escalations = draw(st.lists(st.integers(0, 3000), max_size=3, unique=True))
    return [
        *({"kind": "warn", "percent": percent, "recipients": draw(_TOLD)} for percent in warnings),
        {"kind": "breach", "recipients": draw(_TOLD)},
        *({"kind": "escalate", "minutes": minutes, "recipients": draw(_TOLD)} for minutes in escalations),
    ]


@st.composite
def _exceptions(draw: Any, steps: list[Data]) -> Data:
    step = draw(st.sampled_from(steps))
    outcomes = [outcome for row in steps for outcome in row["outcomes"]]
    is_sent_back = any(row["target"] == step["key"] and row.get("send_back") for row in outcomes)
    starts = ["", *(["sent_back"] if is_sent_back else []), *(["incomplete"] if step["form"] else [])]
    return {
        "step": step["key"], "trigger": words("Something lacks"), "response": words("Ask for it"),
        "limit": draw(_LIMITS), "escalate_to": {"post": {"code": draw(st.sampled_from(sorted(POSTS)))}},
        "starts": draw(st.sampled_from(starts)),
    }  # fmt: skip
