"""Why a version differs from the one before it (F28): each change with where it came from and what it should bring."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models.signing import REMARK_MOST
from procstd.bilingual import Bilingual
from procstd.history import records

#: How a reference is written, as AF-2026-003.
CODE_MOST = 60


class Origin(models.TextChoices):
    """Where a change came from."""

    COMMENT = "comment", _("Review comment")
    PAIN_POINT = "pain_point", _("Pain point")
    SUGGESTION = "suggestion", _("Suggestion")
    AUDIT = "audit", _("Audit finding")
    INCIDENT = "incident", _("Incident")
    LAW = "law", _("Law or regulation")
    OTHER = "other", _("Other")


class Change(models.Model):
    """Something that a revision changes, why, and to what effect. It explains differences, or stands for itself.

    Nothing here is part of the definition: what is explained, or explained better, voids no signature.
    """

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="changes")
    anchors = models.JSONField(default=list, help_text="the differences that it explains, as step:s4/limit")
    text_zh = models.CharField(_("What changes, in Chinese"), max_length=500, blank=True)
    text_en = models.CharField(_("What changes, in English"), max_length=500, blank=True)
    origin = models.CharField(_("Origin"), max_length=12, choices=Origin)
    origin_code = models.CharField(
        _("Reference"), max_length=CODE_MOST, blank=True, help_text=_("Number of the finding, suggestion or law.")
    )
    origin_text = models.TextField(_("What it says"), max_length=REMARK_MOST, blank=True)
    effect = models.TextField(_("Expected effect"), max_length=REMARK_MOST)
    indicator = models.CharField(_("Indicator"), max_length=120, blank=True)
    figure = models.CharField(_("Figure"), max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    text = Bilingual("text")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change with its origin")
        verbose_name_plural = _("changes with their origins")

    def __str__(self) -> str:
        return " ".join(filter(None, [self.text, self.get_origin_display(), self.origin_code]))
