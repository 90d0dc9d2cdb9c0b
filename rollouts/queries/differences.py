"""What differs between two released versions, and whether it asks a person to confirm anew (F43, F44)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from processes.domain.parsing import parse
from processes.domain.redline.change import Change
from processes.domain.redline.compare import changes_between
from processes.domain.standard import Standard
from processes.models import Definition

#: Posts and their departments, by code: in which somebody acts.
Held = Collection[tuple[str, str]]


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two versions, and whether the second was reviewed as a major one."""

    changes: tuple[Change, ...]
    is_major: bool

    def asks(self, held: Held) -> bool:
        """Tell whether who holds these posts has something to confirm.

        Yes where a difference touches one of the posts; and where a version reviewed as major has a difference
        that names no post, and so is everybody's (decision 23).
        """
        return any(change.concerns(held) or (self.is_major and not change.posts) for change in self.changes)

    def parted(self, held: Held) -> tuple[list[Change], list[Change]]:
        """Return the differences that touch these posts, and the others."""
        mine = [change for change in self.changes if change.concerns(held)]
        return mine, [change for change in self.changes if not change.concerns(held)]


# By hash, not by primary key: the bytes of a hash never change, and nothing else does.
@lru_cache(maxsize=64)
def standard_named(sha256: str) -> Standard:
    """Return the standard whose definition has this hash. Raises DefinitionBroken."""
    return parse(Definition.objects.get(sha256=sha256).load())


@lru_cache(maxsize=256)
def difference(before: str, after: str) -> Difference:
    """Return what differs between the definitions with these hashes. Raises DefinitionBroken."""
    old, new = standard_named(before), standard_named(after)
    return Difference(tuple(changes_between(old, new)), _major(new) > _major(old))


def _major(standard: Standard) -> int:
    return int(standard.number.partition(".")[0])
