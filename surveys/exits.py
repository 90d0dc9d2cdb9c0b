"""What the room says at projects' gates."""

from surveys import exits_diagnosis

__all__ = ["exits_diagnosis"]
