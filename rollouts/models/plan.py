"""A rollout 推广: the plan that brings a version to departments and posts, week by week, in waves (H2.5.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.models import Department
from procstd.roles import Role
from rollouts.models.training import OVERSEERS


class RolloutQuerySet(models.QuerySet["Rollout"]):
    def visible_to(self, user: Any) -> RolloutQuerySet:
        """Overseers see all; heads those with a wave for a department of theirs; others those they plan or supply."""
        if user.is_staff or user.roles & OVERSEERS:
            return self
        seen = Q(planned_by=user) | Q(waves__needs__owner=user)
        headed = user.departments_as(Role.DEPARTMENT_HEAD)
        if headed:
            seen |= Q(waves__departments__in=Department.objects.below(headed))
        return self.filter(pk__in=Rollout.objects.filter(seen).values("pk"))


class Rollout(models.Model):
    """The plan of one version. Who planned it releases its waves."""

    definition = models.OneToOneField(
        "processes.Definition", on_delete=models.PROTECT, related_name="rollout", verbose_name=_("Standard")
    )
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rollouts", verbose_name=_("Planned by")
    )
    planned_at = models.DateTimeField()

    history = records()
    objects = RolloutQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "-pk"]
        verbose_name = _("rollout")
        verbose_name_plural = _("rollouts")

    def __str__(self) -> str:
        return f"{self.definition.revision.process} {self.definition.revision}"

    def get_absolute_url(self) -> str:
        return reverse("rollouts:plan", args=[self.pk])


class WaveState(models.TextChoices):
    """How a wave stands."""

    PLANNED = "planned", _("Planned")
    RELEASED = "released", _("Released")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Wave(models.Model):
    """Departments, and the posts that matter most there, from one day on. The release is in force for all posts."""

    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="waves")
    number = models.CharField(_("Number"), max_length=16, unique=True)
    week = models.PositiveSmallIntegerField(_("Week"))
    starts_on = models.DateField(_("First day"))
    departments = models.ManyToManyField("organisation.Department", verbose_name=_("Departments"))
    posts = models.ManyToManyField("organisation.Post", blank=True, verbose_name=_("Posts"))
    state = models.CharField(_("State"), max_length=10, choices=WaveState, default=WaveState.PLANNED)
    released_at = models.DateTimeField(null=True)
    release = models.ForeignKey("processes.Release", on_delete=models.SET_NULL, null=True, related_name="+")
    override_reason = models.TextField(_("Released all the same because"), max_length=2000, blank=True)
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    history = records()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=WaveState.RELEASED, released_at__isnull=False)
                | (~Q(state=WaveState.RELEASED) & Q(released_at=None)),
                name="released_wave_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(overridden_by=None) | ~Q(override_reason=""), name="overridden_wave_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_planned(self) -> bool:
        return self.state == WaveState.PLANNED


class NeedKind(models.TextChoices):
    """What a wave needs (H2.5.1). Accounts, training and forms are checked by the software itself."""

    TRAINERS = "trainers", _("Trainers")
    MATERIAL = "material", _("Material")
    ACCOUNTS = "accounts", _("Accounts")
    FORMS = "forms", _("Forms in the system")
    TRAINING = "training", _("Everybody trained")
    OTHER = "other", _("Something else")


#: Kinds that nobody ticks.
CHECKED_BY_ITSELF = frozenset({NeedKind.ACCOUNTS, NeedKind.FORMS, NeedKind.TRAINING})


class Need(models.Model):
    """One thing that a wave needs: whose it is to see to it, and whether it is there."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="needs")
    kind = models.CharField(_("Kind"), max_length=10, choices=NeedKind)
    what_zh = models.CharField(_("What, in Chinese"), max_length=200, blank=True)
    what_en = models.CharField(_("What, in English"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rollout_needs", verbose_name=_("Owner")
    )
    is_there = models.BooleanField(_("There"), default=False)

    what = Bilingual("what")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("need of a wave")
        verbose_name_plural = _("needs of waves")

    def __str__(self) -> str:
        return str(self.what or NeedKind(self.kind).label)

    @property
    def checks_itself(self) -> bool:
        return self.kind in CHECKED_BY_ITSELF
