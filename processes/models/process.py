"""The catalogue of processes, in the four categories of H1.1."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.codes import code_validator


class Category(models.TextChoices):
    """What a process is about (H1.1)."""

    APPROVAL = "approval", _("Approval")
    BUSINESS = "business", _("Business")
    MANAGEMENT = "management", _("Management")
    SUPPORT = "support", _("Support")


class ProcessQuerySet(models.QuerySet["Process"]):
    def visible_to(self, user: Any) -> ProcessQuerySet:
        """Whoever works here sees the catalogue; what is no longer used only administrators."""
        return self if user.is_staff else self.filter(is_active=True)


class Process(models.Model):
    """A process 流程 of the enterprise: what a standard defines."""

    code = models.CharField(_("Code"), max_length=32, unique=True, validators=[code_validator])
    name_zh = models.CharField(_("Name in Chinese"), max_length=80)
    name_en = models.CharField(_("Name in English"), max_length=80)
    category = models.CharField(_("Category"), max_length=12, choices=Category)
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="processes", verbose_name=_("Department")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_processes",
        verbose_name=_("Process owner"),
        help_text=_("Answers for the process as a whole."),
    )
    is_core = models.BooleanField(
        _("Core process"), default=False, help_text=_("Core processes are evaluated every quarter, others half-yearly.")
    )
    is_active = models.BooleanField(_("Active"), default=True)

    name = Bilingual("name")
    history = records()
    objects = ProcessQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("process")
        verbose_name_plural = _("processes")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("processes:process-detail", args=[self.code])
