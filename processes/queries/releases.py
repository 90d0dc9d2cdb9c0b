"""What is in force, across processes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from processes.models import Process, Release


def processes_in_force(at: datetime) -> list[Process]:
    """Return the active processes with a release in force at a moment, each with ``scoped``. Three queries.

    ``scoped`` are the departments that have a release of their own now: cases for them run by another text.
    """
    releases = Release.objects.in_force(at)
    scoped = releases.exclude(departments=None).defer("reason").prefetch_related("departments")
    found: list[Any] = list(
        Process.objects.filter(is_active=True, pk__in=releases.values("process"))
        .select_related("department", "owner")
        .prefetch_related(Prefetch("releases", scoped, to_attr="scoped_releases"))
    )
    for process in found:
        departments = {row.pk: row for release in process.scoped_releases for row in release.departments.all()}
        process.scoped = sorted(departments.values(), key=lambda row: row.code)
    return found
