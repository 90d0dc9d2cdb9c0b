"""A monthly audit of one process: its settings, the commitments to its seeds, its frozen population (F69 to F71)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.kept import Kept
from procstd.organisation.models import Department
from procstd.roles import Role

#: Who reads every audit; heads read those that drew cases of their departments.
OVERSEERS = frozenset({Role.AUDITOR, Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST})


class Rounding(models.TextChoices):
    """What becomes of a part of a case."""

    UP = "up", _("up")
    HALF = "half", _("to the nearest, a half up")
    DOWN = "down", _("down")


def headed_by(user: Any) -> frozenset[int] | None:
    """Return the departments whose cases and findings *user* reads as their head; None: all of them."""
    if user.is_staff or user.roles & OVERSEERS:
        return None
    headed = user.departments_as(Role.DEPARTMENT_HEAD)
    if not headed:
        return frozenset()
    return frozenset(Department.objects.without_tree_fields().below(headed).values_list("pk", flat=True))


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: Any) -> AuditQuerySet:
        """All for those who oversee; for heads those in whose sample a department of theirs is."""
        mine = headed_by(user)
        if mine is None:
            return self
        from audits.models.sample import Item

        return self.filter(pk__in=Item.objects.filter(department__in=mine).values("audit"))


class Audit(Kept):
    """An audit of a process and a month, with the settings of its sample. They are fixed before anything is drawn."""

    number = models.CharField(_("Number"), max_length=60, unique=True, help_text="as A-2026-11-complaint")
    process = models.ForeignKey(
        "processes.Process", on_delete=models.PROTECT, related_name="audits", verbose_name=_("Process")
    )
    month_from = models.DateField(_("Month"), help_text="its first day")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField(
        _("Of a hundred cases"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    floor = models.PositiveSmallIntegerField(_("Cases at least"), default=5, validators=[MinValueValidator(1)])
    rounding = models.CharField(_("Rounded"), max_length=4, choices=Rounding, default=Rounding.UP)
    minimum = models.PositiveSmallIntegerField(_("Of each stratum at least"), default=1)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-month_from", "number"]
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        constraints = [
            models.UniqueConstraint(fields=["process", "month_from"], name="one_audit_per_process_and_month"),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="a_percentage_is_one"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("audits:audit-detail", args=[self.number])

    @property
    def month(self) -> str:
        """The month as people write it: 2026-11."""
        return f"{self.month_from:%Y-%m}"

    def rounding_words(self) -> str:
        return str(Rounding(self.rounding).label)


class Commitment(Kept):
    """The SHA-256 of a secret number, published before the round it seeds: nobody chooses a seed afterwards (F70).

    Round 1 is committed to when the audit is opened, before its population is frozen. A later round extends
    the sample by *size* cases, fixed here, and has a secret of its own (F73).
    """

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="commitments")
    round = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64, help_text="secret until the draw")
    size = models.PositiveIntegerField(null=True, help_text="of an extension; round 1 has that of the population")
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["audit", "round"]
        constraints = [models.UniqueConstraint(fields=["audit", "round"], name="one_commitment_per_round")]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.round} {self.sha256[:12]}"


class Population(Kept):
    """What is drawn from: how many cases, their hash, how many of each stratum are to be drawn (F69, F71).

    The list itself lies in parts. ``strata`` is ``{stratum: [cases, size]}``.
    """

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="population")
    count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    strata = models.JSONField()
    size = models.PositiveIntegerField(help_text="of the sample, with what the minimum of the strata adds")
    size_by_percent = models.PositiveIntegerField(help_text="of the sample, before that")
    earlier = models.PositiveIntegerField(help_text="opened in an earlier month")
    late = models.PositiveIntegerField(help_text="closed in the month audited before, and not in its population")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.audit_id} {self.count} {self.sha256[:12]}"


class PopulationPart(Kept):
    """A stretch of the list of a population, compressed: lines of number, head of its chain, stratum."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["audit", "number"]
        constraints = [models.UniqueConstraint(fields=["audit", "number"], name="one_part_per_number")]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.number}"
