"""What became of a suggestion, finding or evaluation in a standard: the changes that name it (F28, F81).

The link is one column, ``Change.origin_code``, written where the change is noted. So a change that is taken back
takes the link with it, and nothing here has to be told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.models import Change, Release


@dataclass(frozen=True)
class Link:
    """A change with its version, and when that took effect first; None while it has not."""

    change: Change
    version: str
    is_draft: bool
    in_force_since: datetime | None

    @property
    def revision(self) -> Any:
        return self.change.revision


def links_to(codes: Collection[str], *, at: datetime) -> dict[str, list[Link]]:
    """Return the changes that name each of *codes*, the oldest first. Two statements."""
    rows = list(
        Change.objects.filter(origin_code__in=codes)
        .select_related("revision__process", "revision__definition")
        .defer("revision__definition__content")
        .order_by("pk")
    )
    since = first_in_force([row.revision_id for row in rows], at=at)
    found: dict[str, list[Link]] = {}
    for row in rows:
        link = Link(row, f"V{row.revision.number}", row.revision.is_draft, since.get(row.revision_id))
        found.setdefault(row.origin_code, []).append(link)
    return found


def first_in_force(revisions: Iterable[int], *, at: datetime) -> dict[int, datetime]:
    """Return when each revision took effect first, of those that have by *at*. One statement."""
    found: dict[int, datetime] = {}
    rows = Release.objects.filter(definition__revision__in=list(revisions), valid_from__lte=at)
    for revision, since in rows.values_list("definition__revision_id", "valid_from"):
        found[revision] = min(since, found.get(revision, since))
    return found
