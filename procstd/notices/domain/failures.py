"""How a delivery can fail, told by how it goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from procstd.errors import DomainError


class Failure(DomainError):
    """It did not work this time: the delivery backs off."""


class Broken(Failure):
    """The mail server or the robot does not answer: nothing else needs to be tried there now."""


class Hopeless(Failure):
    """It will never work as it is: the delivery is parked at once."""


class Later(Exception):
    """Nothing is wrong, but it must wait; no attempt is counted."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def brief(text: Any) -> str:
    """Return what another machine said, in one line, short enough to be kept."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:160]
