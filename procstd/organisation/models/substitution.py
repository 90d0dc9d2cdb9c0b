"""Substitutes for an absence: who acts in a post while its holder is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procstd.history import records
from procstd.periods import Period, PeriodQuerySet

if TYPE_CHECKING:
    from procstd.organisation.models.person import User


class SubstitutionQuerySet(PeriodQuerySet):
    def visible_to(self, user: User) -> SubstitutionQuerySet:
        """Those one gave or was given, those of departments one heads, all for staff."""
        if user.is_staff:
            return self
        from procstd.organisation.models.post import PostHolding

        manageable = PostHolding.objects.manageable_by(user).values("pk")
        return self.filter(Q(substitute=user) | Q(holding__in=manageable))


class Substitution(Period):
    """For a period, *substitute* acts in the post of *holding* beside its holder. It does not pass on."""

    holding = models.ForeignKey(
        "organisation.PostHolding", on_delete=models.CASCADE, related_name="substitutions", verbose_name=_("Post")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="substitutions", verbose_name=_("Substitute")
    )

    history = records()
    objects = SubstitutionQuerySet.as_manager()

    class Meta(Period.Meta):
        ordering = ["-valid_from", "pk"]
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        indexes = [models.Index(fields=["substitute", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.substitute}: {self.holding}"
