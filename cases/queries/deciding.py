"""What waits for a decision about clocks, and which cases are late or on hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Clock, CompiledPlace, Extension, Hold, Task
from cases.models.clock import Target


def overdue_cases(at: datetime) -> QuerySet[Any]:
    """Return the cases with a clock that is over."""
    return Clock.objects.open().filter(target__in=Target.values, due_at__lt=at).order_by().values("case")


def holds_in_force() -> Exists:
    """What a list of tasks annotates to tell which cases are on hold."""
    return Exists(Hold.objects.filter(case=OuterRef("process"), held_from__isnull=False, held_until=None))


def holds_to_decide(user: Any) -> QuerySet[Hold]:
    """Holds that were asked for at open tasks for whose step a post of *user* is accountable; not one's own."""
    return (
        Hold.objects.filter(decided_at=None, task__finished=None, task__step__in=_accountable_steps(user))
        .exclude(asked_by=user)
        .select_related("case__process", "task__step", "asked_by")
        .defer("case__data", "case__flow_class", "task__data", "task__flow_task")
        .order_by("asked_at")
    )


def extensions_to_decide(user: Any) -> QuerySet[Extension]:
    """Requests for more time that *user* is accountable for: of a task's clock, or of a case that is at such a step."""
    steps = _accountable_steps(user)
    at_such_a_step = Task.objects.open().filter(process=OuterRef("clock__case"), step__in=steps)
    return (
        Extension.objects.filter(decided_at=None, clock__ended_at=None)
        .filter(Q(clock__task__step__in=steps) | Q(Exists(at_such_a_step), clock__task=None))
        .exclude(asked_by=user)
        .select_related("clock__case__process", "clock__task__step", "asked_by")
        .defer("clock__case__data", "clock__case__flow_class", "clock__task__data", "clock__task__flow_task")
        .order_by("asked_at")
    )


def _accountable_steps(user: Any) -> Any:
    return CompiledPlace.objects.of(user.duties).filter(duty="A").values("step")
