"""Which rows of an examined file are here already, and what stays in the file since it hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from procstd.transfer.content import Content
from procstd.transfer.declared import Carried, parts

Key = tuple[str, int]


def known_here(content: Content, known: Mapping[Key, Any]) -> dict[Key, Any]:
    """Return *known* with the rows under it that are here already. One query for each part."""
    found = dict(known)
    for part in parts():
        rows = [row for row in content.rows[part.label] if part.same and row.refs[part.via] in found]
        here = rows_here(part, part.same, {found[row.refs[part.via]].pk for row in rows})
        for row in rows:
            same = here.get((found[row.refs[part.via]].pk, *(row.values[name] for name in part.same)))
            if same:
                # Each row here is one row of the file: two that cannot be told apart are two.
                found[row.key] = same.pop(0)
    return found


def rows_here(part: Carried, names: tuple[str, ...], above: Collection[Any]) -> dict[tuple[Any, ...], list[Any]]:
    """Return what hangs on rows that are here, by the row it hangs on and by what it says in some fields."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    via: Any = part.model._meta.get_field(part.via) if above else None
    for row in part.model._base_manager.filter(**{f"{part.via}__in": above}).order_by("pk") if above else ():
        place = (getattr(row, via.attname), *(getattr(row, name) for name in names))
        found.setdefault(place, []).append(row)
    return found


def staying(content: Content, known: Mapping[Key, Any]) -> set[Key]:
    """Return the rows that stay in the file, because what they hang on is here already."""
    found: set[Key] = set()
    for part in parts():
        for row in content.rows[part.label] if part.via else ():
            above = row.refs.get(part.via)
            if row.key not in known and (above in found or (above in known and not part.is_own)):
                found.add(row.key)
    return found


def hanging_on(content: Content) -> dict[Key, dict[str, int]]:
    """Return by row what stays in the file with it where that row is here already: how many rows of each part."""
    roots: dict[Key, Key] = {}
    found: dict[Key, dict[str, int]] = {}
    for part in parts():
        for row in content.rows[part.label] if part.via and not part.is_own else ():
            above = row.refs.get(part.via)
            if above is not None:
                roots[row.key] = root = roots.get(above, above)
                counts = found.setdefault(root, {})
                counts[part.label] = counts.get(part.label, 0) + 1
    return found
