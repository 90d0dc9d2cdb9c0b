"""The guide of a survey's interviews: what is asked in each, in which order (H2.2.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from surveys.models.survey import Survey


class GuideQuestion(models.Model):
    """A question of the guide. What was answered keeps its own words of the question."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="guide")
    position = models.PositiveSmallIntegerField()
    text_zh = models.CharField(_("Question in Chinese"), max_length=300, blank=True)
    text_en = models.CharField(_("Question in English"), max_length=300, blank=True)

    text = Bilingual("text")
    history = records()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("question of the guide")
        verbose_name_plural = _("questions of the guide")
        constraints = [
            models.CheckConstraint(condition=~models.Q(text_zh="", text_en=""), name="surveys_guide_has_a_text")
        ]

    def __str__(self) -> str:
        return str(self.text)
