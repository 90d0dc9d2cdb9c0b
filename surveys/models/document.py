"""Document analysis 文档分析: what paper says, what practice does, where they differ (H2.2.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.history import records
from surveys.models.survey import Survey


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: Any) -> PaperQuerySet:
        """Who sees the survey sees its papers, and the files that belong to them."""
        return self.filter(survey__in=Survey.objects.visible_to(user))


class Paper(models.Model):
    """An instruction, a form or a guide that was read. Its file belongs to this row, and is seen as this row is."""

    has_files = True

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="papers")
    name = models.CharField(_("Document"), max_length=200)
    says = models.TextField(_("Paper says"))
    practice = models.TextField(_("Practice does"))
    difference = models.TextField(_("Difference"), blank=True)
    file_key = models.UUIDField(null=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    history = records()
    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("document read")
        verbose_name_plural = _("documents read")

    def __str__(self) -> str:
        return self.name
