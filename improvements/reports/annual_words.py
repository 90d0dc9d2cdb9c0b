"""What all parts of the annual report say in the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from processes.manuals.blocks import Lines
from processes.manuals.writer import Writer
from procstd import moments


def day(moment: Any) -> Callable[[], str]:
    """Return the day of a moment, to be said in the language in force."""
    return lambda: moments.day(moment)


def nothing(w: Writer, words: Any) -> Lines:
    """Say quietly that there is nothing to tell."""
    return Lines((w.line(words, look="quiet"),))
