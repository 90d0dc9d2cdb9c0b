"""Limits as people write them in texts: “24 小时内”, “within 1 working day”, “at once”."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processes.domain.standard import Limit

_ZH_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_EN_NUMBERS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0,
    "half an": 0.5, "half a": 0.5, "one and a half": 1.5,
}  # fmt: skip
#: Seconds around the clock, by what a unit is called.
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 7 * 86_400}
_ZH_UNITS = {"分钟": "minute", "小时": "hour", "钟头": "hour", "天": "day", "日": "day", "周": "week", "星期": "week"}

_ZH = re.compile(
    r"(?P<before>不超过|不得超过|不晚于|最迟|最晚|最长|限|≤)?\s*"
    r"(?P<amount>\d{1,6}(?:\.\d{1,2})?|[零一二两三四五六七八九十]{1,4}|半)\s*(?P<piece>个)?(?P<half>半)?"
    r"(?P<clock>工作|自然|日历)?(?P<unit>分钟|小时|钟头|天|日|周|星期)(?P<after>之内|以内|内|（含）内)?"
)
_EN = re.compile(
    r"\b(?:(?P<before>within|in\s+at\s+most|no\s+later\s+than|not\s+later\s+than|at\s+most|in\s+less\s+than|up\s+to|no\s+more\s+than)"
    r"\s+)?(?P<amount>\d{1,6}(?:\.\d{1,2})?|half\s+an?|one\s+and\s+a\s+half|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"fifteen|twenty|thirty)[\s-]+(?P<clock>working|business|calendar)?[\s-]*(?P<unit>minute|hour|day|week|min|h)s?\b"
    r"(?P<after>\s+at\s+(?:the\s+)?(?:most|latest))?",
    re.IGNORECASE,
)
_AT_ONCE = {"zh": re.compile(r"即时"), "en": re.compile(r"\bat\s+once\b", re.IGNORECASE)}


@dataclass(frozen=True)
class Duration:
    """A limit in a text: so many of a unit, on a clock (``working``, ``elapsed`` or, if it is not said, empty)."""

    start: int
    end: int
    amount: float
    unit: str
    clock: str

    @property
    def seconds(self) -> float:
        return self.amount * _SECONDS[self.unit]

    def says(self, limit: Limit) -> bool:
        """Tell whether *limit* may be meant. What a text leaves open is not held against it."""
        if not self.amount:
            return limit.amount == 0
        size, is_working = _sizes(limit)
        if self.clock and self.clock != ("working" if is_working else "elapsed"):
            return False
        mine = self.seconds
        if is_working and self.unit == "week":
            mine = self.amount * 5 * 86_400  # five working days
        return abs(mine - size) < 1


def _sizes(limit: Limit) -> tuple[int, bool]:
    """Return a limit in seconds as its unit is called (a day has 24 hours, a working day too), and its clock."""
    unit = limit.unit.removeprefix("working_").removesuffix("s")
    return limit.amount * _SECONDS.get(unit, 0), limit.unit.startswith("working_")


def limits_in(text: str, language: str) -> list[Duration]:
    """Return the limits that *text* names: “within 2 hours”, not the 30 minutes that a pump runs on trial."""
    found = []
    if not any(letter.isdigit() for letter in text) and not _HINT[language].search(text):
        return []
    for match in (_ZH if language == "zh" else _EN).finditer(text):
        if not (match["before"] or match["after"]):
            continue
        amount = _zh_amount(match) if language == "zh" else _en_amount(match["amount"])
        unit = _ZH_UNITS.get(match["unit"]) or _en_unit(match["unit"])
        clock = {"工作": "working", "working": "working", "business": "working", None: ""}.get(
            match["clock"] and match["clock"].lower(), "elapsed"
        )
        if amount:
            found.append(Duration(match.start("amount"), match.end(), amount, unit, clock))
    return found


_HINT = {"zh": re.compile("[内限最]|超过"), "en": re.compile("within|most|latest|later|than", re.IGNORECASE)}


def at_once_in(text: str, language: str) -> Duration | None:
    """Return where *text* says “at once”."""
    match = _AT_ONCE[language].search(text)
    return Duration(match.start(), match.end(), 0, "minute", "") if match else None


def _zh_amount(match: re.Match[str]) -> float:
    words = match["amount"]
    if words == "半":
        amount = 0.5
    elif words[0].isdigit():
        amount = float(words)
    else:
        tens, mark, ones = words.rpartition("十")
        amount = float((_ZH_DIGITS.get(tens[-1:], 1) * 10 if mark else 0) + _ZH_DIGITS.get(ones[-1:], 0))
    return amount + 0.5 if match["half"] else amount


def _en_amount(words: str) -> float:
    plain = " ".join(words.lower().split())
    return _EN_NUMBERS[plain] if plain in _EN_NUMBERS else float(plain)


def _en_unit(words: str) -> str:
    return {"min": "minute", "h": "hour"}.get(words.lower(), words.lower())
