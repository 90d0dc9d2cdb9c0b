"""What changes for a case that moves to another version of its standard, and why it cannot move (F52).

Steps are the same step by their stable key, answers by the keys of form and field. Nothing is written here: the dry
run and the act itself reckon by the same words.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.domain.clocks import arithmetic
from cases.domain.clocks.moving import MovingClocks
from cases.domain.fitting import refused_answers, refused_exceptions, refused_steps
from cases.models import Clock, Task
from cases.models.clock import Target
from cases.queries.moving import Facts
from cases.queries.reading import clock_name
from processes.domain.standard import Field, Place, Standard, Step
from procstd.calendars.domain.current import Edition
from procstd.worktime import BeyondHorizon


@dataclass(frozen=True)
class StepChange:
    """What an open task is now, and what it becomes."""

    task: Task
    now: Step
    then: Step | None
    #: The posts that do it then, if those who do it now are not all among them: it goes to them.
    goes_to: tuple[Place, ...] = ()


@dataclass(frozen=True)
class DueChange:
    """A limit of the case: when it is due now and when then. None: there is no such limit."""

    name: str
    now: datetime | None
    then: datetime | None

    @property
    def is_new(self) -> bool:
        return self.now is None

    @property
    def is_gone(self) -> bool:
        return self.then is None


@dataclass
class Plan:
    """A move as it would be, now."""

    facts: Facts
    steps: list[StepChange] = field(default_factory=list)
    dues: list[DueChange] = field(default_factory=list)
    #: Required fields that are new, in forms of what is open or comes: they are asked then.
    asked: list[Field] = field(default_factory=list)
    #: Required fields that are new in forms of steps that are done: nobody is asked any more.
    left_out: list[Field] = field(default_factory=list)
    #: Sentences that say why the case cannot move.
    refusals: list[Any] = field(default_factory=list)
    is_held: bool = False

    @property
    def moved_dues(self) -> list[DueChange]:
        return [row for row in self.dues if row.now != row.then]


def plan_move(
    facts: Facts, old: Standard, new: Standard, *, version: Any, at: datetime, edition: Edition | None = None,
    begun: frozenset[int] = frozenset(),
) -> Plan:  # fmt: skip
    """Return what a move of a case from *old* to *new* changes, or why it cannot be. Changes nothing.

    *begun* are tasks that begin in the same act: their clocks begin under the new version.
    """
    plan = Plan(facts, is_held=facts.is_held)
    for task in facts.tasks:
        now, then = old.step(task.key), new.step(task.key)
        if now is None:  # cannot be: an open task is a step of its standard
            plan.refusals.append(_("This task is no step of the standard."))
            continue
        plan.steps.append(StepChange(task, now, then, _goes_to(now, then) if then else ()))
    pairs = [(row.now, row.then) for row in plan.steps]
    plan.refusals += refused_steps(pairs, facts.ended_lanes, new, version)
    plan.refusals += refused_exceptions(facts.clocks, old, new, version)
    plan.refusals += refused_answers(facts.case.data, old, new, version)
    if plan.refusals:
        return plan
    _new_fields(plan, old, new)
    clocks = [copy.copy(clock) for clock in facts.clocks]
    moved = MovingClocks(facts.case, old, list(clocks), at=at, edition=edition)
    try:
        move_clocks(moved, facts, old, new, begun=begun)
        plan.dues = _dues(facts, moved, old, clocks, at)
    except BeyondHorizon:
        plan.refusals.append(_("The calendar does not reach so far."))
    return plan


def move_clocks(
    clocks: MovingClocks, facts: Facts, old: Standard, new: Standard, *, begun: frozenset[int] = frozenset()
) -> None:
    """Put the clocks of a case under *new*; those of tasks that have just *begun* begin by themselves."""
    done: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for task in facts.finished:
        if task.finished is None:
            continue
        ended[task.key] = max(task.finished, ended.get(task.key, task.finished))
        step = old.step(task.key)
        outcome = step.outcome(task.outcome) if step else None
        if outcome is None or not outcome.is_send_back:
            done[task.key] = max(task.finished, done.get(task.key, task.finished))
    clocks.move_to(
        new, tasks=[task for task in facts.tasks if task.pk not in begun], done=done, ended=ended, had=facts.had,
        holds=facts.holds, is_held=facts.is_held,
    )  # fmt: skip


def group_then(plan: Plan) -> int | None:
    """Return the parallel group in which the open steps stand then; None if they stand alone."""
    return next((row.then.group for row in plan.steps if row.then is not None and row.then.group is not None), None)


def _goes_to(now: Step, then: Step) -> tuple[Place, ...]:
    """Return the posts to which the step goes, if somebody who does it now would not do it then."""
    before = {(place.post, place.department) for place in now.responsible}
    after = {(place.post, place.department) for place in then.responsible}
    return () if before <= after else then.responsible


def _new_fields(plan: Plan, old: Standard, new: Standard) -> None:
    """Find the required fields that the version brings, and tell those that are still asked from those that are not."""
    open_keys = {task.key for task in plan.facts.tasks}
    done = {task.key for task in plan.facts.finished} - open_keys
    past = {step.form for step in new.steps if step.key in done} - {
        step.form for step in new.steps if step.key not in done
    }
    given = plan.facts.case.data
    for form in new.forms:
        for row in form.fields:
            before = old.field(f"{form.key}.{row.key}")
            is_new = row.is_required and row.visible_if is None and not (before is not None and before.is_required)
            if is_new and given.get(form.key, {}).get(row.key) in (None, "", []):
                (plan.left_out if form.key in past else plan.asked).append(row)


def _dues(facts: Facts, moved: MovingClocks, old: Standard, clocks: Iterable[Clock], at: datetime) -> list[DueChange]:
    """Return each limit with when it is due now and then; on hold: if the case went on now (R8)."""

    def due(clock: Clock) -> datetime:
        stops = [] if clock.target == Target.EXCEPTION else facts.holds
        return arithmetic.if_resumed(clock, stops, at=arithmetic.cut(at))

    rows = []
    pairs = list(zip(facts.clocks, clocks, strict=True))
    for before, after in pairs:
        facts_then = {"target": before.target, "step": before.step, "rule": before.rule}
        rows.append(DueChange(clock_name(old, facts_then), due(before), due(after) if after.is_open else None))
    known = {id(after) for _before, after in pairs}
    for clock in moved.open:
        if id(clock) not in known:
            named = {"target": clock.target, "step": clock.step, "rule": clock.rule}
            rows.append(DueChange(clock_name(moved.standard, named), None, due(clock)))
    return rows
