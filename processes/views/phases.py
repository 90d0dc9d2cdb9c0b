"""The way of a revision from draft to release, as its pages show it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from processes.models import Revision
from processes.models.revision import State

_PHASES = [
    (State.DRAFT, gettext_lazy("Draft")),
    (State.IN_REVIEW, gettext_lazy("In review")),
    (State.APPROVED, gettext_lazy("Approved")),
    (State.SIGNED, gettext_lazy("Signed")),
    (State.RELEASED, gettext_lazy("Released")),
]


def phases_of(revision: Revision) -> list[tuple[Any, str]]:
    """Return the way from draft to release, and where *revision* stands."""
    present = [state for state, _label in _PHASES].index(State(revision.state))
    last = len(_PHASES) - 1
    return [
        (label, "done" if at < present or at == present == last else "current" if at == present else "todo")
        for at, (_state, label) in enumerate(_PHASES)
    ]
