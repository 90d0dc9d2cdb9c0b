"""What a person is shown of a version before they confirm it, and what waits for them (F44)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.domain.redline.change import Change
from processes.domain.redline.compare import Group, groups_of
from processes.domain.standard import Standard, Step
from processes.domain.versions import predecessor_of
from processes.models import Definition
from rollouts.queries.concerned import concerned_by, concerned_now
from rollouts.queries.differences import difference, standard_named
from rollouts.queries.standing import Stood, given_by, standings_of, stands


@dataclass(frozen=True)
class Shown:
    """A version as one person reads it: own steps and own differences before everything else."""

    definition: Definition
    standard: Standard
    posts: frozenset[tuple[str, str]]
    stood: Stood
    #: The version it is compared with: confirmed last, or else the one before it; none of a first one.
    before: Definition | None
    mine: tuple[Change, ...] = ()
    others: tuple[Change, ...] = ()

    @property
    def steps(self) -> list[Step]:
        """The steps in which a post of the person has a part."""
        return [step for step in self.standard.steps if duties_at(step, self.posts)]

    @property
    def is_concerned(self) -> bool:
        return bool(self.posts)

    @property
    def content(self) -> str:
        """What was shown, as canonical JSON: which version, compared with which, for which posts, which differences."""
        told = {
            "definition": self.definition.sha256,
            "before": self.before.sha256 if self.before else None,
            "posts": sorted(f"{post}@{department}" for post, department in self.posts),
            "steps": [step.key for step in self.steps],
            "mine": [change.anchor for change in self.mine],
            "others": [change.anchor for change in self.others],
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    def groups(self, changes: tuple[Change, ...]) -> list[Group]:
        """Return differences by element, step and form."""
        old = standard_named(self.before.sha256) if self.before else self.standard
        return groups_of(changes, old, self.standard)


def duties_at(step: Step, posts: frozenset[tuple[str, str]]) -> list[str]:
    """Return the parts (R, A, C, I, S) that who holds *posts* has at *step*."""
    return [
        duty
        for duty, places in step.posts.items()
        if any(place.post == post and place.department in (None, where) for place in places for post, where in posts)
    ]


def shown_to(user: Any, definition: Definition, *, at: datetime) -> Shown:
    """Return what *user* is shown of *definition*. Raises DefinitionBroken."""
    revision = definition.revision
    rows = concerned_by(definition.pk, at=at, person=user)
    posts = frozenset(post for row in rows for post in row.posts)
    standard = standard_named(definition.sha256)
    given = given_by([user.pk], [revision.process_id], at=at).get((user.pk, revision.process_id), [])
    stood = stands(given, definition.pk, definition.sha256, posts)
    if stood.before:
        before = Definition.objects.select_related("revision").filter(sha256=stood.before).first()
    else:
        earlier = predecessor_of(revision)
        before = getattr(earlier, "definition", None)
    if before is None:
        return Shown(definition, standard, posts, stood, None)
    mine, others = difference(before.sha256, definition.sha256).parted(posts)
    return Shown(definition, standard, posts, stood, before, tuple(mine), tuple(others))


@dataclass(frozen=True)
class Waiting:
    """A version that somebody is to confirm, since when."""

    definition: Definition
    since: datetime
    stood: Stood


def waiting_for(user: Any, *, at: datetime) -> list[Waiting]:
    """Return what *user* is asked to confirm, the oldest first. Seven statements, however many standards."""
    rows = concerned_now(at, person=user)
    if not rows:
        return []
    stood = standings_of(rows, at=at)
    since: dict[int, datetime] = {}
    for row in rows:
        if not stood[user.pk, row.definition].is_covered:
            since[row.definition] = min(row.since, since.get(row.definition, row.since))
    found = Definition.objects.select_related("revision__process").defer("content").in_bulk(list(since))
    waiting = [Waiting(found[pk], when, stood[user.pk, pk]) for pk, when in since.items()]
    return sorted(waiting, key=lambda row: (row.since, row.definition.pk))
