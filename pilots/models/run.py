"""Weekly meetings of a pilot, and what was agreed there (H2.4.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.history import records


class Meeting(models.Model):
    """The minutes of a meeting, in the words of the one who wrote them. Never changed."""

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField(_("Day"))
    people = models.CharField(_("Who was there"), max_length=400)
    text = models.TextField(_("Minutes of the meeting"), max_length=8000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What was written down is not changed; write another entry.")
        super().save(*args, **kwargs)


class Action(models.Model):
    """What somebody will do until a day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField(_("What"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pilot_actions", verbose_name=_("Owner")
    )
    due_on = models.DateField(_("Due"))
    done_at = models.DateTimeField(_("Done"), null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    history = records()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")

    def __str__(self) -> str:
        return self.what

    def is_late(self, on: date) -> bool:
        """Tell whether it should be done by a day and is not."""
        return self.done_at is None and self.due_on < on
