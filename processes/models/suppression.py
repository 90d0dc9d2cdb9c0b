"""What the checker found and somebody judged to be right as it stands (F14)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.history import records

#: How much of a text a finding quotes.
EXCERPT_MOST = 300


class Suppression(models.Model):
    """A finding that stays quiet, with the reason; it holds while the same words stand in the same place."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="suppressions")
    rule = models.CharField(max_length=40)
    place = models.CharField(max_length=60)
    field = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=120, blank=True, help_text="the words that were found")
    excerpt = models.CharField(max_length=EXCERPT_MOST, blank=True, help_text="the sentence, or what it is about")
    reason = models.CharField(_("Reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("suppressed finding")
        verbose_name_plural = _("suppressed findings")

    def __str__(self) -> str:
        return f"{self.rule} {self.place}"
