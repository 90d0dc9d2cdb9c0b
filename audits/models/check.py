"""What was found in a case: flags of the software, judged by the auditor; the auditor's own; the result (F74, F75)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.kept import Kept
from audits.models.sample import Item


class DeviationKind(models.TextChoices):
    """How a case departed from its standard. Each is defined in audits/queries/conformance.py."""

    SKIPPED = "skipped", _("Step skipped")
    ORDER = "order", _("Out of order")
    POST = "post", _("Wrong post")
    LATE = "late", _("Late")
    FIELD = "field", _("Field missing")
    SIGNATURE = "signature", _("Signature missing")
    SEPARATION = "separation", _("Duties not separated")
    OTHER = "other", _("Something else")


class Source(models.TextChoices):
    """Who says so."""

    SOFTWARE = "software", _("Found by the software")
    AUDITOR = "auditor", _("Found by the auditor")


class Deviation(Kept):
    """A departure from the standard in one case. What the software says counts only when an auditor confirms it."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="deviations")
    source = models.CharField(max_length=8, choices=Source)
    kind = models.CharField(_("Kind"), max_length=10, choices=DeviationKind)
    step = models.CharField(_("Step"), max_length=8, blank=True)
    detail = models.JSONField(default=dict)
    text = models.TextField(_("What was seen"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source="software", by=None) | Q(source="auditor", by__isnull=False),
                name="an_auditor_s_own_has_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind} {self.step}"


class Verdict(Kept):
    """An auditor confirmed or rejected what the software said, with a reason (F75)."""

    deviation = models.OneToOneField(Deviation, on_delete=models.PROTECT, related_name="verdict")
    is_confirmed = models.BooleanField()
    reason = models.TextField(_("Reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.deviation_id} {self.is_confirmed}"


class Check(Kept):
    """A case was checked: whether it complied."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="check_done")
    complies = models.BooleanField()
    note = models.TextField(_("Note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id} {self.complies}"
