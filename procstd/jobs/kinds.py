"""The table of kinds of job. Each app registers its own in its module `longjobs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from procstd.jobs.domain.running import Run

Work = Callable[["Run"], dict[str, Any] | None]


@dataclass(frozen=True)
class Kind:
    """A kind of job: its name in the database, what people call it, what it does, how its result looks."""

    name: str
    title: str | Promise
    work: Work
    result_template: str = ""


_kinds: dict[str, Kind] = {}


def kind(name: str, *, title: str | Promise, result_template: str = "") -> Callable[[Work], Work]:
    """Register a function as the work of a kind of job.

    The function gets a Run: it reads ``run.facts``, reports by ``run.advance``, may save where it
    is by ``run.save_checkpoint`` and returns a JSON result, shown by *result_template*. It may be
    started again after a crash, so what it changes must be idempotent.
    """

    def register(work: Work) -> Work:
        if name in _kinds and _kinds[name].work is not work:
            raise ValueError(f"Two kinds of job are named {name!r}.")
        _kinds[name] = Kind(name, title, work, result_template)
        return work

    return register


def kind_named(name: str) -> Kind | None:
    """Return the kind of that name, or None: a later version may have dropped it."""
    return _kinds.get(name)
