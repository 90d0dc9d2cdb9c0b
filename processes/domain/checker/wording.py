"""Vague wording (F14, H4.2, H4.3): words that leave open who, when, how much or on which condition.

A word is vague in a place, not by itself: “in time” beside a number of hours is not, “relevant to the claim” is
not, a word that the glossary explains is not, nor what stands between quotation marks. The lists in ``words/`` say
where; this module knows fields, sentences and what explains a word beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from processes.domain.checker.wordlists import entries

#: In what a field may be vague. A purpose states an aim, an example shows one case, titles and posts name who.
_ALL = frozenset({"who", "act", "time", "degree", "condition", "list", "which", "rule"})
_KINDS = {
    "purpose": frozenset({"who", "list"}),
    "example": frozenset[str](),
    "title": frozenset({"who", "act", "time", "degree", "condition"}),
    "post": frozenset({"who"}),
}
#: These are said with a number beside them: then they only stress it.
_BY_TIME = frozenset({"time"})
_BY_NUMBER = frozenset({"degree"})

_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
#: A sentence of English ends at a full stop before a capital; “e.g.”, “No. 5” and “1.5” do not end one.
_SENTENCE_EN = re.compile(r"(?:[^.;!?\n]|\.(?!\s+[A-Z]|\s*$))+")
_CLAUSE = re.compile(r"[^，,。；;！？!?\n]+")
_NUMERAL = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百半])"
_TIME = {
    "zh": re.compile(
        rf"{_NUMERAL}\s*个?半?(?:工作|自然|日历)?(?:分钟|小时|钟头|天|日|周|星期|个?月|季度|年)|"
        rf"每(?:个?工作|自然)?(?:[天日周月季年班次旬]|季度|半年|半月|两|隔|{_NUMERAL})|"
        r"当[日天周月班年](?!地)|次[日月周]|同日|同一天|[周星期][一二三四五六日天]|\d{1,2}[:：]\d\d|下班前|月[初末底]|季[初末]|年[初末底]|周末前"
    ),
    "en": re.compile(
        r"\b(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|half\s+an?|an?)"
        r"[\s-]+(?:working[\s-]+|business[\s-]+|calendar[\s-]+)?(?:minute|hour|day|week|fortnight|month|quarter|year)s?\b|"
        r"\b(?:daily|weekly|fortnightly|monthly|quarterly|half-yearly|yearly|annually|hourly|twice|once\s+an?)\b|"
        r"\b(?:every|each)\s+(?:\w+\s+)?(?:minute|hour|day|week|month|quarter|year|monday|tuesday|wednesday|thursday|friday"
        r"|morning|evening|shift|hours|days|weeks|months)\b|\b\d{1,2}[:.]\d\d\b|\bsame\s+(?:working\s+|business\s+)?day\b|"
        r"\bnext\s+(?:working\s+|business\s+)?day\b|\b(?:by|before|until)\s+(?:the\s+)?\d+(?:st|nd|rd|th)?\b|\bend\s+of\s+(?:the\s+)?"
        r"(?:day|week|month|quarter|shift|year)\b|\b(?:by|on|before)\s+(?:monday|tuesday|wednesday|thursday|friday)\b",
        re.IGNORECASE,
    ),
}
_NUMBER = re.compile(
    r"\d|[一二两三四五六七八九十百千万](?:元|%|％|万|倍|成|[个家名份件次条]|人)|百分之|\b(?:per\s?cent|one|two|three|five|ten)\b"
)
#: What directly follows and explains: “relevant departments (quality, production)”, “the following documents: …”.
_EXPLAINED = re.compile(
    r"\s*[（(]\s*(?!如|例如|比如|e\.g|必要|视|需|etc|if\b|as\b|see\s+below)[^）)]{2,}[）)]|\s*(?:[:：]|——|—|包括(?!但)|即(?!可|时)|是指|指的?是)\s*\S"
)
_QUOTED = re.compile(
    r"“[^”\n]{1,40}”|「[^」\n]{1,40}」|《[^》\n]{1,60}》|‘[^’\n]{1,40}’|\"[^\"\n]{1,40}\"|【[^】\n]{1,40}】|『[^』\n]{1,40}』"
)
#: In a field's help a list after “such as” gives examples of what to write.
_EXAMPLES = re.compile(
    r"(?:例如|比如|譬如|诸如|如[:：]?(?!有|果|需|若|遇|何|期|实)|示例|\be\.g\.|\bfor\s+(?:example|instance)|\bsuch\s+as)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Vague:
    """Vague words in a text, from *start* to *end*, and the key of the question that they raise."""

    start: int
    end: int
    kind: str
    question: str


class Known:
    """What is not vague in one language whatever words it has: glossary terms, and names of forms."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        words = sorted({term.strip() for term in terms if term.strip()}, key=len, reverse=True)
        plain = "|".join(map(re.escape, words))
        self._pattern = re.compile(rf"(?:{plain})(?:s\b)?", re.IGNORECASE) if words else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in self._pattern.finditer(text)] if self._pattern else []


_NOTHING = Known()


def vague_in(text: str, language: str, field: str, known: Known = _NOTHING) -> list[Vague]:
    """Return the vague words of *text*, which stands in *field*, without its language, as ``operation``."""
    kinds = _KINDS.get(field, _ALL)
    if not kinds or not text.strip():
        return []
    lowered = text.lower()
    found: list[Vague] = []
    safe: list[tuple[int, int]] | None = None
    for entry in entries(language):
        if entry.kind not in kinds or not entry.may_match(lowered):
            continue
        for match in entry.pattern.finditer(text):
            start, end = match.span("w" if match.re.groupindex and match["w"] else 0)
            if safe is None:
                safe = [*(quote.span() for quote in _QUOTED.finditer(text)), *known.spans(text)]
            inside = any(first <= start and end <= last for first, last in safe)
            if not inside and end > start and not _is_settled(text, language, field, entry.kind, start, end):
                found.append(Vague(start, end, entry.kind, entry.question))
    return list(_without_overlaps(found))


def _is_settled(text: str, language: str, field: str, kind: str, start: int, end: int) -> bool:
    """Tell whether what stands beside the words settles what they leave open."""
    if kind != "act" and _EXPLAINED.match(text, end):
        return True
    if kind in ("which", "who") and _is_related(text, start, end):
        return True
    if kind in _BY_TIME and _TIME[language].search(_around(text, start, _sentence(language))):
        return True
    if kind in _BY_NUMBER and _is_measured(text, start, end):
        return True
    return kind == "list" and field == "help" and bool(_EXAMPLES.search(_around(text, start, _sentence(language))))


def _is_related(text: str, start: int, end: int) -> bool:
    """Tell whether the words say to what they are related: “与该订单相关的发票”."""
    words = text[start:end]
    return words.startswith(("相关的", "有关的")) and bool(_RELATED.search(text[max(start - 20, 0) : start]))


#: With whom something is related, straight before “相关的”; no other act between.
_RELATED = re.compile(r"(?:与|和|跟|同)[^，。；、由后并将报向请经]{1,15}$")


def _is_measured(text: str, start: int, end: int) -> bool:
    """Tell whether a number stands in the same clause. “About 3 days” has one too, and is vague all the same."""
    words = text[start:end].strip().lower()
    if words in _ABOUT or words.startswith(("in principle", "原则", "基本", "一般")):
        return False
    return bool(_NUMBER.search(_around(text, start, _CLAUSE)))


_ABOUT = frozenset({
    "约", "大约", "大概", "大致", "左右", "上下", "将近", "接近", "若干", "尽量", "尽可能", "力争", "力求", "酌情",
    "about", "around", "approximately", "approx.", "approx", "roughly", "circa", "nearly", "almost", "some", "or so",
    "more or less", "generally", "normally", "usually", "typically", "preferably", "as a rule", "several", "a few",
})  # fmt: skip


def _sentence(language: str) -> re.Pattern[str]:
    return _SENTENCE if language == "zh" else _SENTENCE_EN


def _around(text: str, at: int, piece: re.Pattern[str]) -> str:
    """Return the piece of *text* (a sentence, a clause) in which the position *at* lies."""
    return next((match[0] for match in piece.finditer(text) if match.start() <= at < match.end()), text)


def sentence_around(text: str, at: int, language: str) -> tuple[int, int]:
    """Return from where to where the sentence around *at* goes."""
    for match in _sentence(language).finditer(text):
        if match.start() <= at < match.end():
            return match.span()
    return 0, len(text)


def _without_overlaps(found: list[Vague]) -> Iterator[Vague]:
    """Yield what was found in order; of what overlaps, the longest."""
    last = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= last:
            yield one
            last = one.end
