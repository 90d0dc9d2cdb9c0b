"""How a version stands at a moment: in force, planned, obsolete since when and by what (F30)."""

from __future__ import annotations

from collections.abc import Sequence
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

    @property
    def is_over(self) -> bool:
        """Nobody works by it, and nobody will."""
        return self in (Standing.OBSOLETE, Standing.WITHDRAWN)


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


def standing_of(releases: Sequence[Release], at: datetime) -> Standing:
    """Return how a released version with these releases stands at a moment."""
    if any(row.covers(at) for row in releases):
        return Standing.IN_FORCE
    if any(row.valid_from > at for row in releases):
        return Standing.PLANNED
    return Standing.OBSOLETE if any(row.valid_until is not None for row in releases) else Standing.WITHDRAWN


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
    standing = standing_of(own, at)
    if standing is Standing.IN_FORCE:
        return Validity(standing, since=first, valid_from=first, now=revision)
    now = max(
        (row for row in releases if row.covers(at)),
        key=lambda row: (not row.departments.all(), row.definition.revision.major, row.definition.revision.minor),
        default=None,
    )
    found = now.definition.revision if now else None
    if standing is Standing.PLANNED:
        since = min(row.valid_from for row in own if row.valid_from > at)
        return Validity(standing, since=since, valid_from=first, now=found)
    if standing is Standing.WITHDRAWN:
        return Validity(standing, now=found)
    ended = max(row.valid_until for row in own if row.valid_until is not None)
    return Validity(standing, since=ended, valid_from=first, now=found)
