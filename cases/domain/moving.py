"""Move a running case to the version of its standard that is in force now: never by itself, only when told to (F52).

A case keeps its version unless somebody who leads, or owns the process, moves it: now, or when its next step begins.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import Broken, clocks_of_case, flow_for, lock_case, refuse_if_closed, standard_of
from cases.domain.chain import Chain
from cases.domain.clocks.moving import MovingClocks
from cases.domain.dryrun import NEXT, NOW
from cases.domain.fitting import refused_answers
from cases.domain.losing import tell_of_move
from cases.domain.planning import Plan, group_then, move_clocks, plan_move
from cases.domain.reasons import asked_reason
from cases.models import Case, Event, Task
from cases.models.event import EventKind
from cases.queries.moving import Targets, facts_of
from processes.models import Definition, Process
from procstd.bilingual import filled, in_each_language
from procstd.errors import DomainError
from procstd.logs import log
from procstd.roles import Role

#: What the act changes of the case besides its chain.
_COLUMNS = ("definition", "flow_class", "moves", "moves_to")


class CannotMove(DomainError):
    """The case cannot be moved as it stands; the message says why, reason by reason."""

    def __init__(self, reasons: list[Any]) -> None:
        super().__init__(_all_of(reasons))
        self.reasons = reasons


def may_move(user: Any, process: Process) -> bool:
    """Tell whether *user* decides by which version the cases of *process* run: leads, its owner, administrators."""
    return bool(user.is_staff or Role.PROJECT_LEAD in user.roles or process.owner_id == user.pk)


def choose(case: Case, choice: str, *, to: Definition, reason: str, by: Any, at: datetime) -> None:
    """Keep the version of *case*, or move it to *to*: now, or at its next step."""
    if choice == NOW:
        move_now(case, to=to, reason=reason, by=by, at=at)
    elif choice == NEXT:
        move_at_next_step(case, to=to, reason=reason, by=by, at=at)
    else:
        keep_version(case, by=by, at=at, reason=reason)


@transaction.atomic
def move_now(case: Case, *, to: Definition, reason: str, by: Any, at: datetime) -> Case:
    """Bind *case* to the version *to*: its open steps, its waiting joins and its clocks. A second time changes nothing.

    Raises CannotMove with every reason why it cannot be done; then nothing is changed.
    """
    case = lock_case(case, at)
    at = case.at
    _refuse_strangers(case, by)
    if case.definition_id == to.pk:
        return case
    refuse_if_closed(case)
    reason = asked_reason(reason)
    _refuse_not_in_force(case, to, at)
    facts = facts_of([case])[case.pk]
    old, new = standard_of(case.definition), standard_of(to)
    plan = plan_move(facts, old, new, version=to.revision, at=at)
    if plan.refusals:
        raise CannotMove(plan.refusals)
    clocks, chain = clocks_of_case(case, at, moves=True), Chain(case, by=by, at=at)
    _carry_out(plan, clocks, chain, to, reason=reason)
    clocks.tell(chain)
    chain.write()
    clocks.write()
    return case


@transaction.atomic
def move_at_next_step(case: Case, *, to: Definition, reason: str, by: Any, at: datetime) -> Case:
    """Note that *case* moves to *to* when its next step begins. A second time changes nothing."""
    case = lock_case(case, at)
    at = case.at
    _refuse_strangers(case, by)
    if to.pk in (case.definition_id, case.moves_to_id):
        return case
    refuse_if_closed(case)
    reason = asked_reason(reason)
    _refuse_not_in_force(case, to, at)
    # What the next step is, and whether it is in that version, shows only then. What is answered shows now.
    refusals = refused_answers(case.data, standard_of(case.definition), standard_of(to), to.revision)
    if refusals:
        raise CannotMove(refusals)
    case.moves_to = to
    chain = Chain(case, by=by, at=at)
    chain.add(EventKind.MOVE_PLANNED, definition=to.sha256, version=str(to.revision), reason=reason)
    chain.write("moves_to")
    log.info("move_planned", case=case.pk, definition=to.pk)
    return case


@transaction.atomic
def keep_version(case: Case, *, by: Any, at: datetime, reason: str = "") -> Case:
    """Let *case* run on by its version: withdraws a move at the next step, if one was noted."""
    case = lock_case(case, at)
    _refuse_strangers(case, by)
    if case.moves_to_id is None:
        return case
    chain = Chain(case, by=by, at=case.at)
    _withdraw(case, chain, reason=reason.strip())
    chain.write(*chain.columns)
    return case


def go_on(case: Case, begun: list[Task], clocks: Any, chain: Chain) -> None:
    """Carry out the move that was noted, in the act that has just *begun* the next steps of a locked case.

    What does not fit must not keep anybody from completing a step: then it is put off to the step after, in words.
    Where steps are open side by side it waits until none is in work: nobody's step changes under their hands.
    """
    clocks.tell(chain)  # what has ended so far, ended by the version before
    if not case.is_open:
        _withdraw(case, chain, lapsed=True)
        return
    new_ones = frozenset(task.pk for task in begun)
    to = Definition.objects.select_related("revision").get(pk=case.moves_to_id)
    facts = facts_of([case])[case.pk]
    facts.clocks = list(clocks.open)
    if new_ones and all(task.pk in new_ones for task in facts.tasks):
        planned = _planned(case)
        reasons = _reasons_against(case, to, chain.at)
        plan = Plan(facts)
        if not reasons:
            old, new = standard_of(case.definition), standard_of(to)
            plan = plan_move(facts, old, new, version=to.revision, at=chain.at, begun=new_ones)
            reasons = plan.refusals
        if reasons:
            chain.add(EventKind.MOVE_PUT_OFF, version=str(to.revision), why=in_each_language(_all_of(reasons)))
        else:
            _carry_out(plan, clocks, chain, to, begun=new_ones, **planned)
    for task in begun:
        clocks.begin_step(task)
        if task.due_at is not None:
            task.save(update_fields=["due_at"])


def _carry_out(
    plan: Plan, clocks: MovingClocks, chain: Chain, to: Definition, *, reason: str,
    begun: frozenset[int] = frozenset(), **told: str,
) -> None:  # fmt: skip
    """Bind a locked case and what is open in it to *to*. The caller writes the chain, then the clocks."""
    case, facts, flow = plan.facts.case, plan.facts, flow_for(to)
    steps, put_back, lost = flow.compiled_steps(to.pk), [], []
    for row in plan.steps:
        task = row.task
        task.flow_task, task.step_id = flow.instance.node(task.key), steps[task.key]
        if row.goes_to and task.owner_id is not None:
            lost.append((task, flow.standard.step(task.key), task.owner))
            task.owner, task.assigned = None, None
            put_back.append(task.key)
    for join in facts.joins:
        join.key = f"join{group_then(plan)}"
        join.flow_task = flow.instance.node(join.key)
    Task.objects.bulk_update([*facts.tasks, *facts.joins], ["flow_task", "step", "key", "owner", "assigned"])
    body: dict[str, Any] = {
        "was": case.definition.sha256, "definition": to.sha256,
        "from_version": str(case.definition.revision), "version": str(to.revision),
        "steps": {str(task.pk): task.key for task in facts.tasks}, "reason": reason, **told,
    }  # fmt: skip
    if put_back:
        body["put_back"] = put_back
    chain.add(EventKind.MOVED, **body)
    tell_of_move(lost, version=to.revision, by=chain.by, at=chain.at)
    old, new = standard_of(case.definition), flow.standard
    case.definition, case.flow_class = to, flow
    case.moves, case.moves_to = case.moves + 1, None
    chain.columns.update(_COLUMNS)
    move_clocks(clocks, facts, old, new, begun=begun)
    log.info("case_moved", case=case.pk, definition=to.pk)


def _withdraw(case: Case, chain: Chain, *, lapsed: bool = False, reason: str = "") -> None:
    body: dict[str, Any] = {"lapsed": True} if lapsed else {}
    version = Definition.objects.select_related("revision").defer("content").get(pk=case.moves_to_id).revision
    chain.add(EventKind.MOVE_WITHDRAWN, version=str(version), **body, **({"reason": reason} if reason else {}))
    case.moves_to = None
    chain.columns.add("moves_to")


def _planned(case: Case) -> dict[str, str]:
    """Return who noted the move of *case*, and why."""
    event = Event.objects.filter(case=case, kind=EventKind.MOVE_PLANNED).select_related("by").latest("position")
    return {"reason": event.body["reason"], "asked_by": event.by.username if event.by else ""}


def _refuse_strangers(case: Case, by: Any) -> None:
    if not may_move(by, Process.objects.get(pk=case.process_id)):
        raise DomainError(_("Only the project lead or the owner of the process moves its cases."))


def _refuse_not_in_force(case: Case, to: Definition, at: datetime) -> None:
    reasons = _reasons_against(case, to, at)
    if reasons:
        raise CannotMove(reasons)


def _reasons_against(case: Case, to: Definition, at: datetime) -> list[Any]:
    """Say why *case* cannot run by *to* whatever it is at: only what a new case would run by is taken."""
    target = Targets(case.process, at).for_department(case.department_id)
    if target is None or target.definition_id != to.pk:
        return [filled(_("%(version)s is not in force for %(department)s."),
                       version=to.revision, department=case.department)]  # fmt: skip
    try:
        standard_of(to)
    except Broken as broken:
        return [broken.message]
    return []


def _all_of(reasons: list[Any]) -> Any:
    """Return the sentences one after the other, still to be read in any language."""
    return filled(" ".join(f"%(r{number})s" for number in range(len(reasons))),  # type: ignore[arg-type]
                  **{f"r{number}": reason for number, reason in enumerate(reasons)})  # fmt: skip
