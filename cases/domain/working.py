"""Work a task: claim it, put it back, hand it over, complete it (F63, W1, W2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import TooLate, barred, clocks_of, lock_task, may_direct, may_work, standing_in, step_of
from cases.domain.answers import settle
from cases.domain.chain import Chain
from cases.domain.clocks.holding import end_hold
from cases.domain.clocks.running import CaseClocks
from cases.domain.documents import keep_files, refuse_unknown_codes
from cases.domain.losing import tell_of_hand_over, tell_of_put_back
from cases.domain.moving import go_on
from cases.domain.reasons import asked_reason
from cases.domain.satisfaction import ask_satisfaction
from cases.domain.signing import lacking_at
from cases.engine.nodes import StepActivation
from cases.models import Case, Task
from cases.models.event import EventKind
from processes.domain.redline.saying import joined
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import moment


@transaction.atomic
def claim(task: Task, *, by: Any, at: datetime) -> Task:
    """Take an open task that nobody has. Claiming one's own again changes nothing."""
    task = lock_task(task, at)
    at = task.process.at
    _refuse_strangers(task, by)
    if task.owner_id == by.pk:
        return task
    if task.owner_id is not None:
        raise TooLate(held(task))
    chain = Chain(task.process, by=by, at=at)
    _give(task, by, at)
    chain.add(EventKind.CLAIMED, task.key, **standing_in(by, step_of(task).responsible))
    chain.write()
    return task


@transaction.atomic
def put_back(task: Task, *, by: Any, at: datetime) -> Task:
    """Give a claimed task back to its posts: the one who has it, or the accountable post."""
    task = lock_task(task, at)
    at = task.process.at
    if task.owner_id is None:
        return task
    if task.owner_id != by.pk and not may_direct(by, step_of(task)):
        raise TooLate(held(task))
    chain, was = Chain(task.process, by=by, at=at), task.owner
    _give(task, None, at)
    chain.add(EventKind.PUT_BACK, task.key)
    chain.write()
    tell_of_put_back(task, step_of(task), was=was, by=by, at=at)
    return task


@transaction.atomic
def hand_over(task: Task, *, to: Any, reason: str, by: Any, at: datetime) -> Task:
    """Give a task to another person whose post does the step 转办, with a reason."""
    task = lock_task(task, at)
    at = task.process.at
    step = step_of(task)
    if task.owner_id not in (None, by.pk) and not may_direct(by, step):
        raise TooLate(held(task))
    if not (may_work(by, step) or may_direct(by, step)):
        raise DomainError(_("No post of yours does this step."))
    if barred(task, to):
        raise DomainError(
            _("%(who)s did the step that this one looks at; choose somebody else.") % {"who": to}, field="to"
        )
    if not may_work(to, step):
        raise DomainError(_("%(who)s holds no post that does this step.") % {"who": to}, field="to")
    reason = asked_reason(reason)
    chain, was = Chain(task.process, by=by, at=at), task.owner
    _give(task, to, at)
    chain.add(EventKind.HANDED_OVER, task.key, to=to.username, reason=reason)
    chain.write()
    tell_of_hand_over(task, step, was=was, to=to, by=by, at=at)
    return task


def _give(task: Task, person: Any, at: datetime) -> None:
    task.owner, task.assigned = person, at if person else None
    task.save(update_fields=["owner", "assigned"])


@transaction.atomic
def complete(task: Task, *, outcome: str, answers: Mapping[str, Any], by: Any, at: datetime, reason: str = "") -> Task:
    """Complete a task with one of its step's outcomes and the answers to its form, and start what follows.

    Raises TooLate when somebody else has or had it, AnswersRefused for answers that cannot be
    taken, DomainError for an outcome that is none of the step's. Eight statements with those of
    its transaction, whatever the standard.
    """
    task = lock_task(task, at)
    at = task.process.at
    _refuse_strangers(task, by)
    if task.owner_id not in (None, by.pk):
        raise TooLate(held(task))
    case, step = task.process, step_of(task)
    form = task.flow_task.standard.form(step.form)
    chosen = step.outcome(outcome)
    if chosen is None:
        raise DomainError(_("Choose how the step ends."), field="outcome")
    kept = settle(form, answers) if form else {}
    if form:
        refuse_unknown_codes(form, kept)
        kept = keep_files(case, form, kept, by=by, at=at)
    chain, clocks = Chain(case, by=by, at=at), clocks_of(task, at)
    finish_step(task, chain, clocks, outcome, kept, by=by, reason=reason)
    if not case.is_open:
        ask_satisfaction(case, at=at)
    chain.write("data", "status", "finished", *(() if case.is_open else ("closes",)))
    clocks.write()
    log.info("task_completed", case=case.pk, step=task.key, outcome=outcome)
    return task


def finish_step(
    task: Task, chain: Chain, clocks: CaseClocks, outcome: str, kept: dict[str, Any], *, by: Any, reason: str = ""
) -> None:
    """Finish a locked task with answers that are settled, and note it in *chain*.

    The caller writes the chain with the case, then the clocks.
    """
    case: Case = task.process
    step = step_of(task)
    chosen = step.outcome(outcome)
    if chosen is None:
        raise DomainError(_("Choose how the step ends."), field="outcome")
    if task.signatures_due and not chosen.is_send_back:
        raise DomainError(
            _("%(count)d countersignatures are still due. Ask again, or send it back.") % {"count": task.signatures_due}
        )
    if not chosen.is_send_back and (lacking := lacking_at(task, step)):
        message = _("By the standard this step is countersigned first: %(posts)s. Ask for it below.")
        raise DomainError(message % {"posts": joined(lacking)})
    if task.consulted and not chosen.is_send_back and task.consultations.signed_by(by).exists():
        raise DomainError(_("You countersigned this task, so somebody else has to complete it."))
    body = standing_in(by, step.responsible)
    if chosen.is_send_back:
        body["reason"] = asked_reason(reason)
    if step.form:
        case.data = {**case.data, step.form: kept}
        task.data = kept
    task.owner, task.assigned = by, task.assigned or chain.at
    kind = EventKind.SENT_BACK if chosen.is_send_back else EventKind.COMPLETED
    chain.add(kind, step.key, outcome=chosen.key, **body)
    end_hold(case, clocks, chain)  # whoever goes on working has what the case was waiting for
    clocks.end_step(task, sent_back=chosen.is_send_back)
    if step.form:
        clocks.answers_changed()
    begun: list[Task] = []
    is_moving = case.moves_to_id is not None
    if is_moving:
        case.begin_step = begun.append  # what begins now begins by the version that the case moves to, if it can
    StepActivation(task).finish(chosen)
    if not case.is_open:
        clocks.close_case()
    if is_moving:
        go_on(case, begun, clocks, chain)
    clocks.tell(chain)
    if not case.is_open:
        chain.add(EventKind.CLOSED)


def _refuse_strangers(task: Task, by: Any) -> None:
    step = step_of(task)
    if not may_work(by, step):  # its owner too: a post taken away is gone at once (A3)
        raise DomainError(_("No post of yours does this step."))
    if barred(task, by):
        raise DomainError(
            _("You did “%(step)s” in this case, so somebody else has to do this one.")
            % {"step": getattr(task.flow_task.standard.step(step.not_by), "title", step.not_by)}
        )


def held(task: Task) -> Any:
    """Return the sentence that says who has *task*."""
    return _("%(who)s has this task since %(when)s. Ask them to put it back.") % {
        "who": task.owner,
        "when": moment(task.assigned),
    }
