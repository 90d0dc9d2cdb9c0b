"""Who is in a draft right now, and in which cell (F20): said by each window every few seconds, gone soon after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from processes.models import Presence, Revision

#: Rows of windows that are long closed are swept away by whoever comes next.
_KEPT_FOR = timedelta(days=1)


def be_present(revision: Revision, person: Any, *, window: str, cell: str, at: datetime) -> None:
    """Say that *person* is in *cell* of the draft."""
    found = Presence.objects.filter(revision=revision, person=person, window=window)
    if not found.update(cell=cell[:80], seen_at=at):
        Presence.objects.filter(seen_at__lt=at - _KEPT_FOR).delete()
        Presence.objects.get_or_create(
            revision=revision, person=person, window=window, defaults={"cell": cell[:80], "seen_at": at}
        )


def others_present(revision: Revision, *, window: str, person: Any, at: datetime) -> list[dict[str, str]]:
    """Return the names of all others in the draft, and their cells; one's own other windows too."""
    rows = Presence.objects.filter(revision=revision).present(at).select_related("person")
    return [
        {"name": str(row.person), "cell": row.cell}
        for row in rows
        if row.window != window or row.person_id != person.pk
    ]
