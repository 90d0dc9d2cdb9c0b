"""Content that people write has two columns and one reading name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, override

#: The column suffix of each language of the product.
SUFFIXES = {"zh-hans": "zh", "en": "en"}


def suffix() -> str:
    """Return the column suffix of the language in force: ``zh`` or ``en``."""
    return SUFFIXES.get(get_language() or "", "en")


class Bilingual:
    """Read ``title_zh`` or ``title_en`` as ``title``, by the language in force.

    An empty text falls back to the other language: a half-translated page shows something.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        first = suffix()
        second = "zh" if first == "en" else "en"
        return getattr(instance, f"{self.name}_{first}") or getattr(instance, f"{self.name}_{second}")


def in_each_language(text: str | Promise | Callable[[], str]) -> dict[str, str]:
    """Return ``{"zh": …, "en": …}`` of a lazily translated text, to be stored in two columns."""
    texts = {}
    for language, column in SUFFIXES.items():
        with override(language):
            texts[column] = str(text() if callable(text) and not isinstance(text, Promise) else text)
    return texts


def filled(text: Promise, **facts: Any) -> Promise:
    """Return *text* with its places filled in, still to be read in any language: ``%`` would choose one now."""
    return _filled(text, facts)


_filled = lazy(lambda text, facts: str(text) % facts, str)
