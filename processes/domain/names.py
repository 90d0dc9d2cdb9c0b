"""Find what a person calls by its code, or by its name in Chinese or English: a post, a form, a unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError

Found = TypeVar("Found")


def folded(text: str) -> str:
    """Return *text* as it is compared: spaces and case do not matter."""
    return " ".join(text.split()).casefold()


class Names(Generic[Found]):
    """Things by all their names. What has no name here, or a name that several have, is refused in words."""

    def __init__(self, named: Iterable[tuple[Found, Iterable[str]]], *, unknown: Any, several: Any) -> None:
        self._known: dict[str, list[Found]] = {}
        self._unknown, self._several = unknown, several
        for found, names in named:
            for name in {folded(name) for name in names if name}:
                self._known.setdefault(name, []).append(found)

    def __contains__(self, text: str) -> bool:
        return folded(text) in self._known

    def find(self, text: str) -> Found:
        """Return what is called so. Raises ValidationError."""
        found = self._known.get(folded(text), [])
        if not found:
            raise ValidationError(self._unknown % {"name": text.strip()[:60]})
        if len(found) > 1:
            raise ValidationError(self._several % {"name": text.strip()[:60]})
        return found[0]
