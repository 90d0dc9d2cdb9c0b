"""What a version brought (F81): its cases against those of the version before it, some weeks after it took effect."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class Effect(models.Model):
    """Figures of the weeks before and after a version, with intervals. Written once."""

    definition = models.OneToOneField("processes.Definition", on_delete=models.PROTECT, related_name="effect")
    before = models.ForeignKey("processes.Definition", on_delete=models.PROTECT, related_name="+")
    weeks = models.PositiveSmallIntegerField()
    content = models.TextField(help_text="canonical JSON: a row for each indicator")
    sha256 = models.CharField(max_length=64)
    measured_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.definition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("An effect is measured once.")
        super().save(*args, **kwargs)

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.content))
