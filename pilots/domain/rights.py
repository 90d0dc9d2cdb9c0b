"""Who may do what in a pilot, and the lock that every act takes first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilots.models import Pilot, State
from procstd.errors import DomainError
from procstd.roles import Role

#: Within this time, before or after, the same of the same person is a second click, not a second thing: of two
#: clicks at once the later may get the lock first.
CLICKED_TWICE = timedelta(minutes=1)
_KEEPING = frozenset({Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST})


def may_keep(by: Any) -> bool:
    """Tell whether *by* plans and watches pilots: project leads, specialists, administrators."""
    return bool(by.is_active and (by.is_staff or by.roles & _KEEPING))


def may_begin(by: Any) -> bool:
    """Tell whether *by* puts versions in force: project leads and administrators."""
    return bool(by.is_active and (by.is_staff or Role.PROJECT_LEAD in by.roles))


def may_decide(pilot: Pilot, by: Any) -> bool:
    """Tell whether *by* decides about a pilot: its leader, and nobody else."""
    return bool(by.is_active and by.pk == pilot.leader_id)


def lock_pilot(pilot: Pilot, *, by: Any = None) -> Pilot:
    """Return the row locked for an act of *by* (None: the software). Refuses who does not keep pilots."""
    if by is not None and not may_keep(by):
        raise DomainError(_("Project leads and process specialists keep pilots, and nobody else."))
    rows = Pilot.objects.select_for_update(of=("self",)).select_related("process", "revision__process", "release")
    return rows.get(pk=pilot.pk)


def refuse_unless_planned(pilot: Pilot) -> None:
    if pilot.state != State.PLANNED:
        raise DomainError(_("This pilot has begun; its plan is not changed any more."))


def refuse_if_locked(pilot: Pilot) -> None:
    """Refuse to change what is fixed: criteria, departments, and what is compared."""
    refuse_unless_planned(pilot)
    if hasattr(pilot, "lock"):
        raise DomainError(_("The criteria are fixed, with departments and comparison; nothing of it is changed."))


def refuse_unless_running(pilot: Pilot) -> None:
    if pilot.state == State.PLANNED:
        raise DomainError(_("This pilot has not begun yet."))
    if pilot.state != State.RUNNING:
        raise DomainError(_("This pilot is decided; nothing is added to it any more."))
