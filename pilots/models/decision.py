"""What the leader decides by the figures: go, extend, stop (F42). Append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.models.signing import Signed


class Way(models.TextChoices):
    """How a pilot goes on."""

    GO = "go", _("Go")
    EXTEND = "extend", _("Extend")
    STOP = "stop", _("Stop")


class Decision(Signed):
    """A decision with its reason, and the figures that were on the table. Go and stop are decided once."""

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.PROTECT, related_name="decisions")
    way = models.CharField(_("Decision of the leader"), max_length=6, choices=Way)
    reason = models.TextField(_("Reason"), max_length=2000)
    period_until = models.DateField(_("Until"), null=True, help_text="the new end, where it is extended")
    content = models.TextField(help_text="canonical JSON: figures and verdicts as they stood")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("decision about a pilot")
        verbose_name_plural = _("decisions about pilots")
        constraints = [
            models.UniqueConstraint(fields=["pilot"], condition=~Q(way="extend"), name="one_end_per_pilot"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()}: {self.name}"
