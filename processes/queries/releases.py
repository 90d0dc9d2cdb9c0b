"""What is in force, across processes."""

from __future__ import annotations

from datetime import datetime

from processes.models import Process, Release


def processes_in_force(at: datetime) -> list[Process]:
    """Return the active processes with a release in force at a moment. One query."""
    releases = Release.objects.in_force(at)
    return list(
        Process.objects.filter(is_active=True, pk__in=releases.values("process")).select_related("department", "owner")
    )
