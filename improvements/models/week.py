"""The figures of a process in one week, kept so that nobody has to read a year of cases every week."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class WeekFigures(models.Model):
    """What the cases that were closed in a week say, as it was known when the week was over. Written once."""

    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="weeks")
    monday = models.DateField()
    content = models.TextField(help_text="canonical JSON of improvements.queries.weeks.Week")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["process", "monday"]
        constraints = [models.UniqueConstraint(fields=["process", "monday"], name="one_row_per_process_and_week")]

    def __str__(self) -> str:
        return f"{self.process} {self.monday}"

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.content))
