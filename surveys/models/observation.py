"""On-site observation 现场观察: follow one or two cycles with a stopwatch: real steps, moments, anomalies (H2.2.1)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.history import records
from procstd.roles import Role
from surveys.models.survey import Survey

#: An anomaly can become a pain point word for word: it is as long as one.
ANOMALY_MOST = 300


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, user: Any) -> ObservationQuerySet:
        """Who sees the survey sees its observations; an observer sees the own ones, and no survey by that."""
        return self.filter(Q(survey__in=Survey.objects.visible_to(user)) | Q(observer=user))

    def kept_by(self, user: Any) -> ObservationQuerySet:
        """Those in which this person may use the stopwatch: surveyors in all, an observer in the own ones."""
        if user.is_staff or Role.PROCESS_SPECIALIST in user.roles:
            return self
        return self.filter(observer=user)

    def running(self) -> ObservationQuerySet:
        return self.filter(ended_at=None, survey__ended_at=None)


class Observation(models.Model):
    """One look: who, where, when, at which case or cycle. Photos of its laps belong to it."""

    has_files = True

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="observations")
    number = models.PositiveSmallIntegerField()
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="observations", verbose_name=_("Observer")
    )
    subject = models.CharField(_("Case or cycle"), max_length=120)
    place = models.CharField(_("Place of observation"), max_length=120, blank=True)
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, related_name="+")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(_("Began"))
    ended_at = models.DateTimeField(_("Ended"), null=True)

    history = records()
    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="surveys_one_observation_a_number")]

    def __str__(self) -> str:
        return f"O{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:observation", args=[self.survey.number, self.number])

    @property
    def is_running(self) -> bool:
        return self.ended_at is None


class LapQuerySet(models.QuerySet["Lap"]):
    def counted(self) -> LapQuerySet:
        """Laps that are over and measure a step of the survey."""
        return self.filter(is_left_out=False, stopped_at__isnull=False, step__isnull=False)


class Lap(models.Model):
    """A step as it was seen: from when until when, and what was odd.

    The key is made by the phone, so that a lap sent twice is one; the edition counts the phone's own
    changes of it, so that an older one that comes late changes nothing.
    """

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="laps")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.PositiveIntegerField(default=1)
    step = models.ForeignKey(
        "surveys.AsIsStep",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="laps",
        verbose_name=_("Step"),
    )
    what = models.CharField(_("Step as it was called"), max_length=120)
    started_at = models.DateTimeField(_("Start"))
    stopped_at = models.DateTimeField(_("Stop"), null=True)
    anomaly = models.CharField(_("Anomaly"), max_length=ANOMALY_MOST, blank=True)
    photo = models.UUIDField(null=True)
    photo_sent = models.UUIDField(null=True)
    #: The phone's clock was set more than once while nobody could tell: the moments cannot be mended.
    is_doubtful = models.BooleanField(default=False)
    is_left_out = models.BooleanField(_("Left out"), default=False)
    pain = models.ForeignKey("surveys.Pain", on_delete=models.SET_NULL, null=True, blank=True, related_name="laps")

    history = records()
    objects = LapQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        verbose_name = _("lap")
        verbose_name_plural = _("laps")
        constraints = [
            models.UniqueConstraint(fields=["observation", "number"], name="surveys_one_lap_a_number"),
            models.CheckConstraint(condition=~Q(what=""), name="surveys_lap_has_a_name"),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")), name="surveys_lap_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The step's name in the reader's language, or what the observer called it."""
        return str(self.step) if self.step else self.what

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None

    @property
    def seconds(self) -> int | None:
        return int((self.stopped_at - self.started_at).total_seconds()) if self.stopped_at else None
