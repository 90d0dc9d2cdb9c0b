"""A pilot 试点: a standard tried in a few departments for a few weeks, before it is rolled out (H2.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import CompiledPlace
from pilots.models.candidate import Candidate
from pilots.models.run import Action
from procstd.history import records
from procstd.organisation.models import Department
from procstd.roles import Role

#: Who sees every pilot, wherever it runs.
OVERSEERS = frozenset({Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.AUDITOR})


class State(models.TextChoices):
    """Where a pilot stands."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    GO = "go", _("Go: to be rolled out")
    STOPPED = "stopped", _("Stopped")


class PilotQuerySet(models.QuerySet["Pilot"]):
    def visible_to(self, user: Any) -> PilotQuerySet:
        """Leads, specialists and auditors see all; others those of a department they work in, heads of those below.

        Whose post works by the version sees its pilot from the day on which it begins: cases cross departments. Who
        agreed to do something for it sees it too.
        """
        if user.is_staff or user.roles & OVERSEERS:
            return self
        places = {duty.department_id for duty in user.duties}
        seen = Q(leader=user) | Q(pk__in=Candidate.objects.filter(department__in=places).values("pilot"))
        named = CompiledPlace.objects.of(user.duties).values("step__definition__revision")
        seen |= Q(begun_at__isnull=False, revision__in=named)
        seen |= Q(pk__in=Action.objects.filter(owner=user).values("meeting__pilot"))
        if headed := user.departments_as(Role.DEPARTMENT_HEAD):
            below = Department.objects.below(headed)
            seen |= Q(pk__in=Candidate.objects.filter(department__in=below).values("pilot"))
        return self.filter(seen)

    def running(self) -> PilotQuerySet:
        return self.filter(state=State.RUNNING)


class Pilot(models.Model):
    """A version of a standard, tried in chosen departments for a half-open period of days. Its viewers see its files.

    *release* is what put it in force there, the latest one where it was extended.
    """

    has_files = True

    code = models.CharField(_("Code"), max_length=16, unique=True)
    process = models.ForeignKey(
        "processes.Process", on_delete=models.PROTECT, related_name="pilots", verbose_name=_("Process")
    )
    revision = models.ForeignKey(
        "processes.Revision", on_delete=models.PROTECT, related_name="pilots", verbose_name=_("Version")
    )
    project = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, null=True, blank=True, related_name="pilots",
        verbose_name=_("Project"),
    )  # fmt: skip
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="led_pilots", verbose_name=_("Pilot leader"),
        help_text=_("Decides at the end: go, extend, or stop."),
    )  # fmt: skip
    period_from = models.DateField(_("From"))
    period_until = models.DateField(_("Until"), help_text="the first day that no longer counts")
    cases_least = models.PositiveSmallIntegerField(_("Cases, at least"), default=10)
    cases_most = models.PositiveSmallIntegerField(_("Cases, at most"), default=15)
    before_from = models.DateField(_("Compared with cases from"))
    before_until = models.DateField(_("Compared with cases until"), help_text="the first day that no longer counts")
    controls = models.ManyToManyField(
        "organisation.Department", blank=True, related_name="+", verbose_name=_("Control departments")
    )
    scenario_fields = models.JSONField(default=list, help_text="whose values make a scenario, as grading.grade")
    #: Withdrawn before its first day, a release is no more.
    release = models.ForeignKey("processes.Release", on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.PLANNED)
    planned_at = models.DateTimeField()
    begun_at = models.DateTimeField(_("Begun"), null=True)
    ended_at = models.DateTimeField(_("Ended"), null=True)
    readiness = models.JSONField(default=list, help_text="who was trained and had confirmed when it began")

    history = records()
    objects = PilotQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pilot")
        verbose_name_plural = _("pilots")
        constraints = [
            models.CheckConstraint(condition=Q(period_from__lt=F("period_until")), name="pilot_period_has_days"),
            models.CheckConstraint(condition=Q(before_from__lt=F("before_until")), name="pilot_before_has_days"),
            models.CheckConstraint(condition=Q(cases_least__lte=F("cases_most")), name="pilot_cases_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.process} {self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("pilots:pilot", args=[self.code])

    @property
    def is_planned(self) -> bool:
        return self.state == State.PLANNED

    @property
    def is_running(self) -> bool:
        return self.state == State.RUNNING

    @property
    def is_over(self) -> bool:
        return self.state in (State.GO, State.STOPPED)

    def covers(self, day: date) -> bool:
        """Tell whether its period covers a day."""
        return self.period_from <= day < self.period_until
