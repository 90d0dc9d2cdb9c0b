"""Who may do what in a project: refusals of the acts, and what pages ask to show a button."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError
from projects.models import Duty, Member, Project

#: Whoever has one of these duties keeps the project's data.
_KEEPING = (Duty.LEADER, Duty.SPECIALIST)


def leader_of(project: Project) -> Member | None:
    """Return the leader of the team, if there is one."""
    return project.members.present().filter(duty=Duty.LEADER).select_related("person").first()


def may_steer(project: Project, by: Any) -> bool:
    """Tell whether *by* is the team's leader, who decides and signs."""
    return project.members.present().filter(duty=Duty.LEADER, person=by).exists()


def may_keep(project: Project, by: Any) -> bool:
    """Tell whether *by* keeps the project: its lead, its leader, its specialists, administrators."""
    if by.is_staff or by.pk == project.lead_id:
        return True
    return project.members.present().filter(duty__in=_KEEPING, person=by).exists()


def lock_project(project: Project, *, by: Any) -> Project:
    """Return the row locked for an act of *by* (None: the software). Refuses strangers, and what is over."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if by is not None and not may_keep(locked, by):
        raise DomainError(_("The project's lead, its leader and its specialists keep it, and nobody else."))
    return refuse_over(locked)


def lock_to_steer(project: Project, *, by: Any) -> Project:
    """Return the row locked for what only the leader may do."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if by is None or not by.is_active or not may_steer(locked, by):
        raise DomainError(_("The leader of the team decides this, and nobody else."))
    return refuse_over(locked)


def refuse_over(project: Project) -> Project:
    if not project.is_running:
        raise DomainError(_("This project is over; nothing in it is changed any more."))
    return project
