"""Success criteria: by which figures a pilot is judged, fixed before its first case (F39)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.queries.indicators import INDICATORS, Indicator
from processes.models.signing import Signed
from procstd.history import records


class Criterion(models.Model):
    """An indicator, what it should reach, and the smallest change that matters: working hours, or points of 100.

    Compared with cases before, or with one figure of the survey (*baseline*): with the cases behind it where they are
    known, else with a point.
    """

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="criteria")
    indicator = models.CharField(_("Indicator"), max_length=20)
    step = models.CharField(_("Step"), max_length=8, blank=True)
    threshold = models.DecimalField(_("To be reached"), max_digits=9, decimal_places=2)
    minimum_effect = models.DecimalField(
        _("Smallest change that matters"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    baseline = models.ForeignKey(
        "surveys.Baseline", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("Figure of the survey"),
    )  # fmt: skip
    point = models.DecimalField(
        _("Its value in this unit"), max_digits=9, decimal_places=2, null=True, blank=True,
        help_text="of the survey's figure, in working hours or per cent",
    )  # fmt: skip

    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("success criterion")
        verbose_name_plural = _("success criteria")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "indicator", "step"], name="one_criterion_per_indicator"),
            models.CheckConstraint(condition=Q(minimum_effect__gt=0), name="criterion_has_an_effect"),
        ]

    def __str__(self) -> str:
        return str(self.measured.title)

    @property
    def measured(self) -> Indicator:
        return INDICATORS[self.indicator]

    @property
    def is_against_a_point(self) -> bool:
        """Whether of before one figure is known and no case: a duration of the survey without single values."""
        return self.baseline is not None and self.measured.is_duration and not self.baseline.has_values

    @property
    def lower_is_better(self) -> bool:
        return self.measured.lower_is_better


class CriteriaLock(Signed):
    """Criteria, departments, period and comparison as they were fixed: by whom, when, with their hash. Append-only."""

    pilot = models.OneToOneField("pilots.Pilot", on_delete=models.PROTECT, related_name="lock")
    content = models.TextField(help_text="canonical JSON")

    class Meta:
        verbose_name = _("lock of success criteria")
        verbose_name_plural = _("locks of success criteria")

    def __str__(self) -> str:
        return self.sha256[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Criteria are fixed once.")
        super().save(*args, **kwargs)
