"""Begin a pilot: put the version in force in the chosen departments for the period, and nowhere else (F37)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pilots import notices
from pilots.domain.criteria import is_intact
from pilots.domain.rights import lock_pilot, may_begin, refuse_unless_planned
from pilots.models import Pilot, State
from pilots.queries.days import end_of
from pilots.queries.readiness import is_ready, readiness_of
from pilots.queries.telling import people_of
from processes.domain.gate import refuse_red
from processes.domain.inforce import put_in_force
from processes.domain.releasing import Gate, release
from processes.models import Process, Release
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department


@transaction.atomic
def begin_pilot(pilot: Pilot, *, by: Any, at: datetime, reason: str = "", gate: Gate = refuse_red) -> Pilot:
    """Begin a pilot: from its first day (or now, if that has come) new cases of its departments follow its version.

    Refuses before criteria are fixed (F39), and a period that is over. Where not everybody was trained and has
    confirmed, *reason* says why it begins all the same; how far that was is kept. A draft that is signed is released
    by this, through its *gate*. Begun twice it is begun once.
    """
    pilot = lock_pilot(pilot, by=by)
    if pilot.state == State.RUNNING:
        return pilot
    refuse_unless_planned(pilot)
    if not may_begin(by):
        raise DomainError(_("A project lead puts a version in force, and nobody else."))
    if not hasattr(pilot, "lock"):
        raise DomainError(_("Fix the criteria first: afterwards they would be chosen by the figures."))
    if not is_intact(pilot):
        raise DomainError(
            _("The text, the criteria or the departments are not those that were fixed. Plan another pilot.")
        )
    if end_of(pilot) <= at:
        raise DomainError(_("The period of this pilot is over. Plan another one."))
    Process.objects.select_for_update().get(pk=pilot.process_id)  # two leads may begin two pilots at once
    _refuse_a_second(pilot)
    ready = readiness_of(pilot, at=at)
    if not is_ready(ready) and not reason.strip():
        raise DomainError(
            _("Not everybody concerned was trained and has confirmed. Say why it begins all the same."), field="reason"
        )
    starts = max(at, standard_workdays().begin_of(pilot.period_from))
    places = Department.objects.without_tree_fields().filter(
        pk__in=pilot.candidates.filter(is_chosen=True).values("department")
    )
    words = f"{pilot.code}. {reason}".strip()
    pilot.release = put(pilot, places, by=by, at=at, starts=starts, ends=end_of(pilot), reason=words, gate=gate)
    pilot.state, pilot.begun_at = State.RUNNING, starts
    pilot.readiness = [
        {"department": row.department.code, "concerned": row.concerned, "trained": row.trained,
         "confirmed": row.confirmed}
        for row in ready
    ]  # fmt: skip
    history.save(pilot, by=by, reason=words, update_fields=["release", "state", "begun_at", "readiness"])
    tell(notices.begun(pilot, people_of(pilot)), at=at)
    return pilot


def _refuse_a_second(pilot: Pilot) -> None:
    """Refuse two pilots of one process in one department: the later would end the earlier without a decision."""
    places = pilot.candidates.filter(is_chosen=True).values("department")
    others = Pilot.objects.running().filter(process=pilot.process_id).exclude(pk=pilot.pk)
    rows = others.filter(candidates__is_chosen=True, candidates__department__in=places)
    other = rows.select_related("process", "revision").first()
    if other is not None:
        raise DomainError(_("%(pilot)s runs there already. Decide about it first.") % {"pilot": other.code})


def put(
    pilot: Pilot, departments: Iterable[Department], *, by: Any, at: datetime, starts: datetime,
    ends: datetime | None, reason: str, gate: Gate = refuse_red,
) -> Release:  # fmt: skip
    """Put the pilot's version in force in *departments*: released before, or signed and released by this."""
    facts: dict[str, Any] = {
        "by": by, "at": at, "valid_from": starts, "valid_until": ends, "departments": departments, "reason": reason,
    }  # fmt: skip
    if pilot.revision.is_draft:
        made = release(pilot.revision, gate=gate, **facts)
        pilot.revision.refresh_from_db(fields=["state"])
        return made
    return put_in_force(pilot.revision, **facts)
