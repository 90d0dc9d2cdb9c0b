"""Score departments, and choose those in which the pilot runs, with reasons (H2.4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pilots.domain.rights import lock_pilot, refuse_if_locked
from pilots.models import DIMENSIONS, Candidate, Pilot
from pilots.queries.cases import cases_by_department
from pilots.queries.scenarios import scenarios_of
from procstd import history
from procstd.errors import DomainError
from procstd.organisation.models import Department


@transaction.atomic
def score_candidate(
    pilot: Pilot, *, department: Department, by: Any, at: datetime, typed_percent: int | None = None, **scores: Any
) -> Candidate:
    """Score a department on volume, willingness and representativeness, each with its reason; again: anew.

    What is known of cases is kept beside the scores: how many there were, how many kinds of them. The share of
    scenarios may be typed where no case tells. Refuses a department that has no say.
    """
    pilot = lock_pilot(pilot, by=by)
    refuse_if_locked(pilot)
    for name in DIMENSIONS:
        if scores.get(name) not in range(1, 6):
            raise DomainError(_("Choose a score from 1 to 5."), field=name)
        if not str(scores.get(f"why_{name}", "")).strip():
            raise DomainError(_("Say why."), field=f"why_{name}")
    found = scenarios_of(pilot)
    row = Candidate.objects.filter(pilot=pilot, department=department).first() or Candidate(
        pilot=pilot, department=department
    )
    for name, value in scores.items():
        setattr(row, name, value)
    row.cases_known = cases_by_department(pilot).get(department.pk, 0)
    row.scenarios = len(found.all) or None
    row.covered = len(found.covered([department.pk])) if row.scenarios else None
    row.typed_percent = None if row.scenarios else typed_percent
    return history.save(row, by=by, reason="Scored")


@transaction.atomic
def remove_candidate(candidate: Candidate, *, by: Any, reason: str) -> None:
    """Take a department off the list. What was scored stays in the history."""
    pilot = lock_pilot(candidate.pilot, by=by)
    refuse_if_locked(pilot)
    row = Candidate.objects.filter(pk=candidate.pk).first()
    if row is not None:
        history.delete(row, by=by, reason=reason)


@transaction.atomic
def choose_departments(pilot: Pilot, *, reasons: Mapping[int, str], by: Any) -> list[Candidate]:
    """Choose the departments whose numbers *reasons* has, each with its reason; the others are not chosen any more.

    Refuses a choice of none, one without a reason, and a department that was not scored.
    """
    pilot = lock_pilot(pilot, by=by)
    refuse_if_locked(pilot)
    rows = list(pilot.candidates.select_related("department"))
    if not reasons:
        raise DomainError(_("Choose at least one department."))
    if set(reasons) - {row.department_id for row in rows}:
        raise DomainError(_("Score a department before you choose it."))
    for row in rows:
        why = reasons.get(row.department_id)
        if why is not None and not why.strip():
            raise DomainError(
                _("Say why %(department)s is chosen.") % {"department": row.department},
                field=f"why_{row.department_id}",
            )
        row.is_chosen, row.why_chosen = why is not None, (why or "").strip()
    history.save_many(rows, by=by, reason="Departments chosen", fields=["is_chosen", "why_chosen"])
    return [row for row in rows if row.is_chosen]
