"""What is kept about a project beside its plan: risks (H4), decisions, minutes, the weekly status (F04)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records


class Level(models.IntegerChoices):
    """How likely, how grave."""

    LOW = 1, _("low")
    MEDIUM = 2, _("medium")
    HIGH = 3, _("high")


class Risk(models.Model):
    """A risk and what keeps it small. The starter list is that of H4.1 to H4.3."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="risks")
    title_zh = models.CharField(_("Risk in Chinese"), max_length=200)
    title_en = models.CharField(_("Risk in English"), max_length=200)
    control_zh = models.CharField(_("Control in Chinese"), max_length=400)
    control_en = models.CharField(_("Control in English"), max_length=400)
    likelihood = models.PositiveSmallIntegerField(_("Likelihood"), choices=Level, default=Level.MEDIUM)
    impact = models.PositiveSmallIntegerField(_("Impact"), choices=Level, default=Level.MEDIUM)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Owner"),
    )
    is_open = models.BooleanField(_("Open"), default=True)

    title, control = Bilingual("title"), Bilingual("control")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("risk")
        verbose_name_plural = _("risks")

    def __str__(self) -> str:
        return self.title

    @property
    def weight(self) -> int:
        return self.likelihood * self.impact


class EntryKind(models.TextChoices):
    """What is written down."""

    DECISION = "decision", _("A decision")
    MEETING = "meeting", _("Minutes of a meeting")


class Entry(models.Model):
    """A decision, or the minutes of a meeting: in the words of the one who wrote them. Never changed."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("Kind"), max_length=10, choices=EntryKind)
    held_on = models.DateField(_("Day"))
    title = models.CharField(_("Title"), max_length=160)
    text = models.TextField(_("Text"), max_length=8000)
    people = models.CharField(_("Who was there, or decided"), max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What was written down is not changed; write another entry.")
        super().save(*args, **kwargs)


class WeeklyStatus(models.Model):
    """A project's status at the beginning of a week, from facts. Written once."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="statuses")
    week_from = models.DateField(help_text="the Monday")
    content = models.TextField(help_text="canonical JSON, sentences in both languages")
    sha256 = models.CharField(max_length=64)
    health = models.CharField(max_length=12)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-week_from"]
        constraints = [models.UniqueConstraint(fields=["project", "week_from"], name="one_status_per_week")]

    def __str__(self) -> str:
        return self.week

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A status is written once.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("projects:status-detail", args=[self.project.code, self.week])

    @property
    def week(self) -> str:
        year, week, _day = self.week_from.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.content))

    @staticmethod
    def monday(week: str) -> date | None:
        """Return the Monday of a week as 2026-W09, or None."""
        try:
            year, number = week.split("-W")
            return date.fromisocalendar(int(year), int(number), 1)
        except ValueError:
            return None
