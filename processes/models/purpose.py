"""Why a step is there (H4.1): the pain points that the survey named, and which step answers which."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models.step import LONG_TEXT_MOST
from procstd.bilingual import Bilingual
from procstd.history import records


class PainPoint(models.Model):
    """A concrete problem of a process as it is; it stays with the process from one revision to the next."""

    process = models.ForeignKey("processes.Process", on_delete=models.CASCADE, related_name="pain_points")
    key = models.CharField(max_length=8, help_text="p1, p2, …: stable within the process")
    text_zh = models.CharField(_("Pain point in Chinese"), max_length=300)
    text_en = models.CharField(_("Pain point in English"), max_length=300)
    evidence_zh = models.TextField(_("Evidence in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    evidence_en = models.TextField(_("Evidence in English"), max_length=LONG_TEXT_MOST, blank=True)

    text, evidence = Bilingual("text"), Bilingual("evidence")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pain point")
        verbose_name_plural = _("pain points")
        constraints = [models.UniqueConstraint(fields=["process", "key"], name="one_pain_point_per_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.text}"


class Answer(models.Model):
    """A step answers a pain point: without the one the other would not be needed."""

    step = models.ForeignKey("processes.Step", on_delete=models.CASCADE, related_name="answers")
    # What a standard answers is not thrown away while any of its revisions says so.
    pain_point = models.ForeignKey(PainPoint, on_delete=models.PROTECT, related_name="answers")

    history = records()

    class Meta:
        ordering = ["pain_point", "pk"]
        constraints = [models.UniqueConstraint(fields=["step", "pain_point"], name="one_answer_per_pain_point")]

    def __str__(self) -> str:
        return f"{self.step} ({self.pain_point.key})"
