"""Training 培训 on a version of a standard, in three tiers (H2.5.2), and who was there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.models import Department
from procstd.roles import Role

#: Roles that see every training and every plan of rollout.
OVERSEERS = frozenset({Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.AUDITOR})


class Tier(models.TextChoices):
    """For whom a training is, and so what it is about (H2.5.2)."""

    MANAGEMENT = "management", _("Management: why, and the duty to lead and check")
    EXECUTION = "execution", _("Execution: theory and practice")
    SUPERVISION = "supervision", _("Supervision: monitor, score, escalate")


#: The tiers in a word.
TIER_NAMES = {
    Tier.MANAGEMENT: pgettext_lazy("tier of a training", "Management"),
    Tier.EXECUTION: pgettext_lazy("tier of a training", "Execution"),
    Tier.SUPERVISION: pgettext_lazy("tier of a training", "Supervision"),
}  # fmt: skip


class TrainingQuerySet(models.QuerySet["Training"]):
    def visible_to(self, user: Any) -> TrainingQuerySet:
        """Overseers see all; heads those for a department of theirs; everybody those they give or are invited to."""
        if user.is_staff or user.roles & OVERSEERS:
            return self
        seen = Q(trainer=user) | Q(pk__in=Attendance.objects.filter(person=user).values("training"))
        headed = user.departments_as(Role.DEPARTMENT_HEAD)
        if headed:
            below = Department.objects.below(headed)
            seen |= Q(pk__in=Training.departments.through.objects.filter(department__in=below).values("training"))
        return self.filter(seen)

    def planned(self) -> TrainingQuerySet:
        """Those that are not cancelled."""
        return self.filter(cancelled_at=None)


class Training(models.Model):
    """One session on one version. Its material are files; whoever sees it sees them."""

    has_files = True

    number = models.CharField(_("Number"), max_length=16, unique=True)
    definition = models.ForeignKey(
        "processes.Definition", on_delete=models.PROTECT, related_name="trainings", verbose_name=_("Standard")
    )
    tier = models.CharField(_("Tier"), max_length=12, choices=Tier)
    title_zh = models.CharField(_("Title in Chinese"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120)
    starts_at = models.DateTimeField(_("Begins"))
    minutes = models.PositiveSmallIntegerField(
        _("Minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    place = models.CharField(
        pgettext_lazy("of a training", "Place"),
        max_length=200,
        help_text=_("A room, or the address of a meeting online."),
    )
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="given_trainings", verbose_name=_("Trainer")
    )
    departments = models.ManyToManyField("organisation.Department", blank=True, verbose_name=_("Departments"))
    posts = models.ManyToManyField("organisation.Post", blank=True, verbose_name=_("Posts"))
    cancelled_at = models.DateTimeField(null=True, blank=True)

    title = Bilingual("title")
    history = records()
    objects = TrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("training")
        verbose_name_plural = _("trainings")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("rollouts:training", args=[self.number])

    @property
    def tier_name(self) -> str:
        """The tier in a word."""
        return str(TIER_NAMES[Tier(self.tier)])

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Attendance(models.Model):
    """Somebody invited to a training; *attended* is what the trainer ticked, None before."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("Person")
    )
    invited_at = models.DateTimeField()
    attended = models.BooleanField(_("Was there"), null=True)
    ticked_at = models.DateTimeField(null=True)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    history = records()

    class Meta:
        ordering = ["person__username"]
        constraints = [
            models.UniqueConstraint(fields=["training", "person"], name="invited_once"),
            models.CheckConstraint(
                condition=Q(attended=None, ticked_at=None) | Q(attended__isnull=False, ticked_at__isnull=False),
                name="attendance_is_ticked_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.training_id}"
