"""A revision: one numbered text of a standard, with those of its eight elements (H2.3.1) that are not steps."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.models.step import LONG_TEXT_MOST, Unit
from procstd.bilingual import Bilingual
from procstd.history import records


class State(models.TextChoices):
    """Where a revision stands."""

    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible_to(self, user: Any) -> RevisionQuerySet:
        """Drafts are for those who write and review standards; what is released everybody at work may read."""
        from procstd.roles import Role

        writers = {Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD}
        return self if user.is_staff or writers & user.roles else self.filter(state=State.RELEASED)


class Revision(models.Model):
    """One numbered text of a standard: V1.0. Editable as a draft, frozen once released."""

    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="revisions")
    major = models.PositiveSmallIntegerField(default=1)
    minor = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    purpose_zh = models.TextField(_("Purpose in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    purpose_en = models.TextField(_("Purpose in English"), max_length=LONG_TEXT_MOST, blank=True)
    scope_zh = models.TextField(_("Scope in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    scope_en = models.TextField(_("Scope in English"), max_length=LONG_TEXT_MOST, blank=True)
    rules_zh = models.TextField(_("Operating rules in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    rules_en = models.TextField(_("Operating rules in English"), max_length=LONG_TEXT_MOST, blank=True)
    inputs_zh = models.TextField(_("Inputs in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    inputs_en = models.TextField(_("Inputs in English"), max_length=LONG_TEXT_MOST, blank=True)
    outputs_zh = models.TextField(_("Outputs in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    outputs_en = models.TextField(_("Outputs in English"), max_length=LONG_TEXT_MOST, blank=True)
    edition = models.PositiveIntegerField(default=0, help_text="rises with every change; what a form has seen")
    created_at = models.DateTimeField(editable=False)

    purpose, scope, rules = Bilingual("purpose"), Bilingual("scope"), Bilingual("rules")
    inputs, outputs = Bilingual("inputs"), Bilingual("outputs")
    history = records()
    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["process", "-major", "-minor"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["process", "major", "minor"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"V{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("processes:revision-detail", args=[self.process.code, self.number])

    @property
    def number(self) -> str:
        """The version number as people say it, without the V: 1.0."""
        return f"{self.major}.{self.minor}"

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT


class Responsibility(models.Model):
    """Element 3: what a post, or a whole department, answers for."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="responsibilities")
    order = models.PositiveSmallIntegerField(default=0)
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, blank=True)
    post = models.ForeignKey("organisation.Post", on_delete=models.PROTECT, null=True, blank=True)
    duty_zh = models.TextField(_("Duty in Chinese"), max_length=LONG_TEXT_MOST)
    duty_en = models.TextField(_("Duty in English"), max_length=LONG_TEXT_MOST)

    duty = Bilingual("duty")
    history = records()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.post or self.department}: {self.duty}"


class TotalLimit(models.Model):
    """Element 7: how long a whole case may take, for all cases or for those with one value of a field."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="totals")
    field = models.CharField(_("Field"), max_length=80, blank=True, help_text=_("As “register.grade”; empty: all."))
    value = models.CharField(_("Value"), max_length=80, blank=True)
    amount = models.PositiveIntegerField(_("Amount"))
    unit = models.CharField(_("Unit"), max_length=16)

    history = records()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.amount} {Unit(self.unit).label}"
