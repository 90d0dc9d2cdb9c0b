"""Open a closed case again, at a step: a call-back, or a new solution (F65)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import clocks_of_case, flow_for, lock_case, may_direct
from cases.domain.chain import Chain
from cases.domain.reasons import asked_reason
from cases.engine.nodes import reopen_at
from cases.models import Case, Clock
from cases.models.case import Status
from cases.models.clock import Target
from cases.models.event import EventKind
from procstd.errors import DomainError


@transaction.atomic
def reopen(case: Case, *, step: str, reason: str, by: Any, at: datetime) -> Case:
    """Open a closed case again at *step*: who is accountable for that step, with a reason."""
    case = lock_case(case, at)
    at = case.at
    found = flow_for(case.definition).standard.step(step)
    if found is None:
        raise DomainError(_("The standard has no such step."), field="step")
    if not may_direct(by, found):
        raise DomainError(_("Only the accountable post of the step may reopen the case there."), field="step")
    reopen_locked(case, Chain(case, by=by, at=at), step=step, reason=asked_reason(reason))
    return case


def reopen_locked(case: Case, chain: Chain, *, step: str, reason: str) -> None:
    """Open a locked case again and write it. Its total starts anew; what was breached stays breached."""
    if case.status != Status.DONE:
        raise DomainError(_("The case is open."))
    flow = flow_for(case.definition)
    found = flow.standard.step(step)
    if found is None or found.group is not None:
        raise DomainError(_("A case can be reopened at a step that stands alone, not in a parallel group."))
    case.flow_class, case.status, case.finished = flow, Status.NEW, None
    chain.add(EventKind.REOPENED, step, reason=str(reason))
    clocks = clocks_of_case(case, chain.at)
    clocks.reopen_case(1 + Clock.objects.filter(case=case, target=Target.TOTAL).count())
    reopen_at(flow.instance.node(step), case)
    clocks.tell(chain)
    chain.write("status", "finished", "rating")
    clocks.write()
