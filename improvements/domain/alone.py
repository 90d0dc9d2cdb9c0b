"""Rounds of sweeps: a row that cannot be worked on must not stop those after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from procstd.logs import log

Row = TypeVar("Row")
Found = TypeVar("Found")


def each_alone(rows: Iterable[Row], act: Callable[[Row], Found], *, event: str) -> list[Found]:
    """Return what *act* makes of each row. One that breaks is logged as *event* and left to the next round.

    Whatever *act* writes it keeps in a transaction of its own.
    """
    found = []
    for row in rows:
        try:
            found.append(act(row))
        except Exception:  # whatever is wrong with one, the others are due all the same
            log.exception(event, row=getattr(row, "pk", row))
    return found
