"""The weekly exception report 《流程执行异常报告》 and who gets it (H2.5.4, F68)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ExceptionKind(models.TextChoices):
    """What departs from the standard. Each is defined in cases/domain/reporting.py."""

    OVERDUE = "overdue", _("Overdue")
    RETURNED = "returned", _("Sent back")
    SKIPPED = "skipped", _("Key node skipped")
    PAUSED = "paused", _("Hold at its cap or refused")
    MISSING = "missing", _("Required fields left out")
    REOPENED = "reopened", _("Reopened")


class ExceptionReport(models.Model):
    """What departed from the standards in one week, over all processes. Written once (migration 0004).

    ``content`` is canonical JSON with every single exception in it; ``summary`` counts them, so that
    a list of weeks need not read the contents.
    """

    week_from = models.DateField(_("Week from"), unique=True, help_text="a Monday")
    content = models.TextField(help_text="canonical JSON")
    sha256 = models.CharField(max_length=64)
    summary = models.JSONField(help_text="of the content: rows of department, process, step, kind, detail, count")
    made_at = models.DateTimeField(_("Made"))

    class Meta:
        ordering = ["-week_from"]
        verbose_name = _("exception report")
        verbose_name_plural = _("exception reports")

    def __str__(self) -> str:
        return self.week

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A report is never changed; what it says can be computed again.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("cases:exception-report", args=[self.week])

    @property
    def week(self) -> str:
        """The week as people write it: 2026-W47."""
        return week_name(self.week_from)

    @property
    def last_day(self) -> date:
        return self.week_from + timedelta(days=6)

    @property
    def is_intact(self) -> bool:
        """Tell whether the content is what was written."""
        return hashlib.sha256(self.content.encode()).hexdigest() == self.sha256

    def load(self) -> dict[str, Any]:
        return dict(json.loads(self.content))


def week_name(monday: date) -> str:
    """Return the ISO week of a day: 2026-W47."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


class ReportSubscription(models.Model):
    """A person wants to be told of each week's report: of one process, or of all."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_subscriptions")
    process = models.ForeignKey("processes.Process", on_delete=models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "process"], name="one_subscription_per_process"),
            # NULL is never equal to NULL: the one for all processes needs a rule of its own.
            models.UniqueConstraint(fields=["person"], condition=Q(process=None), name="one_subscription_for_all"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.process_id or 'all'}"
