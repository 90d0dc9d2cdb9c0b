"""An interview 访谈: one to one with a key post: real steps, durations, difficulties (H2.2.1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from surveys.models.survey import Survey


class Interview(models.Model):
    """What one person told."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="interviews")
    who = models.CharField(_("With whom"), max_length=120)
    post = models.ForeignKey(
        "organisation.Post", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Post")
    )
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, related_name="+")
    held_on = models.DateField(_("Day"))
    notes = models.TextField(_("Notes"), blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    history = records()

    class Meta:
        ordering = ["held_on", "pk"]
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")

    def __str__(self) -> str:
        return self.who


class ToldStep(models.Model):
    """A step as it was told, and how long it takes."""

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(_("Step"), max_length=200)
    minutes = models.PositiveIntegerField(_("Minutes"), null=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.what


class InterviewAnswer(models.Model):
    """What was answered to a question of the guide, with the question in the words in which it was asked."""

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    asked_zh = models.CharField(max_length=300, blank=True)
    asked_en = models.CharField(max_length=300, blank=True)
    text = models.TextField(_("Answer"))

    asked = Bilingual("asked")

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("answer of an interview")
        verbose_name_plural = _("answers of an interview")

    def __str__(self) -> str:
        return str(self.asked)
