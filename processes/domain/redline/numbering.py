"""Which number follows from what differs: major when people do something else, minor when words only are better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change, Weight

_REASONS: dict[Weight, Any] = {
    Weight.STEPS: _("steps came or went"),
    Weight.ORDER: _("the order of steps or the ways between them"),
    Weight.POSTS: _("who does something or answers for it"),
    Weight.LIMITS: _("time limits, or who is told of them"),
    Weight.EXCEPTIONS: _("exceptions and dissatisfied customers"),
    Weight.FIELDS: _("what must be filled in"),
}


@dataclass(frozen=True)
class Proposal:
    """The number that the differences suggest: a major step with its reasons, or a minor one."""

    is_major: bool
    #: What is touched, and in how many differences.
    reasons: tuple[tuple[Any, int], ...]


def number_for(changes: Iterable[Change]) -> Proposal:
    """Return what follows from *changes*: a major number if any of them touches more than wording."""
    counts = Counter(change.weight for change in changes)
    reasons = tuple((words, counts[weight]) for weight, words in _REASONS.items() if counts[weight])
    return Proposal(bool(reasons), reasons)
