"""The team: who joins with which duty, who leaves (H2.1.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.notices.domain.telling import tell
from projects import notices
from projects.domain.rights import lock_project
from projects.models import Duty, Member, Project
from projects.queries.words import both


@transaction.atomic
def add_member(
    project: Project,
    *,
    duty: str,
    person: Any = None,
    outside_name: str = "",
    department: Any = None,
    by: Any,
    at: datetime,
) -> Member:
    """Add somebody to the team. Advisers may come from outside; everybody else works here.

    Refuses a second leader, somebody twice with one duty, and a department's core member without a
    department (the person's own is taken when none is named).
    """
    project = lock_project(project, by=by)
    outside_name = outside_name.strip()
    if duty not in Duty.values:
        raise DomainError(_("Choose what the member does."), field="duty")
    if (person is None) == (not outside_name):
        raise DomainError(_("Name either somebody who works here, or somebody from outside."), field="person")
    if outside_name and duty != Duty.ADVISER:
        raise DomainError(_("Only advisers come from outside."), field="outside_name")
    if person is not None and not person.is_active:
        raise DomainError(_("%(person)s no longer works here.") % {"person": person}, field="person")
    present = project.members.present()
    if duty == Duty.LEADER and (leader := present.filter(duty=Duty.LEADER).first()) is not None:
        raise DomainError(_("%(person)s leads the team already. A team has one leader.") % {"person": leader},
                          field="duty")  # fmt: skip
    if person is not None and present.filter(person=person, duty=duty).exists():
        raise DomainError(_("%(person)s has this duty already.") % {"person": person}, field="person")
    if department is None and person is not None:
        department = person.department
    if duty == Duty.DEPARTMENT and department is None:
        raise DomainError(_("Say for which department."), field="department")
    member = Member(
        project=project, duty=duty, person=person, outside_name=outside_name, department=department, joined_at=at
    )
    history.save(member, by=by, reason=both(Duty(duty).label))
    if person is not None and (by is None or person.pk != by.pk):
        tell(notices.joined(project, member), at=at)
    return member


@transaction.atomic
def remove_member(member: Member, *, reason: str, by: Any, at: datetime) -> Member:
    """Let a member leave the team. That there was one stays on record."""
    lock_project(member.project, by=by)
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if member.left_at is not None:
        raise DomainError(_("%(person)s has left the team already.") % {"person": member})
    member.left_at = at
    return history.save(member, by=by, reason=reason, update_fields=["left_at"])
