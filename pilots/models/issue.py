"""Issues of a pilot: loopholes of the standard, difficulties of those who work by it (H2.4.4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records


class IssueKind(models.TextChoices):
    """What is wrong."""

    LOOPHOLE = "loophole", _("Loophole: the standard leaves something open")
    DIFFICULTY = "difficulty", _("Difficulty: it is hard to work by it")


class Issue(models.Model):
    """Something that went wrong, where it was met, what is proposed, and the change that came of it (F28, F81)."""

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="issues")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("Kind"), max_length=10, choices=IssueKind)
    text = models.CharField(_("What is wrong"), max_length=500)
    step = models.CharField(_("Step"), max_length=8, blank=True)
    field = models.CharField(_("Field"), max_length=80, blank=True, help_text="as grading.grade")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    spot_line = models.ForeignKey("pilots.SpotLine", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField(_("Raised"))
    proposal_zh = models.CharField(_("Proposal in Chinese"), max_length=500, blank=True)
    proposal_en = models.CharField(_("Proposal in English"), max_length=500, blank=True)
    effect = models.CharField(_("Expected effect"), max_length=500, blank=True)
    change = models.ForeignKey(
        "processes.Change", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="of the draft that it became part of",
    )  # fmt: skip

    proposal = Bilingual("proposal")
    history = records()

    class Meta:
        ordering = ["number"]
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        constraints = [models.UniqueConstraint(fields=["pilot", "number"], name="one_issue_a_number")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("pilots:issue", args=[self.pilot.code, self.number])

    @property
    def code(self) -> str:
        """What people say and what a change names as its origin: P-0001-I3."""
        return f"{self.pilot.code}-I{self.number}"

    @property
    def has_proposal(self) -> bool:
        return bool(self.proposal)
