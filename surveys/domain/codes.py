"""Codes for one anonymous answer, as paper has them and as people type them (A7)."""

from __future__ import annotations

import unicodedata

#: A code is made of 0 to 9 and a to f: what looks like one of them is meant as it.
_MEANT = str.maketrans({"o": "0", "l": "1", "i": "1", "s": "5", "g": "9", "z": "2"})


def written_code(code: str) -> str:
    """Return a code in groups of four, as it is printed."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


def read_code(text: str) -> str:
    """Return the code that somebody typed: full-width letters, groups, dashes and capitals make no difference."""
    typed = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in typed if sign.isascii() and sign.isalnum()).translate(_MEANT)
