"""The lists of vague words, read once: ``words/zh.tsv`` and ``words/en.tsv``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Entry:
    """Words that are vague where *pattern* matches. *triggers* are looked for first, which is fast."""

    triggers: tuple[str, ...]
    kind: str
    question: str
    pattern: re.Pattern[str]

    def may_match(self, lowered: str) -> bool:
        """Tell whether a text, in small letters, has one of the triggers."""
        for trigger in self.triggers:  # noqa: SIM110  (a generator costs twice as much, a hundred times a text)
            if trigger in lowered:
                return True
        return False


@lru_cache
def entries(language: str) -> tuple[Entry, ...]:
    """Return the entries for a language, ``zh`` or ``en``."""
    macros: dict[str, str] = {}
    found = []
    for line in (_FOLDER / f"{language}.tsv").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words, *rest = line.split("\t")
        if words.startswith("@"):
            macros[words[1:]] = rest[0]
            continue
        kind, question, *context = rest
        triggers = tuple(words.split("|"))
        pattern = context[0] if context else _plain(triggers, language)
        for name, text in macros.items():
            pattern = pattern.replace(f"{{{name}}}", text)
        found.append(Entry(triggers, kind, question, re.compile(pattern, re.IGNORECASE)))
    return tuple(found)


def _plain(words: tuple[str, ...], language: str) -> str:
    text = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return text if language == "zh" else rf"\b(?:{text})\b"
