"""Every change of a variant as people read it: who, when, why, and each field before and after (F19)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from processes.domain.variants.deltas import shown
from processes.domain.variants.inheriting import names_in
from processes.domain.variants.places import Data, Names, places_of, varying_of, write_value
from processes.models import Difference, Revision

#: How many changes of fields are told.
MOST = 100


@dataclass
class Act:
    """What was saved at once: lines of place, field, before and after."""

    at: datetime
    by: Any
    why: str
    lines: list[tuple[str, Any, str, str]] = field(default_factory=list)


def changes_of_variant(revision: Revision, data: Data, *, most: int = MOST) -> list[Act]:
    """Return the latest acts on *revision*, newest first; *data* is what it says. A constant number of statements."""
    history: Any = Difference.history  # type: ignore[attr-defined]
    entries = list(history.filter(revision_id=revision.pk).select_related("history_user").order_by("history_id"))
    names = names_in(entries)
    titles = {place.key: place.title for place in places_of(data)}
    before: dict[tuple[str, str], Any] = {}
    acts: dict[tuple[Any, ...], Act] = {}
    for entry in entries:
        at = (entry.place, entry.field)
        old, new = before.get(at), None if entry.history_type == "-" else entry
        before[at] = new
        # What one act wrote carries its reason, and was written within moments.
        key = (entry.history_user_id, entry.history_change_reason, entry.history_date.replace(microsecond=0))
        act = acts.setdefault(key, Act(entry.history_date, entry.history_user, entry.history_change_reason or ""))
        label, words = _words(entry, names)
        act.lines.append((titles.get(entry.place, entry.place), label, words(old), words(new)))
    return list(acts.values())[::-1][:most]


def _words(entry: Any, names: Names) -> tuple[Any, Any]:
    """Return what the field is called, and what says a value of it."""
    varying = varying_of(entry.place, entry.field)

    def words(row: Any) -> str:
        if row is None:
            return _("as inherited")
        made: dict[str, Any] = {"limit": None, "posts": {}}
        write_value(made, varying, row.value, names)
        return shown(made, varying)

    return varying.label, words
