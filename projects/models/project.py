"""A standardization project 标准化项目 and its team 专项小组 (H1.2, H2.1.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.codes import code_validator
from procstd.roles import Role


class Value(models.TextChoices):
    """What a project seeks (H1.2)."""

    EFFICIENCY = "efficiency", _("Efficiency")
    RISK = "risk", _("Risk control")
    QUALITY = "quality", _("Quality")
    CAPABILITY = "capability", _("Capability")


class State(models.TextChoices):
    """Whether a project is at work."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Completed")
    STOPPED = "stopped", _("Stopped")


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: Any) -> ProjectQuerySet:
        """Administrators and project leads see all; others those they work in, heads those of their departments."""
        if user.is_staff or Role.PROJECT_LEAD in user.roles:
            return self
        mine = Member.objects.filter(person=user, left_at=None).values("project")
        seen = Q(lead=user) | Q(pk__in=mine)
        headed = user.departments_as(Role.DEPARTMENT_HEAD)
        if headed:
            concerned = Project.departments.through.objects.filter(department__in=headed).values("project")
            seen |= Q(pk__in=concerned)
        return self.filter(seen)

    def running(self) -> ProjectQuerySet:
        return self.filter(state=State.RUNNING)


def _weight(label: Any) -> Any:
    return models.PositiveSmallIntegerField(label, default=25, validators=[MaxValueValidator(100)])


class Project(models.Model):
    """A project standardizes one or two processes in six phases. Whoever sees it sees its files."""

    has_files = True

    code = models.CharField(_("Code"), max_length=32, unique=True, validators=[code_validator])
    name_zh = models.CharField(_("Name in Chinese"), max_length=80)
    name_en = models.CharField(_("Name in English"), max_length=80)
    value = models.CharField(_("Value sought"), max_length=12, choices=Value)
    figure_zh = models.CharField(_("Figure in Chinese"), max_length=80, blank=True)
    figure_en = models.CharField(_("Figure in English"), max_length=80, blank=True)
    unit_zh = models.CharField(_("Unit in Chinese"), max_length=30, blank=True)
    unit_en = models.CharField(_("Unit in English"), max_length=30, blank=True)
    baseline = models.DecimalField(_("Baseline"), max_digits=12, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(_("Target"), max_digits=12, decimal_places=2, null=True, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="led_projects", verbose_name=_("Project lead")
    )
    departments = models.ManyToManyField(
        "organisation.Department", related_name="projects", verbose_name=_("Departments concerned"), blank=True
    )
    weight_frequency = _weight(_("Frequency of the problem"))
    weight_reach = _weight(_("Reach"))
    weight_difficulty = _weight(_("Ease of improvement"))
    weight_fit = _weight(_("Strategic fit"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("Started"))

    name, figure, unit = Bilingual("name"), Bilingual("figure"), Bilingual("unit")
    history = records()
    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("projects:project-detail", args=[self.code])

    @property
    def is_running(self) -> bool:
        return self.state == State.RUNNING

    @property
    def weights(self) -> dict[str, int]:
        """The project's own weights of the four dimensions (H2.1.2)."""
        return {
            "frequency": self.weight_frequency,
            "reach": self.weight_reach,
            "difficulty": self.weight_difficulty,
            "fit": self.weight_fit,
        }


class Duty(models.TextChoices):
    """What somebody does in the team (H2.1.1)."""

    LEADER = "leader", _("Leader: steers, coordinates resources, decides")
    DEPARTMENT = "department", _("Core member: brings the content of the department")
    SPECIALIST = "specialist", _("Core member: process specialist, owns the documents")
    IT = "it", _("Core member: IT, owns system support")
    ADVISER = "adviser", _("Adviser")


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> MemberQuerySet:
        return self.filter(left_at=None)


class Member(models.Model):
    """Somebody in the team, or an adviser from outside, with a duty. Who leaves stays on record."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    duty = models.CharField(_("Duty"), max_length=12, choices=Duty)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("Person"),
    )
    outside_name = models.CharField(_("Name of somebody from outside"), max_length=120, blank=True)
    department = models.ForeignKey(
        "organisation.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Department"),
    )
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    history = records()
    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member of the team")
        verbose_name_plural = _("members of the team")
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(duty="leader", left_at=None), name="one_leader_per_project"
            ),
            models.UniqueConstraint(
                fields=["project", "person", "duty"], condition=Q(left_at=None), name="one_duty_per_member"
            ),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(outside_name=""), name="a_member_has_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.outside_name)

    @property
    def duty_name(self) -> str:
        """The duty in a word or two, without what it means."""
        return str(DUTY_NAMES[Duty(self.duty)])


DUTY_NAMES = {
    Duty.LEADER: _("Leader"),
    Duty.DEPARTMENT: _("Department"),
    Duty.SPECIALIST: _("Specialist"),
    Duty.IT: _("IT"),
    Duty.ADVISER: _("Adviser"),
}
