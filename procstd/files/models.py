"""Files: one table, one way in (domain/keeping.py), one way out (views.py)."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def random_name(instance: StoredFile, filename: str) -> str:
    """Name the file on disk by its key: nothing a person typed reaches the file system."""
    key = str(instance.key)
    return f"{key[:2]}/{key}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user: Any) -> StoredFileQuerySet:
        """One's own files that belong to nothing, and the files of what one may see.

        A model whose rows have files says so with ``has_files = True``; who sees the row
        (``visible_to``) sees its files.
        """
        seen = Q(owner=user, content_type=None)
        for model in apps.get_models():
            if getattr(model, "has_files", False):
                rows = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
                seen |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=rows.values("pk"))
        return self.filter(seen)


class StoredFile(models.Model):
    """A file that passed the checks. Its bytes never change; its SHA-256 tells."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="files")
    name = models.CharField(_("Name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("Size"), help_text="bytes")
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to=random_name, max_length=80)
    created_at = models.DateTimeField()

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True)
    object_id = models.PositiveBigIntegerField(null=True)
    belongs_to = GenericForeignKey("content_type", "object_id")

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"]), models.Index(fields=["owner", "created_at"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:file-download", args=[self.key])
