"""Departments that a pilot could run in, scored from 1 to 5 (H2.4.1)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.history import records

#: What departments are scored on, with what a good score means.
DIMENSIONS = {
    "volume": _("Moderate volume"),
    "willingness": _("Willingness"),
    "representativeness": _("Representativeness"),
}


def _score(label: Any) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(1), MaxValueValidator(5)])


class Candidate(models.Model):
    """A department: its scores with reasons, what is known from cases, and whether it is chosen, and why.

    ``covered`` of ``scenarios`` is how many kinds of case occur there: counted from cases, or typed.
    """

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="candidates")
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )
    volume = _score(_("Moderate volume"))
    willingness = _score(_("Willingness"))
    representativeness = _score(_("Representativeness"))
    why_volume = models.CharField(_("Why so"), max_length=300)
    why_willingness = models.CharField(_("Why so"), max_length=300)
    why_representativeness = models.CharField(_("Why so"), max_length=300)
    cases_known = models.PositiveIntegerField(default=0, help_text="in the period compared with, when it was scored")
    covered = models.PositiveSmallIntegerField(null=True, blank=True)
    scenarios = models.PositiveSmallIntegerField(null=True, blank=True)
    typed_percent = models.PositiveSmallIntegerField(
        _("Scenarios covered, per cent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    is_chosen = models.BooleanField(_("Chosen"), default=False)
    why_chosen = models.CharField(_("Why it is chosen"), max_length=500, blank=True)

    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("candidate department")
        verbose_name_plural = _("candidate departments")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "department"], name="one_candidate_per_department"),
        ]

    def __str__(self) -> str:
        return str(self.department)

    @property
    def points(self) -> int:
        """The score of 100: the three dimensions count the same."""
        return round((self.volume + self.willingness + self.representativeness) / 15 * 100)

    @property
    def percent(self) -> int | None:
        """The share of scenarios that occur there, in per cent; None where nobody knows."""
        if self.scenarios:
            return round(100 * (self.covered or 0) / self.scenarios)
        return self.typed_percent

    @property
    def is_counted(self) -> bool:
        """Tell whether the share was counted from cases, and not typed."""
        return bool(self.scenarios)

    @property
    def scores(self) -> list[tuple[object, int, str]]:
        """The dimensions with score and reason."""
        return [(label, getattr(self, name), getattr(self, f"why_{name}")) for name, label in DIMENSIONS.items()]
