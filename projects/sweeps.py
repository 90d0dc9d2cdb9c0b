"""What beat presses for projects: the weekly status, files of exports that are old. It may run twice, or late."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from procstd.health.beats import sweep
from projects.domain.status import make_missing_statuses
from projects.domain.transfer.exporting import remove_exports_before

#: A file that holds all of a project lies here so long.
EXPORTS_LAST = timedelta(days=7)


@shared_task
@sweep("project statuses", every_seconds=3600)
def make_project_statuses() -> None:
    """Write the status of this week where there is none, and tell the teams (F04)."""
    make_missing_statuses(at=timezone.now())


@shared_task
@sweep("exports of projects", every_seconds=3600)
def remove_old_exports() -> None:
    """Remove files of exports that are a week old; that they were made stays on record (F05)."""
    remove_exports_before(timezone.now() - EXPORTS_LAST)
