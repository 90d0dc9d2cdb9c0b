"""Start a project, change what it seeks, stop it (H0.1, H1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.roles import Role
from projects.domain.rights import lock_project
from projects.domain.starter_risks import RISKS
from projects.models import Project, Risk, State

#: Words that stand in addresses where a code would.
RESERVED = frozenset({"add", "inventory", "import"})


@transaction.atomic
def start_project(
    *, code: str, lead: Any, departments: Iterable[Any] = (), by: Any, at: datetime, reason: str, **facts: Any
) -> Project:
    """Start a project with the risks of the starter list (H4). Refuses a code that is taken, and a lead who is none."""
    if code in RESERVED:
        raise DomainError(_("Choose another code."), field="code")
    if Project.objects.filter(code=code).exists():
        raise DomainError(_("This code is taken."), field="code")
    _refuse_lead(lead)
    _refuse_figures(facts.get("baseline"), facts.get("target"))
    project = history.save(Project(code=code, lead=lead, started_at=at, **facts), by=by, reason=reason)
    project.departments.set(departments)
    history.save_many([Risk(project=project, **risk) for risk in RISKS], by=by, reason=reason)
    return project


@transaction.atomic
def change_project(
    project: Project,
    *,
    by: Any,
    reason: str,
    lead: Any,
    departments: Iterable[Any] = (),
    seen: int | None = None,
    **facts: Any,
) -> Project:
    """Change names, figures, lead, the departments concerned."""
    project = lock_project(project, by=by)
    history.refuse_if_changed_since(project, seen)
    if lead.pk != project.lead_id:
        _refuse_lead(lead)
    _refuse_figures(facts.get("baseline"), facts.get("target"))
    project.lead = lead
    for name, value in facts.items():
        setattr(project, name, value)
    project.departments.set(departments)
    return history.save(project, by=by, reason=reason)


@transaction.atomic
def stop_project(project: Project, *, by: Any, reason: str) -> Project:
    """Stop a project that will not be finished. Everything stays to be read."""
    project = lock_project(project, by=by)
    project.state = State.STOPPED
    return history.save(project, by=by, reason=reason, update_fields=["state"])


def _refuse_lead(lead: Any) -> None:
    if not lead.is_active or Role.PROJECT_LEAD not in lead.roles:
        raise DomainError(_("%(person)s holds no post of a project lead.") % {"person": lead}, field="lead")


def _refuse_figures(baseline: Decimal | None, target: Decimal | None) -> None:
    if baseline is not None and baseline == target:
        raise DomainError(_("Baseline and target are the same: what would be gained?"), field="target")
