"""Put a case on hold and let it go on: with reason, evidence, a longest time, and who allowed it (F59, R7, R8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import (
    TooLate,
    clocks_of_case,
    lock_case,
    may_direct,
    may_work,
    refuse_if_closed,
    standard_of,
    step_of,
    too_late,
)
from cases.domain.chain import Chain
from cases.domain.clocks import arithmetic
from cases.domain.clocks.asking import tell_accountable, tell_asker
from cases.domain.clocks.running import CaseClocks, holds_of
from cases.domain.documents import attach
from cases.domain.reasons import asked_reason
from cases.models import Case, Hold, Task
from cases.models.clock import ClockState, Target
from cases.models.event import EventKind
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import moment


@transaction.atomic
def ask_hold(task: Task, *, reason: str, days: int, evidence: Any = None, by: Any, at: datetime) -> Hold:
    """Ask that the case be put on hold. Who is accountable for the step has the leave at once."""
    case, standard, step = lock_for_task(task, by, at)
    at = case.at
    most = standard.clockwork.hold_days
    if most == 0:
        raise DomainError(_("The standard lets nobody put a case on hold."))
    if not 1 <= days <= most:
        raise DomainError(_("From 1 to %(most)d days, says the standard.") % {"most": most}, field="days")
    chain = Chain(case, by=by, at=at)
    _refuse_second(case, chain)
    hold = _new(case, task, reason, days, by, at)
    if evidence is not None:
        try:
            hold.evidence = attach(case, evidence, by=by, at=at, is_personal=True)
        except DomainError as refusal:
            raise DomainError(refusal.message, field="evidence") from refusal
    chain.add(EventKind.HOLD_ASKED, task.key, reason=hold.reason, days=days)
    if may_direct(by, step):
        _decide(hold, by=by, at=at, is_allowed=True, answer="")
        _begin(case, hold, chain, at)
    else:
        hold.save()
        chain.write()
        tell_accountable(case, [step], key=f"hold:{hold.pk}:asked", is_hold=True, by=by, at=at)
    return hold


@transaction.atomic
def wait_for_customer(task: Task, *, reason: str, by: Any, at: datetime) -> Hold:
    """Put the case on hold until the customer answers, where the standard lets its step do so."""
    case, _standard, step = lock_for_task(task, by, at)
    at = case.at
    if not step.customer_days:
        raise DomainError(_("The standard does not let this step wait for the customer."))
    chain = Chain(case, by=by, at=at)
    _refuse_second(case, chain)
    hold = _new(case, task, reason, step.customer_days, by, at)
    hold.for_customer = True
    _decide(hold, by=None, at=at, is_allowed=True, answer="")
    _begin(case, hold, chain, at)
    return hold


@transaction.atomic
def decide_hold(hold: Hold, *, is_allowed: bool, answer: str = "", by: Any, at: datetime) -> Hold:
    """Allow or refuse a hold that was asked for: the accountable post, and not who asked. It counts from now."""
    case = lock_case(hold.case, at)
    at = case.at
    hold = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("task__step", "task__process__definition")
        .get(pk=hold.pk)
    )
    if hold.decided_at is not None:
        raise TooLate(decided(hold))
    step = step_of(hold.task)
    if hold.asked_by_id == by.pk or not may_direct(by, step):
        raise DomainError(_("The accountable post decides this, and never who asked for it."))
    if not is_allowed:
        answer = asked_reason(answer, field="answer")
    refuse_if_closed(case)
    if hold.task.finished is not None:
        raise TooLate(_("The step was done meanwhile, so there is nothing to hold any more."))
    _decide(hold, by=by, at=at, is_allowed=is_allowed, answer=answer.strip())
    chain = Chain(case, by=by, at=at)
    if is_allowed:
        _begin(case, hold, chain, at)
    else:
        hold.save()
        chain.add(EventKind.HOLD_REFUSED, hold.task.key, reason=hold.answer)
        chain.write()
    tell_asker(case, hold.asked_by, key=f"hold:{hold.pk}:decided", is_allowed=is_allowed, at=at)
    return hold


@transaction.atomic
def resume_case(case: Case, *, by: Any, at: datetime) -> None:
    """Let a case on hold go on: whoever has a post in what it is at."""
    case = lock_case(case, at)
    at = case.at
    refuse_if_closed(case)
    if not may_resume(by, case):
        raise DomainError(_("No post of yours works on what this case is at."))
    clocks, chain = clocks_of_case(case, at), Chain(case, by=by, at=at)
    if not end_hold(case, clocks, chain, looks=True):
        raise TooLate(_("The case is not on hold."))
    clocks.tell(chain)
    chain.write()
    clocks.write()


def may_resume(user: Any, case: Case) -> bool:
    """Tell whether *user* works on, or is accountable for, a step that *case* is at. One statement."""
    keys = set(Task.objects.open().filter(process=case).values_list("key", flat=True))
    steps = [step for step in standard_of(case.definition).steps if step.key in keys]
    return any(may_work(user, step) or may_direct(user, step) for step in steps)


def end_hold(
    case: Case, clocks: CaseClocks, chain: Chain, *, looks: bool = False, only_for_customer: bool = False
) -> bool:
    """End the hold of a locked case, if there is one; tell whether there was. The caller writes.

    It ends now, or ended when its longest time was over. No statement unless a clock of the case
    stands still, or *looks* asks for one: grading anew can leave a case on hold without a clock.
    """
    paused = [clock for clock in clocks.open if clock.state == ClockState.PAUSED]
    if not paused and not looks:
        return False
    hold = Hold.objects.select_for_update().filter(case=case, held_from__isnull=False, held_until=None).first()
    if hold is None or (only_for_customer and not hold.for_customer):
        return False
    at = arithmetic.cut(min(chain.at, hold.until_most or chain.at))  # no hold lasts longer, however late this comes
    until = max(at, hold.held_from or at)
    hold.held_until, hold.ended_by = until, chain.by
    hold.save(update_fields=["held_until", "ended_by"])
    holds = holds_of(case)
    for clock in paused:
        arithmetic.resume(clock, holds, at=until)
        clocks.change(clock, "resumed", before=None, since=until.isoformat())
    chain.add(EventKind.RESUMED, hold=hold.pk, until=until.isoformat())
    return True


def end_expired_holds(*, at: datetime, limit: int = 200) -> int:
    """End the holds whose longest time is over: the clocks run on from that moment, however late this comes."""
    expired = Hold.objects.filter(held_until=None, until_most__lte=at).order_by("until_most")[:limit]
    ended = 0
    for hold in expired.select_related("case"):
        with transaction.atomic():
            case = lock_case(hold.case, at)
            at = case.at
            clocks, chain = clocks_of_case(case, at), Chain(case, by=None, at=at)
            if end_hold(case, clocks, chain, looks=True):
                clocks.tell(chain)
                chain.write()
                clocks.write()
                ended += 1
    return ended


def decided(asked: Any) -> Any:
    """Return the sentence that says who has decided about a hold or about more time."""
    return _("%(who)s decided this on %(when)s, so nothing was changed.") % {
        "who": asked.decided_by or _("The software"),
        "when": moment(asked.decided_at),
    }


def lock_for_task(task: Task, by: Any, at: datetime) -> Any:
    """Lock the case of an open task; return it with its standard and step. Refuses who has no post in the step."""
    case = lock_case(task.process, at)
    at = case.at
    refuse_if_closed(case)
    task.refresh_from_db(fields=["finished", "owner"])
    task.process.definition = case.definition
    step = step_of(task)
    if not (may_work(by, step) or may_direct(by, step)):
        raise DomainError(_("No post of yours does this step."))
    if task.finished is not None:
        raise TooLate(too_late(task))
    return case, standard_of(case.definition), step


def _refuse_second(case: Case, chain: Chain) -> None:
    if case.holds.filter(held_from__isnull=False, held_until=None).exists():
        raise TooLate(_("The case is on hold already."))
    asked = case.holds.filter(decided_at=None).select_related("task").first()
    if asked is None:
        return
    if asked.task.finished is None:
        raise TooLate(_("A hold was asked for already and waits for an answer."))
    # Nobody answered before its step was done: it must not stand in the way of the next one.
    _decide(asked, by=None, at=chain.at, is_allowed=False, answer="")
    asked.save()
    chain.add(EventKind.HOLD_REFUSED, asked.task.key, lapsed=True)


def _new(case: Case, task: Task, reason: str, days: int, by: Any, at: datetime) -> Hold:
    return Hold(case=case, task=task, reason=asked_reason(reason), days=days, asked_by=by, asked_at=at)


def _decide(hold: Hold, *, by: Any, at: datetime, is_allowed: bool, answer: str) -> None:
    hold.decided_by, hold.decided_at, hold.is_allowed, hold.answer = by, at, is_allowed, answer


def _begin(case: Case, hold: Hold, chain: Chain, at: datetime) -> None:
    """Stop the clocks of a locked case, but those of exceptions: they are there to hurry."""
    at, clocks = arithmetic.cut(at), clocks_of_case(case, at)
    running = [row for row in clocks.open if row.state == ClockState.RUNNING and row.target != Target.EXCEPTION]
    if not running:
        raise DomainError(_("No clock of this case runs, so there is nothing to hold."))
    hold.held_from, hold.until_most = at, at + timedelta(days=hold.days)
    hold.save()
    for clock in running:
        before = clock.due_at
        arithmetic.pause(clock, at=at)
        clocks.change(clock, "paused", before=before, at=at.isoformat())
    chain.add(EventKind.HELD, hold.task.key, hold=hold.pk, days=hold.days, customer=hold.for_customer,
              reason=hold.reason)  # fmt: skip
    clocks.tell(chain)
    chain.write()
    clocks.write()
    log.info("case_held", case=case.pk, days=hold.days)
