"""What beat presses for projects: the weekly status. It may run twice, or late."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from procstd.health.beats import sweep
from projects.domain.status import make_missing_statuses


@shared_task
@sweep("project statuses", every_seconds=3600)
def make_project_statuses() -> None:
    """Write the status of this week where there is none, and tell the teams (F04)."""
    make_missing_statuses(at=timezone.now())
