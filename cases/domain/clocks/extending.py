"""More time for a clock: asked for before it is due, decided by the accountable post (F60)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import TooLate, clocks_of_case, lock_case, may_direct, may_work, refuse_if_closed
from cases.domain.chain import Chain
from cases.domain.clocks import arithmetic
from cases.domain.clocks.asking import tell_accountable, tell_asker
from cases.domain.clocks.holding import decided
from cases.domain.clocks.running import CaseClocks, holds_for
from cases.domain.reasons import asked_reason
from cases.models import Case, Clock, Extension, Task
from cases.models.clock import ClockState, Kind, Target
from cases.models.event import EventKind
from processes.domain.standard import UNITS, Limit, Step
from procstd.errors import DomainError
from procstd.worktime import BeyondHorizon

#: The units in which more time can be asked for, by the kind of the clock.
UNITS_FOR = {
    Kind.ELAPSED: ("minutes", "hours", "days"),
    Kind.WORKING: ("working_minutes", "working_hours"),
    Kind.WORKING_DAY: ("working_days", "working_hours"),
}
#: In what more time is asked for, in words.
UNIT_WORDS = {
    "minutes": _("minutes"),
    "hours": _("hours"),
    "days": _("calendar days"),
    "working_minutes": _("working minutes"),
    "working_hours": _("working hours"),
    "working_days": _("working days"),
}
#: Nobody asks for more than this: a limit that moves so far is another limit.
_MOST = 1_000


@transaction.atomic
def ask_extension(clock: Clock, *, amount: int, unit: str, reason: str, by: Any, at: datetime) -> Extension:
    """Ask for more time for a clock that is not due yet. The accountable post still has to decide."""
    case, clocks, clock = lock_clock(clock, at)
    at = case.at
    steps = steps_of(clocks, clock)
    if not any(may_work(by, step) or may_direct(by, step) for step in steps):
        raise DomainError(_("No post of yours does this step."))
    if clock.state != ClockState.RUNNING or clock.due_at is None:
        raise DomainError(_("A clock on hold needs no more time; it stands still."))
    if clock.due_at <= arithmetic.cut(at):
        raise DomainError(_("More time is asked for before the limit is over, not after."))
    if unit not in UNITS_FOR[Kind(clock.kind)] or unit not in UNITS:
        raise DomainError(_("This limit counts in other units."), field="unit")
    if not 1 <= amount <= _MOST:
        raise DomainError(_("From 1 to %(most)d.") % {"most": _MOST}, field="amount")
    if clock.extensions.filter(decided_at=None).exists():
        raise TooLate(_("More time was asked for already; the answer is still due."))
    extension = Extension.objects.create(
        clock=clock, amount=amount, unit=unit, reason=asked_reason(reason), asked_by=by, asked_at=at
    )
    chain = Chain(case, by=by, at=at)
    chain.add(EventKind.MORE_TIME_ASKED, clock.step, clock=clock.key, amount=amount, unit=unit, reason=extension.reason)
    chain.write()
    tell_accountable(case, steps, key=f"more-time:{extension.pk}:asked", is_hold=False, by=by, at=at)
    return extension


@transaction.atomic
def decide_extension(extension: Extension, *, is_allowed: bool, answer: str = "", by: Any, at: datetime) -> Extension:
    """Give or refuse more time. The clock keeps the due time it was started with, for all to see."""
    case, clocks, clock = lock_clock(extension.clock, at)
    at = case.at
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    if extension.decided_at is not None:
        raise TooLate(decided(extension))
    if extension.asked_by_id == by.pk or not any(may_direct(by, step) for step in steps_of(clocks, clock)):
        raise DomainError(_("The accountable post decides this, and never who asked for it."))
    if not is_allowed:
        answer = asked_reason(answer, field="answer")
    elif clock.state != ClockState.RUNNING:
        raise DomainError(_("The clock is on hold; decide when the case goes on."))
    extension.decided_by, extension.decided_at, extension.is_allowed = by, at, is_allowed
    extension.answer, extension.due_before = answer.strip(), clock.due_at
    chain = Chain(case, by=by, at=at)
    if is_allowed:
        before = clock.due_at
        try:
            arithmetic.extend(clock, Limit(extension.amount, extension.unit), holds_for(case, clock), at=at)
        except BeyondHorizon as error:
            raise DomainError(_("The calendar does not reach so far."), field="answer") from error
        clocks.change(clock, "extended", before=before, amount=extension.amount, unit=extension.unit)
        clocks.tell(chain)
    extension.due_after = clock.due_at
    extension.save()
    kind = EventKind.EXTENDED if is_allowed else EventKind.NOT_EXTENDED
    chain.add(kind, clock.step, clock=clock.key, amount=extension.amount, unit=extension.unit, reason=extension.answer)
    chain.write()
    clocks.write()
    tell_asker(case, extension.asked_by, key=f"more-time:{extension.pk}:decided", is_allowed=is_allowed, at=at)
    return extension


def steps_of(clocks: CaseClocks, clock: Clock) -> list[Step]:
    """Return the steps whose accountable posts decide about a clock: its own; of the whole case the open ones."""
    if clock.target in (Target.STEP, Target.EXCEPTION):
        keys = {clock.step}
    else:
        keys = set(Task.objects.open().filter(process=clock.case_id).values_list("key", flat=True))
    return [step for step in clocks.standard.steps if step.key in keys]


def lock_clock(clock: Clock, at: datetime) -> tuple[Case, CaseClocks, Clock]:
    """Lock the case of an open clock; return it, its clocks, and the clock among them."""
    case = lock_case(clock.case, at)
    refuse_if_closed(case)
    clocks = clocks_of_case(case, case.at)
    found = next((other for other in clocks.open if other.pk == clock.pk), None)
    if found is None:
        raise TooLate(_("This clock has ended."))
    return case, clocks, found
