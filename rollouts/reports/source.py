"""What training material is made from: the standard itself, and what it changed (H2.5.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from processes.domain.redline.change import Change
from processes.domain.standard import ExceptionRule, Place, Standard, Step, Words
from processes.domain.versions import predecessor_of
from processes.models import ACTING, Definition, Duty, Revision
from rollouts.queries.differences import difference, standard_named


@dataclass(frozen=True)
class Source:
    """A version of a standard, and what it changes of the one before it."""

    definition: Definition
    standard: Standard
    before: Revision | None
    changes: tuple[Change, ...]

    @property
    def posts(self) -> dict[str, Words]:
        """Every post that has a part in a step, by code, those who act before those who are told."""
        order = [place for duty in Duty.values for step in self.standard.steps for place in step.posts.get(duty, ())]
        return {place.post: place.name for place in order}

    def steps_of(self, post: str) -> list[tuple[Step, list[str]]]:
        """Return the steps in which a post has a part, with its letters."""
        return [(step, duties) for step in self.standard.steps if (duties := letters_at(step, post))]

    def changes_for(self, post: str) -> list[Change]:
        """Return what changed for a post, in whichever department it is held."""
        return [change for change in self.changes if any(code == post for code, _hall in change.posts)]

    def exceptions_of(self, post: str) -> list[ExceptionRule]:
        """Return the rules for what can go wrong where a post acts (R, A or S), or that come to it."""
        acting = {step.key for step, duties in self.steps_of(post) if acts_by(duties)}
        return [rule for rule in self.standard.exceptions if rule.step in acting or rule.escalate_to.post == post]


def acts_by(duties: Iterable[str]) -> bool:
    """Tell whether who has these parts in a step does something at it, and is not only asked or told."""
    return not set(ACTING).isdisjoint(duties)


def letters_at(step: Step, post: str) -> list[str]:
    """Return the parts (R, A, C, I, S) of a post at a step."""
    return [duty for duty in Duty.values if any(place.post == post for place in step.posts.get(duty, ()))]


def source_of(definition: Definition) -> Source:
    """Read a version and what it changes. Raises DefinitionBroken."""
    before = predecessor_of(definition.revision)
    old: Any = getattr(before, "definition", None)
    changes = difference(old.sha256, definition.sha256).changes if old else ()
    return Source(definition, standard_named(definition.sha256), before if old else None, changes)


def found_source(user: Any, pk: str) -> Source | None:
    """Return the source of a version as *user* may read it; None where there is none. Raises DefinitionBroken."""
    rows = Definition.objects.filter(revision__in=Revision.objects.visible_to(user))
    definition = rows.select_related("revision__process__department").filter(pk=int(pk) if pk.isdigit() else 0).first()
    return source_of(definition) if definition else None


def named(places: Iterable[Place]) -> list[Words]:
    """Return the names of posts, each once."""
    return list({place.post: place.name for place in places}.values())
