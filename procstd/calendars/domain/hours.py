"""The hours of a day as people write them: “09:00-12:00 13:30-18:00”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError

#: The windows of a day as a plan has them: ``[["09:00", "12:00"], ["13:30", "18:00"]]``.
Hours = list[list[str]]

MOST_WINDOWS = 12
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
_WINDOW = re.compile(rf"{_CLOCK}-{_CLOCK}")
_ONE_CLOCK = re.compile(_CLOCK)
_DASHES = re.compile(r"\s*[-‐‑–—−~至到]\s*")
_SEPARATORS = re.compile(r"[\s,、;，/]+")


def read_hours(text: str) -> Hours:
    """Return the windows written in *text*, in order; none for an empty one.

    Takes what keyboards here produce: full-width colons, other dashes, commas between windows.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip())
    pairs = []
    for word in _SEPARATORS.split(plain):
        if not word:
            continue
        found = _WINDOW.fullmatch(word)
        if found is None:
            raise DomainError(
                _("“%(text)s” are no hours. Write them as 09:00-12:00 13:30-18:00.") % {"text": word[:40]}
            )
        parts = found.groups()
        pairs.append((_seconds(parts[:3], word), _seconds(parts[3:], word)))
    return _in_order(pairs)


def checked_hours(rows: Any) -> Hours:
    """Return windows that come as data, in order and each written in one way. Raises DomainError."""
    if not isinstance(rows, list | tuple):
        raise DomainError(_("Hours are a list of pairs, as [[“09:00”, “12:00”]]."))
    pairs = []
    for row in rows:
        if not isinstance(row, list | tuple) or len(row) != 2 or not all(isinstance(word, str) for word in row):
            raise DomainError(_("Hours are a list of pairs, as [[“09:00”, “12:00”]]."))
        opening, closing = (_ONE_CLOCK.fullmatch(word) for word in row)
        if opening is None or closing is None:
            raise DomainError(
                _("“%(text)s” are no hours. Write them as 09:00-12:00 13:30-18:00.") % {"text": "-".join(row)[:40]}
            )
        pairs.append((_seconds(opening.groups(), row[0]), _seconds(closing.groups(), row[1])))
    return _in_order(pairs)


def hours_words(hours: Iterable[Sequence[str]]) -> str:
    """Return windows as people write them."""
    return " ".join(f"{opening}-{closing}" for opening, closing in hours)


def windows_words(windows: Iterable[tuple[int, int]]) -> str:
    """Return the windows of a day (worktime.Windows) for reading: a line never breaks within one."""
    return " ".join(f"{clock_words(opening)}–\u2060{clock_words(closing)}" for opening, closing in windows)


def seconds_of(windows: Iterable[tuple[int, int]]) -> int:
    """Return how long the windows of a day (worktime.Windows) are together."""
    return sum(closing - opening for opening, closing in windows)


def clock_words(seconds: int) -> str:
    """Return seconds since midnight as “09:00”, with seconds only where there are some."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")


def _seconds(parts: Sequence[str | None], word: str) -> int:
    hours, minutes, rest = (int(part or 0) for part in parts)
    total = hours * 3600 + minutes * 60 + rest
    if minutes > 59 or rest > 59 or total > 86_400:
        raise DomainError(_("“%(text)s” is no time of a day: from 00:00 to 24:00.") % {"text": word[:40]})
    return total


def _in_order(pairs: list[tuple[int, int]]) -> Hours:
    if len(pairs) > MOST_WINDOWS:
        raise DomainError(_("A day has at most %(most)d windows.") % {"most": MOST_WINDOWS})
    pairs.sort()
    for number, (opening, closing) in enumerate(pairs):
        if opening >= closing:
            raise DomainError(
                _(
                    "%(opening)s–%(closing)s ends before it begins. A night shift is two windows: "
                    "until 24:00, and from 00:00 on the next day."
                )
                % {"opening": clock_words(opening), "closing": clock_words(closing)}
            )
        if number and opening < pairs[number - 1][1]:
            raise DomainError(_("Two windows overlap at %(time)s.") % {"time": clock_words(opening)})
    return [[clock_words(opening), clock_words(closing)] for opening, closing in pairs]
