"""What every version changed, and why (F28, H2.6.3): of a process, and of one step through all its versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from processes.domain.reading import standard_of_revision
from processes.domain.redline.change import Change
from processes.domain.standard import Standard, Step
from processes.domain.versions import compared
from processes.models import Change as Explanation
from processes.models import Revision

Line = tuple[Change, list[Explanation]]


@dataclass(frozen=True)
class Version:
    """A version with what it changed of the one released before it, each with where it came from."""

    revision: Revision
    standard: Standard
    before: Revision | None
    lines: list[Line]
    #: What was noted of these lines, or without naming a difference.
    origins: list[Explanation]
    in_force_since: datetime | None

    def step(self, key: str) -> Step | None:
        return self.standard.step(key)


def trace(revisions: Iterable[Revision]) -> list[Version]:
    """Return *revisions*, the newest first as they are given, each compared with the released one before it.

    They carry ``definition``, ``changes`` and its releases prefetched. Raises DefinitionBroken.
    """
    rows = list(revisions)
    standards = {row.pk: standard_of_revision(row)[0] for row in rows}
    found = []
    for place, row in enumerate(rows):
        before = next((other for other in rows[place + 1 :] if not other.is_draft), None)
        noted = list(row.changes.all())
        changes = compared(before, standards[before.pk], row, standards[row.pk]).changes if before else []
        found.append(
            Version(
                revision=row,
                standard=standards[row.pk],
                before=before,
                lines=explained(changes, noted),
                origins=noted,
                in_force_since=_first(row),
            )
        )
    return found


def explained(changes: Sequence[Change], noted: Sequence[Explanation]) -> list[Line]:
    """Return each difference with what was noted of it."""
    by_anchor: dict[str, list[Explanation]] = {}
    for row in noted:
        for anchor in row.anchors:
            by_anchor.setdefault(anchor, []).append(row)
    return [(change, by_anchor.get(change.anchor, [])) for change in changes]


def _first(revision: Revision) -> datetime | None:
    definition = getattr(revision, "definition", None)
    releases = definition.releases.all() if definition else []
    return min((row.valid_from for row in releases), default=None)


def versions_of_step(versions: Iterable[Version], key: str) -> list[Version]:
    """Return the versions in which the step stands or was taken out, with what concerns it alone."""
    found = []
    for row in versions:
        lines = [line for line in row.lines if line[0].step == key]
        if lines or row.step(key):
            told = list(dict.fromkeys(note for _change, noted in lines for note in noted))
            found.append(replace(row, lines=lines, origins=told))
    return found
