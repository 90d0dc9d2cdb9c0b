"""What the page of a variant shows besides what every draft's page shows (F19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from processes.domain.texts import text_of
from processes.domain.variants.changes import changes_of_variant
from processes.domain.variants.deltas import Delta, deltas_between, shown
from processes.domain.variants.inheriting import inherited, newest_definition
from processes.domain.variants.places import Place, parts_of, places_of
from processes.models import Revision


@dataclass(frozen=True)
class Field:
    """A field that may vary: what it inherits, and what the variant says."""

    label: Any
    old: str
    new: str
    delta: Delta | None


def title_of(part: str, first: Place) -> str:
    """Name a page of a variant: its one place, or what its places have in common."""
    return {"totals": _("Time standards"), "exceptions": _("Exceptions")}.get(part) or first.title


def variant_context(revision: Revision) -> dict[str, Any]:
    """Return the variant's deltas, every field that may vary beside what it inherits, and its history."""
    parent, data = inherited(revision), text_of(revision).data
    deltas = deltas_between(parent, data)
    by_key = {delta.key: delta for delta in deltas}
    before = places_of(parent)
    parts: dict[str, list[tuple[Place, list[Field]]]] = {part: [] for part in parts_of(before)}
    for old, new in zip(before, places_of(data), strict=True):
        fields = [
            Field(row.label, shown(old.row, row), shown(new.row, row), by_key.get(f"{new.key}|{row.name}"))
            for row in new.fields
        ]
        parts[new.part].append((new, fields))
    newest = newest_definition(revision.process)
    return {
        "deltas": deltas,
        "parts": [
            (part, title_of(part, rows[0][0]), rows, sum(delta.after.part == part for delta in deltas))
            for part, rows in parts.items()
        ],
        "newest": newest.revision if newest and newest.pk != revision.variant_of_id else None,
        "changes": changes_of_variant(revision, data),
    }
