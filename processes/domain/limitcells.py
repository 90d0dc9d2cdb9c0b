"""Read a time limit from a cell of a table, where nothing else stands: 24小时内, 3个工作日, at once (F13).

Stricter than the checker's `durations`, which finds limits within sentences: what a cell says becomes the limit.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from processes.domain.standard import Limit

#: More than this is a slip of the pen.
MOST = 100_000
_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ENGLISH = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_UNITS = [
    ("working_days", r"个?工作[日天]|(?:working|business|work)[ -]?days?|workdays?"),
    ("working_hours", r"个?工作小时|个?工时|(?:working|business|work)[ -]?hours?"),
    ("working_minutes", r"个?工作分钟|(?:working|business)[ -]?minutes?"),
    ("hours", r"个?小时|个?钟头|hours?\b|hrs?\b|h\b"),
    ("minutes", r"分钟|minutes?\b|mins?\b"),
    ("days", r"个?自然日|个?日历[日天]|天|日|(?:calendar )?days?\b|d\b"),
    ("weeks", r"周|个?星期|weeks?\b"),
]
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS)
_AMOUNT = r"\d{1,6}(?:\.\d{1,2})?|[一二两三四五六七八九十]{1,3}|半|\b(?:an?|half an|" + "|".join(_ENGLISH) + r")\b"
_LIMIT = re.compile(rf"(?P<amount>{_AMOUNT})\s*(?:{_UNIT})", re.ASCII)  # “3 days内”: a word ends there
_AT_ONCE = re.compile(r"即时|立即|立刻|马上|当即|即刻|at once|immediately|instantly")
_NONE = frozenset({"", "-", "–", "—", "/", "无", "none", "n/a"})
#: What is left beside the limit and makes it another one: figures, halves, the first end of a span.
_MORE = re.compile(
    r"\d|half|[半几百千万]|[一二两三四五六七八九十]\s*[至到~—、或-]|\b(?:" + "|".join(_ENGLISH) + r")\s*(?:to\b|or\b|-)"
)
#: Which unit is how many of a smaller one, for amounts that are not whole.
_SMALLER = {"hours": ("minutes", 60), "working_hours": ("working_minutes", 60)}
_WORKING = {"hours": "working_hours", "minutes": "working_minutes"}


class Unreadable(ValueError):
    """The words do not say one limit."""


def limit_in_words(text: str, *, in_working_time: bool = False) -> Limit | None:
    """Return the limit that *text* says, or None where it says that there is none.

    Hours and minutes without “working” count around the clock, or *in_working_time*. Raises
    Unreadable for words without a limit, with two, or with a figure that is none: what stands
    in a manual is not guessed.
    """
    words = unicodedata.normalize("NFKC", text).strip().lower()
    if words in _NONE:
        return None
    found = list(_LIMIT.finditer(words))
    rest = _LIMIT.sub(" ", words)
    at_once = _AT_ONCE.search(rest)
    if len(found) + bool(at_once) != 1 or _MORE.search(rest):
        raise Unreadable(text)
    if at_once:
        return Limit(0, "working_minutes")
    match = found[0]
    unit = next(name for name, _words in _UNITS if match[name])
    amount = _number(match["amount"])
    if unit == "weeks":
        unit, amount = "days", amount * 7
    if in_working_time:
        unit = _WORKING.get(unit, unit)
    if amount.denominator != 1 and unit in _SMALLER:
        unit, size = _SMALLER[unit]
        amount *= size
    if amount.denominator != 1 or not 1 <= amount <= MOST:
        raise Unreadable(text)
    return Limit(int(amount), unit)


def _number(text: str) -> Fraction:
    if text[0].isdecimal():
        return Fraction(text)
    if text in ("半", "half an"):
        return Fraction(1, 2)
    if text in ("a", "an"):
        return Fraction(1)
    if text in _ENGLISH:
        return Fraction(_ENGLISH[text])
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        raise Unreadable(text)
    if not ten:
        return Fraction(_CHINESE[ones])
    return Fraction(_CHINESE.get(tens, 1) * 10 + _CHINESE.get(ones, 0))
