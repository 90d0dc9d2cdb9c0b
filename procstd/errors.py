"""What an act says when it refuses."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A refusal written for people: what is wrong and what would help, lazily translated.

    ``field`` names the form field it belongs beside, if any.
    """

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)
