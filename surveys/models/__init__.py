"""What is found out about a process as it is today."""

from surveys.models.survey import Survey

__all__ = ["Survey"]
