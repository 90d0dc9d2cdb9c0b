"""A survey 调研: what is found out about one process, by four methods (H2.2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.models import Department
from procstd.roles import Role

#: Who sees every survey, wherever it is done.
OVERSEERS = frozenset({Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.AUDITOR})


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: Any) -> SurveyQuerySet:
        """Surveyors, project leads and auditors see all; heads those that cover a department of theirs.

        Being asked is another thing: who is asked sees the questions, not the survey.
        """
        if user.is_staff or user.roles & OVERSEERS:
            return self
        headed = user.departments_as(Role.DEPARTMENT_HEAD)
        if not headed:
            return self.none()
        covered = Survey.departments.through.objects.filter(department__in=Department.objects.below(headed))
        return self.filter(pk__in=covered.values("survey"))

    def running(self) -> SurveyQuerySet:
        """Surveys that are not ended."""
        return self.filter(ended_at=None)


class Survey(models.Model):
    """A survey of one process: questions, talks, looks and papers, and what they say together."""

    number = models.CharField(_("Number"), max_length=16, unique=True)
    process = models.ForeignKey(
        "processes.Process", on_delete=models.PROTECT, related_name="surveys", verbose_name=_("Process")
    )
    title_zh = models.CharField(_("Title in Chinese"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="led_surveys", verbose_name=_("Surveyor")
    )
    departments = models.ManyToManyField("organisation.Department", blank=True, verbose_name=_("Departments"))
    began_at = models.DateTimeField(_("Began"))
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)

    title = Bilingual("title")
    history = records()
    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:survey", args=[self.number])

    @property
    def is_running(self) -> bool:
        return self.ended_at is None
