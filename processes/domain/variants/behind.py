"""Which variants are behind, and who is told of it when a newer version is released (F19)."""

from __future__ import annotations

from datetime import datetime

from processes import notices
from processes.domain.authors import authors_of
from processes.models import Definition, Process, Revision
from procstd.notices.domain.telling import tell


def latest_variants(process: Process) -> list[Revision]:
    """Return the newest variant of each department, a draft before what is released. One statement."""
    rows = process.revisions.variants().select_related("variant_for", "process")
    found: dict[str | None, Revision] = {}
    for row in rows.order_by("-major", "-minor", "-issue"):
        found.setdefault(row.variant_for_id, row)
    return [row for _code, row in sorted(found.items(), key=lambda pair: str(pair[0]))]


def tell_behind(definition: Definition, *, at: datetime) -> None:
    """Tell the process's owner and those who wrote a variant that a newer version than it varies is released."""
    newer = definition.revision
    for variant in latest_variants(newer.process):
        if variant.variant_of_id != definition.pk:
            people = [newer.process.owner_id, *sorted(authors_of(variant))]
            tell(notices.behind(variant, newer, people), at=at)
