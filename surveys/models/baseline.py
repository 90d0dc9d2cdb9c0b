"""How the process does today, in figures that are frozen before anything changes (F09)."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from surveys.models.asis import Source


class Freeze(models.Model):
    """Figures of a survey as they were at a moment: who froze them, and the hash of what they said."""

    survey = models.ForeignKey("surveys.Survey", on_delete=models.PROTECT, related_name="freezes")
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("freeze of baseline figures")
        verbose_name_plural = _("freezes of baseline figures")

    def __str__(self) -> str:
        return self.sha256[:12]


class Baseline(models.Model):
    """One figure: its unit, value, the number of cases, the period, and how one knows. Frozen, it never changes."""

    survey = models.ForeignKey("surveys.Survey", on_delete=models.PROTECT, related_name="baselines")
    name_zh = models.CharField(_("Name in Chinese"), max_length=120)
    name_en = models.CharField(_("Name in English"), max_length=120)
    unit_zh = models.CharField(_("Unit in Chinese"), max_length=24)
    unit_en = models.CharField(_("Unit in English"), max_length=24)
    value = models.DecimalField(_("Value"), max_digits=14, decimal_places=3)
    n = models.PositiveIntegerField(_("Number of cases (n)"), validators=[MinValueValidator(1)])
    period_from = models.DateField(_("From"))
    period_until = models.DateField(_("Until"), help_text="the first day that no longer counts")
    source = models.CharField(_("Source"), max_length=8, choices=Source)
    note = models.CharField(_("Where it comes from"), max_length=300, blank=True)
    #: What single cases took, in the unit of the figure, where a register tells (None: it does not).
    values = models.JSONField(_("Single values"), null=True, blank=True)
    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, null=True, blank=True, related_name="baselines")

    name, unit = Bilingual("name"), Bilingual("unit")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("baseline figure")
        verbose_name_plural = _("baseline figures")
        constraints = [
            models.CheckConstraint(condition=Q(period_from__lt=F("period_until")), name="baseline_period_has_days"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_values(self) -> bool:
        """Whether it is known what its single cases took, each a part of the figure."""
        return bool(self.values and self.value)

    @property
    def is_frozen(self) -> bool:
        return self.freeze_id is not None
