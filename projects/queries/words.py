"""Words that are read in the language of the moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format

from procstd.bilingual import in_each_language, suffix


class Listed:
    """Several things in one sentence, each in the language of the reader."""

    def __init__(self, things: Iterable[Any]) -> None:
        self.things = list(things)

    def __str__(self) -> str:
        return ("、" if suffix() == "zh" else ", ").join(str(thing) for thing in self.things)


class Day:
    """A day as the reader writes it."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __str__(self) -> str:
        return str(date_format(self.day, "SHORT_DATE_FORMAT"))


def both(text: Any) -> str:
    """Return a text in both languages, for a history that everybody reads."""
    return " / ".join(in_each_language(lambda: str(text)).values())
