"""How wide text is and where it breaks, without a font at hand: never less than Noto Sans SC takes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Letters that are much narrower or wider than the usual small letter, in ems.
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]{} /-·‐"), frozenset("mwMW@%—…")
#: What must not begin a line, and what must not end one.
_NOT_FIRST, _NOT_LAST = frozenset("，。、；：？！）》」』】”’,.;:?!)%]…"), frozenset("（《「『【“‘([")


@lru_cache(maxsize=4096)
def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if letter in _NARROW:
        return 0.42
    if letter in _WIDE or (unicodedata.east_asian_width(letter) == "A" and not letter.isalpha()):
        return 1.0
    if letter.isdecimal() and letter.isascii():
        return 0.57
    if letter.isupper():
        return 0.76
    return 0.62 if letter.isascii() else 1.0


@lru_cache(maxsize=8192)
def width(text: str, size: float) -> float:
    """Return how wide *text* is at most in letters of *size*."""
    return sum(map(_em, text)) * size


def wrap(text: str, *, within: float, size: float, most: int) -> list[str]:
    """Break *text* into at most *most* lines that fit *within*; what is left over ends in an ellipsis.

    Chinese breaks between any two characters, but not before closing punctuation; other words break at spaces,
    and inside only where one is longer than a line.
    """
    lines: list[str] = []
    line = ""
    for token in _tokens(" ".join(text.split()), within, size):
        if line and width((line + token).rstrip(), size) > within:
            carried = ""
            while len(line) > 1 and (token[0] in _NOT_FIRST or line[-1] in _NOT_LAST) and len(carried) < 3:
                line, carried = line[:-1], line[-1] + carried
                token, carried = carried + token, ""
            lines.append(line.rstrip())
            line = ""
        line += token if line else token.lstrip()
    if line.strip():
        lines.append(line.strip())
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1] + "…", within, size)]
    return [_cut(row, within, size) if width(row, size) > within else row for row in lines if row]


@lru_cache(maxsize=4096)
def balanced(text: str, *, within: float, size: float, most: int) -> tuple[str, ...]:
    """Break *text* as :func:`wrap` does, with lines of like length: no single character on the last one."""
    lines = wrap(text, within=within, size=size, most=most)
    if len(lines) < 2 or lines[-1].endswith("…"):
        return tuple(lines)
    longest = max(width(token, size) for token in _tokens(text, within, size))
    least = max(longest, sum(width(line, size) for line in lines) / len(lines))
    for step in range(8):
        narrower = wrap(text, within=least + (within - least) * step / 8, size=size, most=most)
        if len(narrower) == len(lines) and not narrower[-1].endswith("…"):
            return tuple(narrower)
    return tuple(lines)


def _cut(line: str, within: float, size: float) -> str:
    bare = line.removesuffix("…")
    while bare and width(bare + "…", size) > within:
        bare = bare[:-1]
    return bare.rstrip() + "…"


def _tokens(text: str, within: float, size: float) -> list[str]:
    """Return what may not be broken: a wide letter, a space, a word, or as much of a word as a line holds."""
    found: list[str] = []
    word = ""
    for letter in text:
        alone = letter == " " or unicodedata.east_asian_width(letter) in "WF"
        if alone or width(word + letter, size) > within:
            if word:
                found.append(word)
            word = ""
        if alone:
            found.append(letter)
        else:
            word += letter
            if letter in "-/" and len(word) > 2:
                found.append(word)
                word = ""
    return [*found, word] if word else found
