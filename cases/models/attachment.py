"""Documents of a case: files that were answers, or that the customer added later."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Any) -> AttachmentQuerySet:
        """Documents of visible cases; personal ones only for those who work on the case (A4)."""
        return self.filter(case__in=Case.objects.visible_to(user)).filter(
            Q(is_personal=False) | Q(case__in=Case.objects.needed_by(user))
        )

    def for_reader(self, *, sees_personal: bool) -> AttachmentQuerySet:
        """Those of a case that its reader may see anyway: personal ones only for who has to know (A4)."""
        return self if sees_personal else self.filter(is_personal=False)


class Attachment(models.Model):
    """A document of a case. Its bytes are a stored file that belongs to this row, so it is seen as this row is."""

    has_files = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    field = models.CharField(max_length=80, blank=True, help_text="as register.photo; empty: added later")
    name = models.CharField(_("Name"), max_length=200)
    is_personal = models.BooleanField(default=False)
    file_key = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:file-download", args=[self.file_key])

    @property
    def file_key_text(self) -> str:
        """The key as answers hold it."""
        return str(self.file_key)


class Note(models.Model):
    """What a customer adds to a case after filing it. Kept apart from the chain: it can be erased."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("Text"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]
