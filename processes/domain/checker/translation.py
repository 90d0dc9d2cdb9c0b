"""Whether both languages say the same where that can be told: the same numbers, the same posts (F36).

Colleagues read the one or the other and must do the same. A number written as a word in one language and in figures in
the other is the same number; what stands in words in both is not judged: 一 is in many words that count nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.checker.durations import limits_in
from processes.domain.checker.findings import Facts, Finding
from processes.domain.checker.texts import LANGUAGES, Text, excerpt_around, texts_of
from processes.domain.standard import Standard, Words

_FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_TIMES = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}
_ENGLISH = re.compile(r"[a-z]+")
_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
_MONTHS = "january february march april may june july august september october november december"
_ENGLISH_WORDS = {
    **{word: Decimal(number) for number, word in enumerate(_COUNTED.split())},
    **{month: Decimal(number) for number, month in enumerate(_MONTHS.split(), 1)},
    **{word: Decimal(1) for word in ("a", "an", "single", "once", "first", "every", "each")},
    "twice": Decimal(2), "second": Decimal(2), "both": Decimal(2), "third": Decimal(3), "fifteen": Decimal(15),
    "twenty": Decimal(20), "thirty": Decimal(30), "hundred": Decimal(100), "thousand": Decimal(1000),
    "half": Decimal("0.5"),
}  # fmt: skip
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万半]+")
_CHINESE_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_WHY = _("Whoever reads the other language works by another number or leaves the work to another post (H2.5.3).")


def differing_languages(standard: Standard, facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each number, and each post, that a text names in one of its languages only."""
    posts = _posts(standard)
    for text in texts_of(standard):
        if not text.words.zh.strip() or not text.words.en.strip() or text.name == "post":
            continue
        yield from _numbers(text)
        yield from _named(text, posts)


def _posts(standard: Standard) -> list[Words]:
    """Return the posts whose names cannot be taken for other words: “owner” can, “service agent” cannot."""
    found = [place.name for step in standard.steps for places in step.posts.values() for place in places]
    found += [row.post for row in standard.responsibilities if row.post]
    return list({(name.zh, name.en): name for name in found if _is_distinct(name)}.values())


def _is_distinct(name: Words) -> bool:
    return len(name.zh) > 2 and not re.search("[a-z]", name.zh) and " " in name.en


def _numbers(text: Text) -> Iterator[Finding]:
    said = {language: _figures(getattr(text.words, language), language) for language in LANGUAGES}
    worded = {language: _worded(getattr(text.words, language), language) for language in LANGUAGES}
    spans = {language: limits_in(getattr(text.words, language), language) for language in LANGUAGES}
    if {span.seconds for span in spans["zh"]} == {span.seconds for span in spans["en"]}:
        # One day and 24 hours are the same limit.
        for language in LANGUAGES:
            said[language] = {
                number: match
                for number, match in said[language].items()
                if not any(span.start <= match.start() < span.end for span in spans[language])
            }
    for language, other in (("zh", "en"), ("en", "zh")):
        known = worded[other] | set(_figures(getattr(text.words, other), other))
        for number, match in said[language].items():
            if number not in known:
                message = _("The number %(number)s stands in one language only.")
                yield _finding("translation.numbers", text, language, match.start(), len(match[0]), message, match[0])


def _figures(words: str, language: str) -> dict[Decimal, re.Match[str]]:
    """Return the numbers written in figures, each with where it stands first."""
    found: dict[Decimal, re.Match[str]] = {}
    for match in _FIGURES.finditer(words):
        number = Decimal(match[0].replace(",", ""))
        if language == "zh":
            number *= _TIMES.get(words[match.end() : match.end() + 2].strip()[:1], 1)
        found.setdefault(number.normalize(), match)
    return found


def _worded(words: str, language: str) -> set[Decimal]:
    """Return the numbers that words can stand for; generous, because they only ever excuse."""
    if language == "en":
        return {_ENGLISH_WORDS[word] for word in _ENGLISH.findall(words.lower()) if word in _ENGLISH_WORDS}
    return {number for match in _CHINESE.findall(words) for number in _chinese(match)}


def _chinese(written: str) -> set[Decimal]:
    """Return what a numeral in characters stands for, up to 99 and round numbers; and its single digits."""
    found = {Decimal(_CHINESE_DIGITS[digit]) for digit in written if digit in _CHINESE_DIGITS}
    if "半" in written:
        found.add(Decimal("0.5"))
    if "十" in written:
        tens, _ten, ones = written.partition("十")
        found.add(Decimal(_CHINESE_DIGITS.get(tens[-1:], 1) * 10 + _CHINESE_DIGITS.get(ones[:1], 0)))
    for unit, times in _TIMES.items():
        if unit in written:
            found.add(Decimal(_CHINESE_DIGITS.get(written.partition(unit)[0][-1:], 1) * times))
    return found


def _named(text: Text, posts: list[Words]) -> Iterator[Finding]:
    for post in posts:
        at = {language: _mention(getattr(text.words, language), getattr(post, language)) for language in LANGUAGES}
        for language, other in (("zh", "en"), ("en", "zh")):
            name = getattr(post, language)
            if at[language] >= 0 and not _is_meant(getattr(text.words, other), getattr(post, other)):
                message = _("“%(name)s” is named in one language only.")
                yield _finding("translation.posts", text, language, at[language], len(name), message, name)


def _mention(words: str, name: str) -> int:
    """Return where a post is named, or -1."""
    found = re.search(rf"(?<![a-z]){re.escape(name)}", words, re.IGNORECASE)
    return found.start() if found else -1


def _is_meant(words: str, name: str) -> bool:
    """Tell whether a post is named, or by the last part of its name alone: “the supervisor”, 主管."""
    short = name.split()[-1] if name.isascii() else name[-2:]
    return short.lower() in words.lower()


def _finding(rule: str, text: Text, language: str, at: int, length: int, message: Any, name: str) -> Finding:
    words: str = getattr(text.words, language)
    first, last = excerpt_around(words, at, language)
    return Finding(
        rule, text.place, message % {"number": name, "name": name}, text.field_in(language), why=_WHY,
        proposal=_("Which language is right? Write the same in both."), language=language, excerpt=words[first:last],
        start=at - first, end=min(at + length, last) - first, offset=first,
    )  # fmt: skip
