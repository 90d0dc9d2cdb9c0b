"""One difference between two versions, as a sentence, with its place and both values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from processes.domain.standard import Place, Step

#: A post by code, and the department in which it is meant; None: wherever it is held.
Post = tuple[str, str | None]


class Kind(StrEnum):
    """What happened to the thing."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


class Weight(StrEnum):
    """What a difference touches: all but wording changes what people do, and so raises the major number."""

    STEPS = "steps"
    ORDER = "order"
    POSTS = "posts"
    LIMITS = "limits"
    EXCEPTIONS = "exceptions"
    FIELDS = "fields"
    WORDING = "wording"


@dataclass(frozen=True)
class Change:
    """A difference. *sentence*, *old* and *new* are read in the language in force.

    *place* and *field* name what differs, as a fault does: ``step:s4`` and ``limit``. *texts* are both
    texts where the wording differs, in the language in which it does (or as Words, in both).
    """

    place: str
    field: str
    kind: Kind
    weight: Weight
    sentence: Any
    old: Any = None
    new: Any = None
    #: Long wording: shown word by word.
    is_text: bool = False
    #: Whose work it touches; nobody in particular: everybody's.
    posts: frozenset[Post] = frozenset()

    @property
    def anchor(self) -> str:
        """Name it among the differences of its two versions."""
        return f"{self.place}/{self.field}" if self.field else self.place

    @property
    def step(self) -> str:
        """The key of the step that it belongs to, or empty."""
        kind, _colon, key = self.place.partition(":")
        return key if kind == "step" else ""

    def concerns(self, held: Collection[tuple[str, str]]) -> bool:
        """Tell whether it touches the work of somebody who holds these posts (post and department, by code)."""
        return any(
            post == mine and department in (None, where) for post, department in self.posts for mine, where in held
        )


def posts_of(*steps: Step | None) -> frozenset[Post]:
    """Return the posts that do anything at *steps*."""
    return frozenset(
        (place.post, place.department) for step in steps if step for places in step.posts.values() for place in places
    )


def posts_in(*places: Place) -> frozenset[Post]:
    """Return *places* as posts by code."""
    return frozenset((place.post, place.department) for place in places)
