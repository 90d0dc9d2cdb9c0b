"""The versions of a process in their order, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from processes.domain.reading import standard_of_revision
from processes.domain.redline.change import Change
from processes.domain.redline.compare import Group, changes_between, groups_of
from processes.domain.standard import Standard
from processes.models import Change as Explanation
from processes.models import Revision
from processes.models.revision import State


@dataclass(frozen=True)
class Redline:
    """Two versions of a standard, and what differs."""

    before: Revision
    after: Revision
    old: Standard
    new: Standard
    changes: list[Change]

    @property
    def anchors(self) -> dict[str, Change]:
        return {change.anchor: change for change in self.changes}

    def groups(self, changes: Iterable[Change] | None = None) -> list[Group]:
        """Return what differs by element, by step and by form; *changes* are some of it."""
        return groups_of(self.changes if changes is None else changes, self.old, self.new)


def predecessor_of(revision: Revision) -> Revision | None:
    """Return the version released before *revision*, by number; of a variant, that of its department. One statement."""
    number = Q(major__lt=revision.major) | Q(major=revision.major, minor__lt=revision.minor)
    earlier = number | Q(major=revision.major, minor=revision.minor, issue__lt=revision.issue)
    rows = Revision.objects.filter(
        earlier, process=revision.process_id, variant_for__code=revision.variant_for_id, state=State.RELEASED
    )
    return rows.select_related("definition", "process").order_by("-major", "-minor", "-issue").first()


def redline(before: Revision, after: Revision) -> Redline:
    """Return what differs between two revisions of a process. Raises DefinitionBroken."""
    return compared(before, standard_of_revision(before)[0], after, standard_of_revision(after)[0])


def compared(before: Revision, old: Standard, after: Revision, new: Standard) -> Redline:
    return Redline(before, after, old, new, changes_between(old, new))


def redline_since_release(revision: Revision, standard: Standard | None = None) -> Redline | None:
    """Return what *revision* changes of the version before it; None for the first. *standard*: what it says, if known.

    Raises DefinitionBroken.
    """
    before = predecessor_of(revision)
    if before is None:
        return None
    return compared(before, standard_of_revision(before)[0], revision, standard or standard_of_revision(revision)[0])


def unexplained(found: Redline, explanations: Iterable[Explanation]) -> list[Change]:
    """Return the differences for which nobody has said where they come from."""
    told = {anchor for row in explanations for anchor in row.anchors}
    return [change for change in found.changes if change.anchor not in told]
