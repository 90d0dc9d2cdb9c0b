"""Which row of the old version is which of the new one; and which of those that stayed were moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Identity = Callable[[Any], Hashable]


@dataclass(frozen=True)
class Match(Generic[Row]):
    """Rows that are gone, rows that are new, pairs of those that stayed (in the new order), and which of them moved."""

    removed: list[Row]
    added: list[Row]
    kept: list[tuple[Row, Row]]
    moved: list[tuple[Row, Row]]


def match(old: Sequence[Row], new: Sequence[Row], *identities: Identity) -> Match[Row]:
    """Match rows by the first identity by which they are the same; rows without a partner by the next one.

    Of rows with equal identities the first is matched with the first. Moved are as few as possible: what is
    outside of a longest row of pairs that keeps its order.
    """
    partner: dict[int, int] = {}
    for identity in identities:
        taken = set(partner.values())
        waiting: dict[Hashable, list[int]] = {}
        for place, row in enumerate(old):
            if place not in taken:
                waiting.setdefault(identity(row), []).append(place)
        for place, row in enumerate(new):
            if place not in partner and (found := waiting.get(identity(row))):
                partner[place] = found.pop(0)
    pairs = sorted(partner.items())
    order = [before for _after, before in pairs]
    still = staying(order)
    taken = set(order)
    return Match(
        removed=[row for place, row in enumerate(old) if place not in taken],
        added=[row for place, row in enumerate(new) if place not in partner],
        kept=[(old[before], new[after]) for after, before in pairs],
        moved=[(old[before], new[after]) for at, (after, before) in enumerate(pairs) if at not in still],
    )


def staying(order: Sequence[int]) -> set[int]:
    """Return the places of a longest increasing subsequence of *order*, a permutation."""
    ends: list[int] = []  # ends[n]: where the best sequence of n + 1 numbers ends
    values: list[int] = []
    previous: list[int | None] = []
    for place, value in enumerate(order):
        length = bisect_left(values, value)
        previous.append(ends[length - 1] if length else None)
        values[length:] = [value, *values[length + 1 :]]
        ends[length:] = [place, *ends[length + 1 :]]
    found: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = previous[at]
    return found
