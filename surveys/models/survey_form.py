"""The survey form 流程现状调研表 (template 1, H2.2.4): how one department sees the process."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.history import records
from surveys.models.survey import Survey


class DepartmentForm(models.Model):
    """The survey form as one department filled it in."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="department_forms")
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, related_name="+")
    current_owner = models.CharField(_("Current owner"), max_length=120)
    departments_involved = models.CharField(_("Departments involved"), max_length=300)
    steps = models.TextField(_("Current steps in brief"))
    working_days = models.DecimalField(_("Average duration, working days"), max_digits=7, decimal_places=2)
    pains = models.TextField(_("Main pain points"))
    wishes = models.TextField(_("Desired improvements"), blank=True)
    suggestions = models.TextField(_("Other suggestions"), blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("survey form")
        verbose_name_plural = _("survey forms")
        constraints = [
            models.UniqueConstraint(fields=["survey", "department"], name="surveys_one_form_of_a_department")
        ]

    def __str__(self) -> str:
        return str(self.department)
