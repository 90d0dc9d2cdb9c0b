"""A plan as it is read: each line with its days, how far it has slipped, and its state. Pure, but for loading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from procstd.calendars.domain.workdays import Workdays
from procstd.gates import Phase
from projects.models import PlanItem


class Standing(StrEnum):
    """How a line of the plan stands."""

    DONE = "done"
    RUNNING = "running"
    LATE = "late"
    AHEAD = "todo"


@dataclass
class Line:
    """A line of the plan with what follows from its dates."""

    item: PlanItem
    days: int
    slipped: int
    late_by: int
    standing: Standing
    tasks: list[Line] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.standing == Standing.DONE


@dataclass
class Plan:
    """The phases of a project with their tasks."""

    phases: list[Line]

    def __bool__(self) -> bool:
        return bool(self.phases)

    @property
    def lines(self) -> list[Line]:
        """Every line, a phase before its tasks."""
        return [line for phase in self.phases for line in (phase, *phase.tasks)]

    @property
    def slipped(self) -> int:
        """By how many working days the end of the plan is later than agreed."""
        return self.phases[-1].slipped if self.phases else 0

    @property
    def start_on(self) -> date | None:
        return min((line.item.start_on for line in self.phases), default=None)

    @property
    def end_on(self) -> date | None:
        return max((line.item.end_on for line in self.phases), default=None)

    def phase(self, number: int) -> Line | None:
        return next((line for line in self.phases if line.item.phase == number), None)

    @property
    def open_lines(self) -> list[Line]:
        return [line for line in self.lines if not line.is_done]


def read_plan(items: Iterable[PlanItem], closed: Mapping[int, Any], days: Workdays, today: date) -> Plan:
    """Return the plan of one project from its lines and its closed phases."""
    tasks: dict[int, list[Line]] = defaultdict(list)
    phases: list[Line] = []
    for item in sorted(items, key=lambda item: (item.phase, item.start_on, item.pk)):
        is_done = item.phase in closed if item.is_phase else item.done_at is not None or item.phase in closed
        line = _line(item, is_done, days, today)
        if item.is_phase:
            phases.append(line)
        else:
            tasks[item.phase].append(line)
    for line in phases:
        line.tasks = tasks[line.item.phase]
    return Plan(phases)


def _line(item: PlanItem, is_done: bool, days: Workdays, today: date) -> Line:
    late_by = 0 if is_done or today <= item.end_on else days.between(item.end_on, today)
    if is_done:
        standing = Standing.DONE
    elif today > item.end_on:
        standing = Standing.LATE
    else:
        standing = Standing.RUNNING if item.start_on <= today else Standing.AHEAD
    return Line(
        item, days.count(item.start_on, item.end_on), days.between(item.planned_end_on, item.end_on), late_by, standing
    )


def items_of(projects: Sequence[int]) -> dict[int, list[PlanItem]]:
    """Return the lines of many projects. One query."""
    found: dict[int, list[PlanItem]] = defaultdict(list)
    for item in PlanItem.objects.filter(project__in=projects).select_related("owner"):
        found[item.project_id].append(item)
    return found


def present_phase(closed: Mapping[int, Any]) -> Phase | None:
    """Return the first phase that is not closed; None when all are."""
    return next((phase for phase in Phase if phase not in closed), None)
