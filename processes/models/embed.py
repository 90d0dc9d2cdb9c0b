"""Pages of manuals in other systems: who may show which, until when (F49)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procstd.history import records


class EmbedTokenQuerySet(models.QuerySet["EmbedToken"]):
    def in_force(self, at: datetime) -> EmbedTokenQuerySet:
        return self.filter(Q(revoked_at=None) & Q(expires_at__gt=at), process__is_active=True)


class EmbedToken(models.Model):
    """Shows the manual in force of one process, read-only. Only the token's SHA-256 is kept; it is shown once."""

    process = models.ForeignKey("processes.Process", on_delete=models.CASCADE, related_name="embed_tokens")
    label = models.CharField(_("Where it is used"), max_length=80)
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES)
    origins = models.JSONField(_("Sites that may frame it"), default=list)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("Expires"))
    revoked_at = models.DateTimeField(null=True)
    uses = models.PositiveBigIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)

    #: What is counted is no change that anybody made.
    history = records(excluded_fields=["digest", "uses", "last_used_at"])
    objects = EmbedTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("embedded page")
        verbose_name_plural = _("embedded pages")

    def __str__(self) -> str:
        return self.label

    def is_in_force(self, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at
