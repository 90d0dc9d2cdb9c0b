"""Plan a pilot of a version that is signed or released, and change the plan until criteria are fixed (H2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pilots.domain.rights import CLICKED_TWICE, lock_pilot, may_begin, may_keep, refuse_if_locked
from pilots.models import Pilot
from pilots.queries.scenarios import usual_fields
from processes.domain.reading import standard_of_revision
from processes.models import Definition, Process, Revision
from processes.models.revision import State as RevisionState
from procstd import history
from procstd.errors import DomainError
from procstd.numbers import save_numbered
from procstd.roles import Role

_TRIABLE = (RevisionState.SIGNED, RevisionState.RELEASED)


@transaction.atomic
def plan_pilot(
    process: Process, *, revision: Revision, leader: Any, controls: Iterable[Any] = (), by: Any, at: datetime,
    reason: str, **facts: Any,
) -> Pilot:  # fmt: skip
    """Plan a pilot of *revision*, compared with the cases of a period before, decided by *leader* (H2.4.3).

    Refuses a version that is neither signed nor released, one of another process or of one out of use, days that are
    none, and a leader who is no project lead. A second click returns the pilot that the first planned.
    """
    if not may_keep(by):
        raise DomainError(_("Project leads and process specialists keep pilots, and nobody else."))
    if not process.is_active:
        raise DomainError(_("This process is no longer used, so nothing is tried."))
    _refuse_revision(process, revision)
    _refuse_leader(leader)
    _refuse_days(facts)
    Process.objects.select_for_update().get(pk=process.pk)  # of two clicks at once the second waits
    facts |= {"process": process, "revision": revision, "leader": leader}
    compared = list(controls)
    known = _alike(facts, compared, by=by, at=at, reason=reason)
    if known is not None:
        return known
    standard, _definition = standard_of_revision(revision)
    facts |= {"planned_at": at, "scenario_fields": usual_fields(standard)}
    pilot = save_numbered(
        Pilot(**facts), "P", column="code", by=by, reason=reason,
        busy=_("Several pilots are being planned at this moment. Please try once more."),
    )  # fmt: skip
    pilot.controls.set(compared)
    return pilot


def _alike(
    facts: dict[str, Any], controls: Iterable[Any], *, by: Any, at: datetime, reason: str
) -> Pilot | None:  # fmt: skip
    """Return the pilot that *by* planned just now by the same form, and that has no departments yet.

    Later the same days and people are another pilot, in other departments.
    """
    mine = Pilot.history.filter(history_type="+", history_user=by, history_change_reason=reason).values("id")
    rows = Pilot.objects.filter(pk__in=mine, candidates=None, **facts)
    rows = rows.filter(planned_at__gt=at - CLICKED_TWICE, planned_at__lt=at + CLICKED_TWICE)
    wanted = {row.pk for row in controls}
    return next((row for row in rows if set(row.controls.values_list("pk", flat=True)) == wanted), None)


@transaction.atomic
def change_pilot(
    pilot: Pilot, *, leader: Any, controls: Iterable[Any] = (), by: Any, reason: str, seen: int | None = None,
    **facts: Any,
) -> Pilot:  # fmt: skip
    """Change period, numbers, leader and comparison. Refuses once the criteria are fixed."""
    pilot = lock_pilot(pilot, by=by)
    refuse_if_locked(pilot)
    history.refuse_if_changed_since(pilot, seen)
    _refuse_leader(leader)
    _refuse_days(facts)
    for name, value in {**facts, "leader": leader}.items():
        setattr(pilot, name, value)
    pilot.controls.set(controls)
    return history.save(pilot, by=by, reason=reason)


@transaction.atomic
def change_leader(pilot: Pilot, *, leader: Any, by: Any, reason: str) -> Pilot:
    """Let another project lead decide about a pilot: who was to do it may have left. Refuses once it is decided."""
    pilot = lock_pilot(pilot, by=by)
    if pilot.is_over:
        raise DomainError(_("This pilot is decided; nothing is added to it any more."))
    if not may_begin(by):
        raise DomainError(_("A project lead says who leads a pilot, and nobody else."), field="leader")
    _refuse_leader(leader)
    pilot.leader = leader
    return history.save(pilot, by=by, reason=reason, update_fields=["leader"])


def _refuse_revision(process: Process, revision: Revision) -> None:
    if revision.process_id != process.pk:
        raise DomainError(_("This version is of another process."), field="revision")
    if revision.is_variant:
        raise DomainError(_("The variant of a department is not tried elsewhere."), field="revision")
    if revision.state not in _TRIABLE:
        raise DomainError(_("A version is tried when it is signed, or released."), field="revision")
    definition = Definition.objects.filter(revision=revision).first()
    if definition is not None and not definition.is_intact:
        raise DomainError(_("The stored text of this standard is not the one that was released."), field="revision")


def _refuse_leader(leader: Any) -> None:
    if not leader.is_active or Role.PROJECT_LEAD not in leader.roles:
        raise DomainError(_("%(person)s holds no post of a project lead.") % {"person": leader}, field="leader")


def _refuse_days(facts: dict[str, Any]) -> None:
    for name in ("period", "before"):
        start, end = facts[f"{name}_from"], facts[f"{name}_until"]
        if start >= end:
            raise DomainError(_("The period ends before it begins."), field=f"{name}_until")
    before: date = facts["before_until"]
    if before > facts["period_from"]:
        raise DomainError(_("What is compared lies before the pilot, not in it."), field="before_until")
    if not 1 <= facts["cases_least"] <= facts["cases_most"]:
        raise DomainError(_("At least one case, and at most not fewer than at least."), field="cases_most")
