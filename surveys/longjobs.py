"""Kinds of job of the room."""

from surveys import longjobs_diagnosis

__all__ = ["longjobs_diagnosis"]
