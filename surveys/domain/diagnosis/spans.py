"""Working time as people write it in a grid: “2 d”, “1.5 h”, “30 min”, 2天, 半天. A working day has eight hours."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

#: Working minutes of a working day: what a survey counts by, whatever calendar a department has.
DAY = 480
#: Two working years: more is a slip of the pen.
MOST = 500 * DAY
_UNITS = {"min": 1, "h": 60, "d": DAY, "w": 5 * DAY}
_WORDS = (
    (r"minutes?|mins?|m|分钟|分", "min"),
    (r"(?:working |work )?hours?|hrs?|h|个?小时|工时|个?钟头", "h"),
    (r"(?:working |work )?days?|d|个?工作[日天]|天|日", "d"),
    (r"(?:working |work )?weeks?|w|周|个?星期", "w"),
)
_PART = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?|半)\s*(?:" + "|".join(f"(?P<u{n}>{words})" for n, (words, _u) in enumerate(_WORDS)) + r")"
    r"(?=\s|\d|半|$)[\s]*"
)


class Unreadable(ValueError):
    """The words are no span of working time."""


def read_span(text: str) -> int | None:
    """Return the working minutes that *text* says, or None for nothing. Raises Unreadable."""
    words = unicodedata.normalize("NFKC", text).strip().lower().replace("，", " ").replace(",", ".")
    if words in ("", "-", "–", "—"):
        return None
    if words == "0":
        return 0
    total, place = Decimal(0), 0
    while place < len(words):
        found = _PART.match(words, place)
        if found is None:
            raise Unreadable(text)
        unit = next(unit for n, (_w, unit) in enumerate(_WORDS) if found[f"u{n}"])
        total += (Decimal("0.5") if found[1] == "半" else Decimal(found[1])) * _UNITS[unit]
        place = found.end()
    minutes = int(total.to_integral_value())
    if minutes > MOST:
        raise Unreadable(text)
    return minutes


def write_span(minutes: int | None) -> str:
    """Write minutes as a grid and a sheet show them, so that :func:`read_span` reads the same: 2 d, 1 d 4 h, 30 min."""
    if minutes is None:
        return ""
    if minutes == 0:
        return "0"
    parts = [(minutes // DAY, "d"), (minutes % DAY // 60, "h"), (minutes % 60, "min")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)


def say_span(minutes: int | None) -> str:
    """Say working time in the reader's language, as in a report."""
    if minutes is None:
        return "–"
    if minutes == 0:
        return _("at once")
    days, hours, rest = minutes // DAY, minutes % DAY // 60, minutes % 60
    parts = [
        _("%(n)d d") % {"n": days} if days else "",
        _("%(hours)d h") % {"hours": hours} if hours else "",
        _("%(minutes)d min") % {"minutes": rest} if rest else "",
    ]
    return " ".join(filter(None, parts))
