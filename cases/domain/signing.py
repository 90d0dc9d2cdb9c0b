"""Countersignatures 会签 that the standard itself asks for: a post with an S at a step (F03, F63, F75)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cases.domain.acting import acts_as
from cases.models import Consultation, Task
from processes.domain.standard import Place, Step


@dataclass(frozen=True)
class Wanted:
    """A countersignature that the standard asks for, and how far it has come."""

    place: Place
    #: What was asked and is still wanted: the last is the newest.
    asked: tuple[Consultation, ...]

    @property
    def given(self) -> Consultation | None:
        """The signature, once somebody has given it."""
        return next((row for row in self.asked if row.agrees), None)

    @property
    def waiting(self) -> Consultation | None:
        """Who is asked and has not answered."""
        return next((row for row in self.asked if row.is_open), None)


def codes_for(user: Any, step: Step) -> list[str]:
    """Return the codes of the posts that countersign *step* and in which *user* acts today."""
    return [place.code for place in step.countersigned if acts_as(user, (place,))]


def wanted_at(step: Step, rows: Iterable[Consultation]) -> list[Wanted]:
    """Return what the standard asks at a step, with the consultations *rows* of its task. Nothing is asked."""
    known = [row for row in rows if row.is_signature]
    return [Wanted(place, tuple(row for row in known if place.code in row.signs_for)) for place in step.countersigned]


def lacking_at(task: Task, step: Step) -> list[Place]:
    """Return the posts that have still to countersign a task. One statement at most; none where no post has to.

    Who practises signs nothing: practice has acts of its own (cases/domain/practising.py).
    """
    if not step.countersigned:
        return []
    given: set[str] = set()
    if task.consulted:
        for codes in task.consultations.signatures().filter(agrees=True).values_list("signs_for", flat=True):
            given.update(codes)
    return [place for place in step.countersigned if place.code not in given]
