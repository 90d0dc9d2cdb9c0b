"""Words as the search index sees them: Chinese in pairs of characters, other words in small letters.

Every token is ASCII letters and digits, whatever was written: so an index needs no word lists and no
locale, both databases cut texts in the same way, and nothing that people type is ever an operator of a
query language. A run of Chinese gives each pair, and its last character alone: a single character is found
as the beginning of a token. Of other words the beginning finds them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: Letters of one word that count.
_LETTERS = 60
#: Words and runs of a question that count.
MOST_TERMS = 12
_CHINESE = (
    (0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip


@dataclass(frozen=True)
class Term:
    """What is looked for: a run of tokens that follow each other, or the beginning of one."""

    words: str
    tokens: tuple[str, ...]
    is_beginning: bool

    def pairs(self) -> list[Term]:
        """Return the pairs of a Chinese run as terms of their own; another word is itself."""
        if self.is_beginning:
            return [self]
        return [Term(self.words[n : n + 2], (token,), is_beginning=False) for n, token in enumerate(self.tokens)]


@lru_cache(maxsize=8192)
def _folded(letter: str) -> tuple[bool, str]:
    """Return whether a character is Chinese, and its small letters without accents; an empty text parts words."""
    found = ""
    for small in unicodedata.normalize("NFKC", letter).casefold():
        if any(first <= ord(small) <= last for first, last in _CHINESE):
            return True, small
        found += "".join(part for part in unicodedata.normalize("NFKD", small) if part.isalnum())
    return False, found


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    """Yield runs of Chinese characters and words of other letters, folded."""
    run, chinese = "", False
    for letter in text:
        is_chinese, small = _folded(letter)
        if run and (not small or is_chinese != chinese):
            yield chinese, run
            run = ""
        if small:
            run, chinese = run + small, is_chinese
    if run:
        yield chinese, run


def _code(letters: str) -> str:
    return "z" + "".join(f"{ord(letter):05x}" for letter in letters)


def _word(letters: str) -> str:
    return "w" + "".join(one if one.isascii() else f"x{ord(one):05x}" for one in letters[:_LETTERS])


def index_words(*texts: str) -> str:
    """Return the tokens of texts, parted by spaces, for an index to keep."""
    tokens: list[str] = []
    for text in texts:
        for chinese, run in _runs(text):
            if chinese:
                tokens += [_code(run[n : n + 2]) for n in range(len(run))]
            else:
                tokens.append(_word(run))
    return " ".join(tokens)


def terms_of(question: str) -> list[Term]:
    """Return what a question looks for, each once, at most twelve."""
    found: dict[str, Term] = {}
    for chinese, run in _runs(question):
        if not chinese:
            term = Term(run[:_LETTERS], (_word(run),), is_beginning=True)
        elif len(run) == 1:
            term = Term(run, (_code(run),), is_beginning=True)
        else:
            term = Term(run, tuple(_code(run[n : n + 2]) for n in range(len(run) - 1)), is_beginning=False)
        found.setdefault(run, term)
    return list(found.values())[:MOST_TERMS]


def marked(text: str, terms: Sequence[Term], *, most: int | None = None) -> list[tuple[str, bool]]:
    """Return *text* in pieces, each with whether it was looked for; *most* characters around the first of them."""
    spans = _spans(text, terms)
    start, end = 0, len(text)
    if most is not None and end > most:
        first = spans[0][0] if spans else 0
        start = max(0, min(first - most // 4, end - most))
        end = start + most
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    last = start
    for begin, until in spans:
        begin, until = max(begin, last), min(until, end)
        if begin < until:
            pieces += [(text[last:begin], False), (text[begin:until], True)]
            last = until
    pieces.append((text[last:end], False))
    if end < len(text):
        pieces.append(("…", False))
    return [piece for piece in pieces if piece[0]]


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return where terms stand in *text*, in order, none within another."""
    folded, places, kinds = "", [], []
    for place, letter in enumerate(text):
        chinese, small = _folded(letter)
        for one in small or " ":
            folded += one
            places.append(place)
            kinds.append("c" if chinese else "w" if small else " ")
    found = []
    for term in terms:
        at = folded.find(term.words)
        while at >= 0:
            if kinds[at] == "c" or at == 0 or kinds[at - 1] != "w":
                found.append((places[at], places[at + len(term.words) - 1] + 1))
            at = folded.find(term.words, at + 1)
    found.sort(key=lambda span: (span[0], -span[1]))
    kept: list[tuple[int, int]] = []
    for span in found:
        if kept and span[0] < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], span[1]))
        else:
            kept.append(span)
    return kept
