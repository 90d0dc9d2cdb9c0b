"""Findings 不符合项: why it was so, what is done about it, whether that worked (F76)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.audit import Audit, headed_by
from audits.models.check import Deviation, DeviationKind
from procstd.history import records

#: Five whys: a chain is at most so deep.
DEEPEST = 5


class Grade(models.TextChoices):
    """How grave it is."""

    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")


class Stage(models.TextChoices):
    """What a finding waits for."""

    CAUSE = "cause", _("Root cause to be found")
    MEASURE = "measure", _("Corrective action to be decided")
    DOING = "doing", _("Corrective action under way")
    EFFECT = "effect", _("Effect to be checked")
    CLOSING = "closing", _("Can be closed")
    CLOSED = "closed", _("Closed")


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: Any) -> FindingQuerySet:
        """All for those who oversee; of their departments for heads; of their processes for owners, who are told.

        And where one owns or checks an action.
        """
        mine = headed_by(user)
        if mine is None:
            return self
        acting = Measure.objects.filter(Q(owner=user) | Q(checker=user)).values("finding")
        return self.filter(Q(department__in=mine) | Q(process__owner=user) | Q(pk__in=acting))

    def open(self) -> FindingQuerySet:
        return self.filter(closed_at=None)


class Finding(models.Model):
    """A finding of an audit: one kind of departure at one step in one department, with the cases that show it."""

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="findings")
    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="findings")
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="findings", verbose_name=_("Department")
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=DeviationKind)
    step = models.CharField(_("Step"), max_length=8, blank=True)
    grade = models.CharField(_("Grade"), max_length=5, choices=Grade, default=Grade.MINOR)
    text = models.TextField(_("Facts found"))
    answer = models.TextField(_("Answer of the department"), blank=True)
    recurs = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="recurrences")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("Raised"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("Closed"), null=True)

    history = records()
    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-serial"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_finding_per_number"),
            models.UniqueConstraint(fields=["audit", "department", "kind", "step"], name="one_finding_per_place"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="a_closed_finding_says_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["process", "kind", "step", "raised_at"])]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("audits:finding-detail", args=[self.number])

    @property
    def number(self) -> str:
        """The number people say: NC-2026-0014."""
        return f"NC-{self.year}-{self.serial:04d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class FindingEvidence(models.Model):
    """A departure that shows the finding."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="evidences")
    deviation = models.OneToOneField(Deviation, on_delete=models.PROTECT, related_name="evidence")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.deviation_id}"


class Why(models.Model):
    """An answer to “why?”: of the finding, or of the why before it. The last one can be acted on."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="whys")
    depth = models.PositiveSmallIntegerField()
    text = models.CharField(_("Because"), max_length=300)
    is_actionable = models.BooleanField(_("Can be acted on"), default=False)

    history = records()

    class Meta:
        ordering = ["finding", "depth"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "depth"], name="one_why_per_depth"),
            models.CheckConstraint(condition=Q(depth__gte=1, depth__lte=DEEPEST), name="at_most_five_whys"),
        ]

    def __str__(self) -> str:
        return self.text


class Measure(models.Model):
    """A corrective action: what is done, by whom, until when; and who sees some weeks later whether it worked."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="measures")
    text = models.TextField(_("Corrective action"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner")
    )
    due_on = models.DateField(_("Due"))
    weeks = models.PositiveSmallIntegerField(_("Effect checked after, weeks"), default=8)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Effect checked by")
    )
    done_text = models.TextField(_("What was done"), blank=True)
    done_at = models.DateTimeField(_("Done"), null=True)
    check_on = models.DateField(_("Effect checked on"), null=True)

    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        constraints = [
            models.CheckConstraint(condition=~Q(owner=F("checker")), name="nobody_checks_an_action_of_his_own"),
            models.CheckConstraint(
                condition=Q(done_at=None, check_on=None) | Q(done_at__isnull=False, check_on__isnull=False),
                name="what_is_done_is_checked_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="measures_to_do")]

    def __str__(self) -> str:
        return self.text[:60]


class Effect(models.Model):
    """Whether a corrective action worked, as another person saw it."""

    measure = models.OneToOneField(Measure, on_delete=models.PROTECT, related_name="effect")
    worked = models.BooleanField(_("It worked"))
    text = models.TextField(_("What was seen"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.measure_id} {self.worked}"
