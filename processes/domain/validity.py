"""How a version stands at a moment: in force, planned, obsolete since when and by what (F30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from processes.models import Release, Revision


class Standing(StrEnum):
    """Whether people may work by it."""

    DRAFT = "draft"
    PLANNED = "planned"
    IN_FORCE = "in_force"
    OBSOLETE = "obsolete"
    #: Released, and then withdrawn before it took effect.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Validity:
    """The standing of a version; *since* when it is so (or from when, if it is planned), and what is in force now."""

    standing: Standing
    since: datetime | None = None
    #: From when it was in force the first time.
    valid_from: datetime | None = None
    now: Revision | None = None

    @property
    def is_obsolete(self) -> bool:
        return self.standing == Standing.OBSOLETE


def validity_of(revision: Revision, at: datetime) -> Validity:
    """Return how *revision* stands at a moment. Two statements for a released one, none for a draft.

    It is obsolete when no department works by it any more. What is in force *now* is told for all departments
    before that of some, and the highest number first. A variant is replaced by variants of its department only (F19).
    """
    if revision.is_draft:
        return Validity(Standing.DRAFT)
    rows = Release.objects.filter(
        process=revision.process_id, definition__revision__variant_for__code=revision.variant_for_id
    ).select_related("definition__revision")
    releases = list(rows.defer("definition__content").prefetch_related("departments"))
    own = [row for row in releases if row.definition.revision_id == revision.pk]
    first = min((row.valid_from for row in own), default=None)
    if any(row.covers(at) for row in own):
        return Validity(Standing.IN_FORCE, since=first, valid_from=first, now=revision)
    planned = [row.valid_from for row in own if row.valid_from > at]
    now = max(
        (row for row in releases if row.covers(at)),
        key=lambda row: (not row.departments.all(), row.definition.revision.major, row.definition.revision.minor),
        default=None,
    )
    found = now.definition.revision if now else None
    if planned:
        return Validity(Standing.PLANNED, since=min(planned), valid_from=first, now=found)
    ends = [row.valid_until for row in own if row.valid_until is not None]
    if not ends:
        return Validity(Standing.WITHDRAWN, now=found)
    return Validity(Standing.OBSOLETE, since=max(ends), valid_from=first, now=found)
