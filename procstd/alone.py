"""Rounds of sweeps: a row, or an act, that cannot be worked on must not stop those after it (W10)."""

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


def acts_alone(*acts: Callable[[], object]) -> None:
    """Carry out every act of a sweep, whatever becomes of those before it.

    One that fails as a whole is logged; the first failure is raised when all had their turn, so that the sweep's
    sign of life tells of it (O4).
    """
    failures: list[Exception] = []
    for number, act in enumerate(acts, 1):
        try:
            act()
        except Exception as failure:  # the other acts are due all the same
            log.exception("act_of_sweep_failed", number=number)
            failures.append(failure)
    if failures:
        raise failures[0]
