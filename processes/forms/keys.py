"""Keys of new rows: the next free one beside their siblings, and never one that a deleted row had."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from processes.domain.editing import free_key, step_keys_ever
from processes.models import Field, Form, Outcome, PainPoint, Step


def give_keys(rows: Iterable[Model]) -> None:
    """Give every new row that needs a key the next free one beside its siblings."""
    taken: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        if not isinstance(row, Step | Form | Field | Outcome | PainPoint):
            continue
        parent, start = _KEYED[type(row)]
        holder = getattr(row, parent)
        # The rows of one table share the object they belong to, saved or not.
        keys = taken.setdefault((start, id(holder)), _keys_beside(row, parent, holder))
        if not row.key:
            row.key = free_key(keys, start)
        keys.append(row.key)


#: What gets a key: under which parent, and how the key starts.
_KEYED: dict[type[Model], tuple[str, str]] = {
    Step: ("revision", "s"),
    Form: ("revision", "form"),
    Field: ("form", "field"),
    Outcome: ("step", "o"),
    PainPoint: ("process", "p"),
}


def _keys_beside(row: Model, parent: str, holder: Model) -> list[str]:
    """Return every key that a row under *holder* has or ever had: what names a deleted one must not mean another."""
    if holder.pk is None:
        return []
    if isinstance(row, Step):
        return step_keys_ever(row.revision)
    history: Any = type(row).history  # type: ignore[attr-defined]
    return list(history.filter(**{f"{parent}_id": holder.pk}).values_list("key", flat=True).distinct())
