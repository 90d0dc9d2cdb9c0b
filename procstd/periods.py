"""Half-open periods of days: ``valid_from`` counts, ``valid_until`` does not, neighbours meet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def in_force(on: date, prefix: str = "") -> Q:
    """Return the condition that a period covers the day *on*."""
    start, end = f"{prefix}valid_from", f"{prefix}valid_until"
    return Q(**{f"{start}__lte": on}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": on}))


def overlapping(start: date, end: date | None) -> Q:
    """Return the condition that a period shares a day with [*start*, *end*)."""
    later_start = Q() if end is None else Q(valid_from__lt=end)
    return later_start & (Q(valid_until__isnull=True) | Q(valid_until__gt=start))


class PeriodQuerySet(models.QuerySet[Any]):
    """Queries by day over models with a period."""

    def in_force(self, on: date) -> Any:
        return self.filter(in_force(on))

    def overlapping(self, start: date, end: date | None) -> Any:
        return self.filter(overlapping(start, end))


class Period(models.Model):
    """The days on which a row holds."""

    valid_from = models.DateField(_("from"), help_text=_("The first day on which it holds."))
    valid_until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day on which it no longer holds; empty: open.")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_it_starts",
            )
        ]

    def covers(self, on: date) -> bool:
        """Tell whether the period covers the day *on*."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)
