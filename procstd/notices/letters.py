"""The table of letters: what people outside are mailed. Each room registers its own in its module `notices`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Letter:
    """A mail to somebody who has no account here, in HTML and text."""

    address: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter: its name in the database, what people call it, and who writes it.

    The writer is named by its dotted path, since it stands above the table. It is asked whenever the letter is
    sent, so that neither an address nor a secret link is kept with the delivery; None says that nobody needs it.
    """

    name: str
    title: str | Promise
    writer: str

    def write(self, about: str) -> Letter | None:
        """Return the letter about what the room calls *about*."""
        writer: Callable[[str], Letter | None] = import_string(self.writer)
        return writer(about)


_kinds: dict[str, LetterKind] = {}


def letter(name: str, title: str | Promise, writer: str) -> LetterKind:
    """Register a kind of letter and return it."""
    made = LetterKind(name, title, writer)
    if _kinds.setdefault(name, made).writer != writer:
        raise ValueError(f"Two kinds of letter are named {name!r}.")
    return made


def letter_named(name: str) -> LetterKind | None:
    """Return the kind of that name, or None: a later version may have dropped it."""
    return _kinds.get(name)
