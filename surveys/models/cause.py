"""Why a pain point is there: 5-Whys 5Why分析法 as a tree (H2.2.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records

#: Five whys: a chain is at most so deep.
DEEPEST = 5


class Cause(models.Model):
    """An answer to “why?”: of the pain point itself, or of the cause above it. The last one can be acted on."""

    pain = models.ForeignKey("surveys.Pain", on_delete=models.CASCADE, related_name="causes")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    text_zh = models.CharField(_("Cause in Chinese"), max_length=300, blank=True)
    text_en = models.CharField(_("Cause in English"), max_length=300, blank=True)
    is_actionable = models.BooleanField(_("Can be acted on"), default=False)

    text = Bilingual("text")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        constraints = [models.CheckConstraint(condition=~Q(text_zh="", text_en=""), name="cause_has_a_text")]

    def __str__(self) -> str:
        return self.text
