"""An evaluation 评估 of a standardized process (H2.6.1, F82), and the evidence that it was decided by."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from improvements.models.suggestion import OVERSEERS
from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.models import Department
from procstd.roles import Role

REASON_MOST = 1_000


class Trigger(models.TextChoices):
    """Why it is held."""

    QUARTERLY = "quarterly", _("Every quarter: core process")
    HALF_YEARLY = "half_yearly", _("Every half-year")
    BREACHES = "breaches", _("Too many limits exceeded")
    RECURRENCE = "recurrence", _("The same finding again")
    SIGNAL = "signal", _("A signal on a control chart")
    CHANGE = "change", _("The business changes")


REGULAR = (Trigger.QUARTERLY, Trigger.HALF_YEARLY)


class Occasion(models.TextChoices):
    """What changes in the business."""

    REORGANIZATION = "reorganization", _("Reorganization")
    PRODUCT = "product", _("New product")
    REGULATION = "regulation", _("New law or regulation")


class Outcome(models.TextChoices):
    """What is decided about the standard."""

    KEEP = "keep", _("Keep it as it is")
    MINOR = "minor", _("Revise it: small changes, next minor version")
    MAJOR = "major", _("Revise it: fundamental changes, next major version")
    RETIRE = "retire", _("Retire it: no case is opened by it any more")


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: Any) -> EvaluationQuerySet:
        """Those who look over all processes see all; owners and heads those of theirs."""
        if user.is_staff or user.roles & OVERSEERS:
            return self
        seen = Q(process__owner=user)
        headed = user.departments_as(Role.DEPARTMENT_HEAD)
        if headed:
            below = Department.objects.without_tree_fields().below(headed)
            seen |= Q(process__department__in=below)
        return self.filter(seen)

    def open(self) -> EvaluationQuerySet:
        """Those that are not decided."""
        return self.filter(decided_at=None)

    def overdue(self, on: date) -> EvaluationQuerySet:
        """Those that should have been decided before a day."""
        return self.open().filter(due_on__lt=on)


class Evaluation(models.Model):
    """A look back at a period of a process: planned, given evidence, decided by the owner."""

    number = models.CharField(_("Number"), max_length=12, unique=True)
    process = models.ForeignKey(
        "processes.Process", on_delete=models.PROTECT, related_name="evaluations", verbose_name=_("Process")
    )
    trigger = models.CharField(_("Trigger"), max_length=12, choices=Trigger)
    occasion = models.CharField(_("Occasion"), max_length=16, choices=Occasion, blank=True)
    occasion_on = models.DateField(_("From"), null=True, blank=True, help_text="when the change takes effect")
    why_zh = models.TextField(_("Reason in Chinese"), max_length=REASON_MOST, blank=True)
    why_en = models.TextField(_("Reason in English"), max_length=REASON_MOST, blank=True)
    period_from = models.DateField(_("From"))
    period_until = models.DateField(_("Until"))
    due_on = models.DateField(_("Due"))
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.ForeignKey(
        "improvements.Evidence", on_delete=models.PROTECT, null=True, related_name="+", help_text="it was decided by"
    )
    outcome = models.CharField(_("Outcome"), max_length=8, choices=Outcome, blank=True)
    reason = models.TextField(_("Reason"), max_length=REASON_MOST, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("Decided"), null=True)
    reminded_on = models.DateField(null=True)

    why = Bilingual("why")
    history = records()
    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-due_on", "-pk"]
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(
                fields=["process", "trigger", "period_from"], condition=~Q(trigger="change"),
                name="one_evaluation_per_period",
            ),
            models.CheckConstraint(
                condition=Q(period_until__gt=models.F("period_from")), name="evaluation_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="")
                | (Q(decided_at__isnull=False, evidence__isnull=False) & ~Q(outcome="")),
                name="decided_by_evidence",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("improvements:evaluation", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


class Evidence(models.Model):
    """What was known of the period when the evidence was gathered: written once, the newest counts."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="gathered")
    number = models.PositiveSmallIntegerField()
    content = models.TextField(help_text="canonical JSON")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["evaluation", "-number"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "number"], name="one_evidence_per_number")]

    def __str__(self) -> str:
        return f"{self.evaluation}/{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Evidence is never changed; it is gathered anew.")
        super().save(*args, **kwargs)

    @property
    def is_intact(self) -> bool:
        """Tell whether the bytes are those that were gathered."""
        return hashlib.sha256(self.content.encode()).hexdigest() == self.sha256

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.content))
