"""What comes back in the departments of a pilot when its period is over: it moves with the pilot's end (F37, F42)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pilots.models import Pilot
from processes.domain.inforce import end_release
from processes.models import Process, Release
from procstd import history


def lock_what_returns(pilot: Pilot, *, at: datetime) -> Release | None:
    """Return the release that goes on after the pilot's, locked with its process; None where nothing waits.

    That is the version which the pilot's release interrupted in exactly its departments. Another version that
    somebody planned for that day is no return: it stays where it was planned.
    """
    Process.objects.select_for_update().get(pk=pilot.process_id)
    ours = pilot.release
    if ours is None or ours.is_over(at) or ours.valid_until is None:
        return None
    same = _same_scope(ours)
    before = ours
    while before.definition_id == ours.definition_id:  # an extended pilot follows itself
        found = next((row for row in same if row.valid_until == before.valid_from), None)
        if found is None:
            return None
        before = found
    waiting = (row for row in same if row.valid_from == ours.valid_until)
    return next((row for row in waiting if row.definition_id == before.definition_id), None)


def _same_scope(release: Release) -> list[Release]:
    scope = {department.pk for department in release.departments.all()}
    rows = Release.objects.filter(process=release.process_id).exclude(pk=release.pk).prefetch_related("departments")
    return [row for row in rows if {department.pk for department in row.departments.all()} == scope]


def move_return(release: Release, *, to: datetime, by: Any, at: datetime, reason: str) -> None:
    """Let what comes back after a pilot come back at *to* instead; it is withdrawn where it would be over by then."""
    if release.valid_until is not None and release.valid_until <= to:
        end_release(release, by=by, at=at, reason=reason)
        return
    release.valid_from = to
    history.save(release, by=by, reason=reason, update_fields=["valid_from"])
