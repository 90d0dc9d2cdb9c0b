"""The result of an audit: counted once, when every case is checked (F72)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.audit import Audit
from audits.models.kept import Kept


class Conclusion(Kept):
    """An audit was closed with its figures; ``facts`` are those of the whole and of each department."""

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="conclusion")
    facts = models.JSONField()
    text = models.TextField(_("Summary"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.audit_id}"
