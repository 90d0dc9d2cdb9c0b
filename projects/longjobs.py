"""Kinds of job of the room."""

from projects import longjobs_plan, longjobs_transfer

__all__ = ["longjobs_plan", "longjobs_transfer"]
