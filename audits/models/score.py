"""Scores of departments: rules by date, a ledger that only grows, appeals (H2.5.4, F77 to F79)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.audit import Audit, headed_by
from audits.models.kept import Kept


class ScoreRule(Kept):
    """What reaching or missing the rate is worth, for audits of months from a day on; until a later rule begins."""

    valid_from = models.DateField(_("From"), unique=True, help_text=_("The first day of a month."))
    threshold = models.PositiveSmallIntegerField(_("Rate to reach, percent"), default=90)
    reached = models.SmallIntegerField(_("Points when reached"), default=5)
    missed = models.SmallIntegerField(_("Points when missed"), default=-3)
    wants_evidence = models.BooleanField(_("No points where the evidence is insufficient"), default=True)
    appeal_days = models.PositiveSmallIntegerField(_("Days to appeal"), default=10)
    reason = models.TextField(_("Reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("score rule")
        verbose_name_plural = _("score rules")
        constraints = [
            models.CheckConstraint(condition=Q(threshold__gte=1, threshold__lte=99), name="a_rate_can_be_reached")
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.reached:+d}/{self.missed:+d}"


class EntryKind(models.TextChoices):
    """What an entry of the ledger is."""

    SCORE = "score", _("Result of an audit")
    REVERSAL = "reversal", _("Taken back after an appeal")


class ScoreEntryQuerySet(models.QuerySet["ScoreEntry"]):
    def visible_to(self, user: Any) -> ScoreEntryQuerySet:
        """All for those who oversee, those of their departments for heads."""
        mine = headed_by(user)
        return self if mine is None else self.filter(department__in=mine)


class ScoreEntry(Kept):
    """Points of a department, with all that they were computed from: ``facts``."""

    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, related_name="score_entries")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="score_entries")
    kind = models.CharField(max_length=8, choices=EntryKind)
    points = models.SmallIntegerField(_("Points"))
    facts = models.JSONField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    appeal_until = models.DateTimeField(null=True)
    at = models.DateTimeField()

    objects = ScoreEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "audit"], condition=Q(kind="score"), name="one_score_per_department_and_audit"
            ),
            models.CheckConstraint(
                condition=Q(kind="score", reverses=None) | Q(kind="reversal", reverses__isnull=False),
                name="a_reversal_names_what_it_takes_back",
            ),
        ]
        indexes = [models.Index(fields=["department", "at"])]

    def __str__(self) -> str:
        return f"{self.department_id} {self.points:+d}"


class Appeal(Kept):
    """A head does not agree with a score, and says why."""

    entry = models.OneToOneField(ScoreEntry, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(_("Reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id}"


class Decision(Kept):
    """A second reviewer, who had no part in the audit, decided an appeal."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="decision")
    is_upheld = models.BooleanField()
    reason = models.TextField(_("Reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.is_upheld}"
