"""When each sweep last came through."""

from django.db import models


class Beat(models.Model):
    """One row per sweep: how often it should run, when it last did, and its last error."""

    name = models.CharField(max_length=40, unique=True)
    every_seconds = models.PositiveIntegerField()
    swept_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
