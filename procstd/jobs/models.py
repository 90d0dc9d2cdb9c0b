"""Jobs: everything that takes longer than two seconds (F93)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> JobQuerySet:
        """One's own jobs; nobody else's, not even for staff: results can hold what only the owner may see."""
        return self.filter(owner=user)

    def unfinished(self) -> JobQuerySet:
        return self.filter(state__in=[State.WAITING, State.RUNNING])


class Job(models.Model):
    """Work done in the background for one person. The row is the truth; a message only wakes a worker."""

    has_files = True

    kind = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet")
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    # Who works on it: a random word per attempt. A worker whose word is no longer here has lost it.
    lease = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    seen_alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    error = Bilingual("error")
    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "-created_at"]),
            models.Index(
                fields=["seen_alive_at"], name="jobs_unfinished", condition=Q(state__in=["waiting", "running"])
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("jobs:job-detail", args=[self.pk])

    @property
    def title(self) -> Any:
        from procstd.jobs.kinds import kind_named

        kind = kind_named(self.kind)
        return kind.title if kind else self.kind

    @property
    def is_finished(self) -> bool:
        return self.state not in (State.WAITING, State.RUNNING)

    @property
    def percent(self) -> int | None:
        """How far it is, 0 to 100, or None while nobody knows."""
        if self.state == State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else None
