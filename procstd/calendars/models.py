"""Working calendars 工作日历 in versions: when a department works, on which days it does not (F56, R14)."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.codes import code_validator
from procstd.organisation.models.person import known_time_zone
from procstd.worktime import Calendar as WorkingTime


class Calendar(models.Model):
    """The calendar of a department and those below it; the one without a department is everybody else's."""

    code = models.CharField(_("Code"), max_length=32, unique=True, validators=[code_validator])
    name_zh = models.CharField(_("Name in Chinese"), max_length=80)
    name_en = models.CharField(_("Name in English"), max_length=80)
    tz = models.CharField(_("Time zone"), max_length=64, default="Asia/Shanghai", validators=[known_time_zone])
    department = models.OneToOneField(
        "organisation.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar",
        verbose_name=_("Department"),
        help_text=_("And the departments below it; empty: all that have no calendar of their own."),
    )

    name = Bilingual("name")
    history = records()

    class Meta:
        ordering = ["code"]
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        constraints = [
            # NULL is never equal to NULL: the one without a department needs a rule of its own.
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(department=None), name="one_calendar_for_everybody_else"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("calendars:calendar-detail", args=[self.code])


class VersionState(models.TextChoices):
    """Where a version of a calendar stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class VersionQuerySet(models.QuerySet["CalendarVersion"]):
    def published(self) -> VersionQuerySet:
        return self.filter(state=VersionState.PUBLISHED)

    def drafts(self) -> VersionQuerySet:
        return self.filter(state=VersionState.DRAFT)

    def visible_to(self, user: Any) -> VersionQuerySet:
        """What is signed is for everybody; administrators see drafts too."""
        return self if user.is_staff else self.published()


class CalendarVersion(models.Model):
    """One version of a calendar's plan. Frozen once published: clocks pin it (R14).

    ``plan`` is what ``worktime.Calendar.from_plan`` takes, with names for the days::

        {"tz": "Asia/Shanghai", "weekly": {"mon": [["09:00", "12:00"], …], …},
         "holidays": {"2026-10-01": "国庆节"},
         "extra_workdays": {"2026-10-10": {"windows": [["09:00", "12:00"], …], "name": "国庆节"}}}
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(_("State"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    plan = models.JSONField()
    known_until = models.DateField(
        _("Holidays known until"), null=True, blank=True, help_text=_("Due times after this day are provisional.")
    )
    notice = models.CharField(_("Number of the notice"), max_length=120, blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    token = models.CharField(max_length=32, blank=True, help_text="tells processes that calendars have changed")

    history = records()
    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["calendar", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="one_calendar_version_per_number"),
            models.UniqueConstraint(
                fields=["calendar"], condition=models.Q(state="draft"), name="one_draft_per_calendar"
            ),
        ]

    #: What the row was when it was read or saved last.
    _was_published = False

    def __str__(self) -> str:
        return f"{self.calendar} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_published()
        super().save(*args, **kwargs)
        self._was_published = self.is_published

    def get_absolute_url(self) -> str:
        return reverse("calendars:version-detail", args=[self.calendar.code, self.number])

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> CalendarVersion:
        row = super().from_db(*args, **kwargs)
        row._was_published = row.__dict__.get("state") == VersionState.PUBLISHED
        return row

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete(*args, **kwargs)

    def _refuse_published(self) -> None:
        # A second time the database says so itself: migration 0002.
        if self._was_published:
            raise TypeError("A published version of a calendar is never changed; publish another one.")

    @property
    def is_published(self) -> bool:
        return self.state == VersionState.PUBLISHED

    def freeze(self) -> None:
        """Fill in what a published version is known by."""
        self.state, self.token = VersionState.PUBLISHED, secrets.token_hex(16)
        self.digest = digest_of(self.plan)


def digest_of(plan: dict[str, Any]) -> str:
    """Return the SHA-256 of a plan's canonical JSON."""
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def working_time(plan: dict[str, Any]) -> WorkingTime:
    """Return the arithmetic of a plan. Raises worktime.PlanError, which names what is wrong."""
    return WorkingTime.from_plan(
        tz=plan["tz"],
        weekly=plan["weekly"],
        holidays=plan.get("holidays", {}),
        extra_workdays={day: row["windows"] for day, row in plan.get("extra_workdays", {}).items()},
    )
