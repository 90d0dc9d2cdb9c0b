"""Unannounced spot checks 突击检查: a step as it is done, held against the step's own rules (H2.4.3)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records


class Seen(models.TextChoices):
    """What was seen of a rule."""

    OK = "ok", _("as it should be")
    NOT_OK = "not_ok", _("not as it should be")
    NOT_SEEN = "not_seen", _("not seen")


class SpotCheck(models.Model):
    """A look at one step in one department, on the day, by somebody who comes unannounced."""

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="checks")
    number = models.PositiveSmallIntegerField()
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )
    step = models.CharField(_("Step"), max_length=8)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Checker")
    )
    began_at = models.DateTimeField(_("Began"))
    ended_at = models.DateTimeField(_("Ended"), null=True)

    history = records()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        constraints = [models.UniqueConstraint(fields=["pilot", "number"], name="one_spot_check_a_number")]

    def __str__(self) -> str:
        return f"{self.pilot.code}-K{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("pilots:check", args=[self.pilot.code, self.number])

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class SpotLine(models.Model):
    """A rule of the step, in the words of the definition, and what was seen of it."""

    spot_check = models.ForeignKey(SpotCheck, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=80, help_text="operation, limit, post:…, field:…")
    order = models.PositiveSmallIntegerField()
    text_zh = models.TextField()
    text_en = models.TextField()
    seen = models.CharField(_("Seen"), max_length=8, choices=Seen, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    photo = models.UUIDField(null=True, default=None)

    text = Bilingual("text")
    history = records()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["spot_check", "key"], name="one_spot_line_a_rule")]

    def __str__(self) -> str:
        return self.text

    @property
    def photo_key(self) -> uuid.UUID | None:
        found: Any = self.photo
        return found
