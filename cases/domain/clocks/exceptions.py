"""Exceptions of a standard: reported, hurried by a clock of their own, dealt with or escalated (H2.3.1 element 8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import TooLate, clocks_of_case
from cases.domain.chain import Chain
from cases.domain.clocks.extending import lock_clock
from cases.domain.clocks.holding import lock_for_task
from cases.domain.reasons import asked_reason
from cases.models import Clock, Task
from cases.models.clock import Target
from cases.models.event import EventKind
from procstd.errors import DomainError


@transaction.atomic
def report_exception(task: Task, *, rule: str, reason: str, by: Any, at: datetime) -> None:
    """Say that an exception of the standard has come up at a task: its clock starts."""
    case, standard, step = lock_for_task(task, by, at)
    at = case.at
    found = standard.exception(rule)
    if found is None or found.step != step.key:
        raise DomainError(_("The standard knows no such exception at this step."), field="rule")
    clocks = clocks_of_case(case, at)
    if any(clock.rule == rule and clock.task_id == task.pk for clock in clocks.open):
        raise TooLate(_("This exception is reported already; its clock runs."), field="rule")
    chain = Chain(case, by=by, at=at)
    chain.add(EventKind.EXCEPTION, step.key, rule=rule, reason=asked_reason(reason))
    clocks.start_exception(found, task)
    clocks.tell(chain)
    chain.write()
    clocks.write()


@transaction.atomic
def end_exception(clock: Clock, *, reason: str, by: Any, at: datetime) -> None:
    """Say how an exception was dealt with: its clock stops."""
    if clock.target != Target.EXCEPTION or clock.task is None:
        raise DomainError(_("This clock is of no exception."))
    lock_for_task(clock.task, by, at)
    case, clocks, found = lock_clock(clock, at)
    at = case.at
    chain = Chain(case, by=by, at=at)
    chain.add(EventKind.EXCEPTION_ENDED, found.step, rule=found.rule, reason=asked_reason(reason))
    clocks.end(found)
    clocks.tell(chain)
    chain.write()
    clocks.write()
