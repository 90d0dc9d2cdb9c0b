"""Exit criteria of a project's phases, told by whichever room knows the fact (F01).

A room's module ``exits`` contributes its criteria; the room of projects asks them all and imports none:

    contribute(ExitCriterion("surveys.answered", Phase.MAPPING, _("Survey answered by 80 %"), measure))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Phase(models.IntegerChoices):
    """The six phases of the method (H2.0), in their order."""

    PREPARATION = 1, _("Preparation")
    MAPPING = 2, _("Mapping")
    DEFINITION = 3, _("Definition")
    PILOT = 4, _("Pilot")
    ROLLOUT = 5, _("Rollout")
    OPTIMIZATION = 6, _("Optimization")


@dataclass(frozen=True)
class Asked:
    """A project as a criterion sees it: its number, the processes it standardizes, when it began."""

    project: int
    processes: tuple[int, ...]
    began_at: datetime | None = None


@dataclass(frozen=True)
class Fact:
    """What a room knows: whether the criterion is met, the figure in a sentence, and where it is mended."""

    is_met: bool
    sentence: Any
    link: str = ""


#: Measures many projects with a constant number of queries: a portfolio asks for all of its lines at once.
Measure = Callable[[Sequence[Asked], datetime], Mapping[int, Fact]]


@dataclass(frozen=True)
class ExitCriterion:
    """One line of a gate. *measure* returns a Fact for each project asked about, by its number."""

    code: str
    phase: Phase
    title: Any
    measure: Measure


_criteria: dict[str, ExitCriterion] = {}


def contribute(criterion: ExitCriterion) -> None:
    """Add a criterion to the gates of every project. Raises ValueError when another has its code."""
    known = _criteria.setdefault(criterion.code, criterion)
    if known is not criterion and known != criterion:
        raise ValueError(f"Two exit criteria are named {criterion.code!r}.")


def criteria() -> list[ExitCriterion]:
    """Return every criterion, by phase and code."""
    return sorted(_criteria.values(), key=lambda criterion: (criterion.phase, criterion.code))
