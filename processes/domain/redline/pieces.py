"""Two texts word by word, Chinese letter by letter: what stayed, what went, what came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "same", "removed", "added"
Piece = tuple[str, str]

#: A letter of Chinese, Japanese or Korean stands alone; other letters and digits make words; so do spaces.
_TOKEN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W\u2e80-\u9fff\uf900-\ufaff]+|\s+|.", re.DOTALL)
#: For texts that are too long to compare word by word.
_SENTENCE = re.compile(r"[^。！？；\n.!?;]+[。！？；\n.!?;]*|[。！？；\n.!?;]+")
#: So many pairs of tokens are compared at most: a tenth of a second.
_MOST_PAIRS = 400_000
#: What stands alone between two changes and is no word is shown with them.
_NO_WORD = re.compile(r"[\s\W]{1,2}")


def pieces(old: str, new: str) -> list[Piece]:
    """Return the pieces in order. What stayed and what went make *old*, what stayed and what came *new*."""
    if old == new:
        return [(SAME, old)] if old else []
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(middle[0]) * len(middle[1]) > _MOST_PAIRS:
        middle = _SENTENCE.findall("".join(middle[0])), _SENTENCE.findall("".join(middle[1]))
    if len(middle[0]) * len(middle[1]) > _MOST_PAIRS:
        compared: list[Piece] = [(REMOVED, "".join(middle[0])), (ADDED, "".join(middle[1]))]
    else:
        compared = list(_compared(*middle))
    whole = [(SAME, "".join(before[:head])), *compared, (SAME, "".join(before[len(before) - tail :]))]
    return list(_joined(_without_islands([piece for piece in whole if piece[1]])))


def _common(one: list[str], other: list[str]) -> int:
    """Return with how many equal tokens both begin."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _compared(before: list[str], after: list[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield SAME, "".join(before[a:b])
        else:
            yield REMOVED, "".join(before[a:b])
            yield ADDED, "".join(after[c:d])


def _without_islands(found: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces; a space or a mark between two changes is part of both."""
    for at, (kind, text) in enumerate(found):
        if kind == SAME and 0 < at < len(found) - 1 and _NO_WORD.fullmatch(text):
            yield REMOVED, text
            yield ADDED, text
        else:
            yield kind, text


def _joined(found: Iterator[Piece]) -> Iterator[Piece]:
    """Yield what went and what came between two pieces that stayed as one piece each."""
    gone = came = ""
    for kind, text in found:
        if kind == REMOVED:
            gone += text
        elif kind == ADDED:
            came += text
        else:
            yield from ((name, part) for name, part in ((REMOVED, gone), (ADDED, came)) if part)
            gone = came = ""
            yield kind, text
    yield from ((name, part) for name, part in ((REMOVED, gone), (ADDED, came)) if part)
