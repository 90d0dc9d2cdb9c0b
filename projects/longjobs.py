"""Kinds of job of the room."""

from projects import longjobs_plan

__all__ = ["longjobs_plan"]
