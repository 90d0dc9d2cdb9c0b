"""Scope: candidate processes, their scores, rankings that are kept, the choice that is signed (H2.1.2)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models.signing import Signed
from procstd.bilingual import Bilingual
from procstd.history import records

#: The four dimensions, in their order, with what each asks.
DIMENSIONS = {
    "frequency": _("Frequency of the problem"),
    "reach": _("Reach"),
    "difficulty": _("Ease of improvement"),
    "fit": _("Strategic fit"),
}


def _score(label: Any) -> Any:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(1), MaxValueValidator(5)])


def _reason(label: Any) -> Any:
    return models.CharField(label, max_length=300)


class Candidate(models.Model):
    """A process that could be standardized, scored from 1 to 5 with a reason for each score."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="candidates")
    process = models.ForeignKey(
        "processes.Process", on_delete=models.PROTECT, related_name="candidacies", verbose_name=_("Process")
    )
    frequency = _score(_("Frequency of the problem"))
    reach = _score(_("Reach"))
    difficulty = _score(_("Ease of improvement"))
    fit = _score(_("Strategic fit"))
    why_frequency = _reason(_("Why this frequency"))
    why_reach = _reason(_("Why this reach"))
    why_difficulty = _reason(_("Why this ease"))
    why_fit = _reason(_("Why this fit"))
    is_chosen = models.BooleanField(_("Chosen"), default=False)

    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [models.UniqueConstraint(fields=["project", "process"], name="one_candidacy_per_process")]

    def __str__(self) -> str:
        return str(self.process)

    @property
    def scores(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in DIMENSIONS}

    @property
    def reasons(self) -> dict[str, str]:
        return {name: getattr(self, f"why_{name}") for name in DIMENSIONS}


class Ranking(models.Model):
    """The ranking as it was after a change of weights or scores. Written once, kept for ever."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="rankings")
    number = models.PositiveIntegerField()
    content = models.TextField(help_text="canonical JSON: weights, rows with scores, reasons, totals")
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("Reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_ranking_per_number")]

    def __str__(self) -> str:
        return f"{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A ranking is never changed; the next one is written.")
        super().save(*args, **kwargs)

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.content))


class Choice(Signed):
    """Which one or two processes are standardized: signed by the leader over the ranking's hash."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="choices")
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="choices")
    processes = models.JSONField(help_text="codes")
    meaning_zh = models.CharField(max_length=300)
    meaning_en = models.CharField(max_length=300)

    meaning = Bilingual("meaning")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.meaning}"
