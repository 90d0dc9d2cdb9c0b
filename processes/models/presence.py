"""Who has a draft open in the editor, in which cell; and the answer to the last thing that window sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

#: Whoever has not been heard of for so long has left.
GONE_AFTER = timedelta(seconds=30)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def present(self, at: datetime) -> PresenceQuerySet:
        """Those who are in the draft at that moment."""
        return self.filter(seen_at__gt=at - GONE_AFTER)


class Presence(models.Model):
    """One window of the editor. No history: it says where somebody is, not what was done."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    window = models.CharField(max_length=32)
    cell = models.CharField(max_length=80, blank=True)
    seen_at = models.DateTimeField()
    #: The last batch of operations from this window: sent again after a lost answer, it is not applied again.
    batch = models.CharField(max_length=32, blank=True)
    answer = models.JSONField(default=dict, blank=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["revision", "person", "window"], name="one_presence_per_window")]

    def __str__(self) -> str:
        return f"{self.person} {self.cell}"
