"""A survey 调研: what is found out about one process, by four methods (H2.2.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.roles import Role


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: Any) -> SurveyQuerySet:
        """Surveyors, project leads and auditors see all; heads those of their departments; others none."""
        if user.is_staff or {Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.AUDITOR} & user.roles:
            return self
        if Role.DEPARTMENT_HEAD in user.roles:
            return self.filter(departments=user.department_id).distinct()
        return self.none()


class Survey(models.Model):
    """A survey of one process; what it found stays when a project ends."""

    number = models.CharField(max_length=16, unique=True)
    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="surveys")
    title_zh = models.CharField(_("Title in Chinese"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="led_surveys")
    departments = models.ManyToManyField("organisation.Department", blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    title = Bilingual("title")
    history = records()
    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:survey", args=[self.number])
