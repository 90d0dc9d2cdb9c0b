"""All projects that somebody sees, one line each, with a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from procstd.calendars.domain.workdays import Workdays, standard_workdays
from procstd.gates import Phase
from projects.models import PlanItem, Project
from projects.queries.gate import Gate, closings_of, gates_of
from projects.queries.health import Health, Reading, health_of
from projects.queries.plan import Plan, items_of, present_phase, read_plan

#: The worst first.
ORDER = {health: place for place, health in enumerate(Health)}


@dataclass
class Standing:
    """A project with what follows from its facts."""

    project: Project
    plan: Plan
    closed: dict[int, Any]
    present: Phase | None
    health: Reading
    gate: Gate | None = None

    @property
    def next_date(self) -> date | None:
        """When the present phase ends."""
        line = self.plan.phase(self.present) if self.present else None
        return line.item.end_on if line else None

    @property
    def stepper(self) -> list[tuple[Any, str]]:
        """The six phases for components/stepper.html."""
        return [
            (phase.label, "done" if phase in self.closed else "current" if phase == self.present else "todo")
            for phase in Phase
        ]


def stand(project: Project, items: Iterable[PlanItem], closed: dict[int, Any], days: Workdays, today: date) -> Standing:
    """Work out how one project stands. No query."""
    plan, present = read_plan(items, closed, days, today), present_phase(closed)
    return Standing(project, plan, closed, present, health_of(project, plan, present, today=today))


def standings_of(projects: Iterable[Project], *, at: datetime, with_gates: bool = True) -> list[Standing]:
    """Return how projects stand, the worst first; the gate of each one's present phase is asked of every room."""
    rows = list(projects)
    keys = [row.pk for row in rows]
    items, closings, days = items_of(keys), closings_of(keys), standard_workdays()
    today = days.today(at)
    found = [stand(row, items[row.pk], closings[row.pk], days, today) for row in rows]
    if with_gates:
        wanted = [(row.project, row.present) for row in found if row.present is not None and row.project.is_running]
        gates = gates_of(wanted, at=at)
        for row in found:
            if row.present is not None:
                row.gate = gates.get((row.project.pk, row.present))
    return sorted(found, key=lambda row: (ORDER[row.health.health], row.project.code))


def standing_of(project: Project, *, at: datetime) -> Standing:
    """Return how one project stands."""
    return standings_of([project], at=at)[0]
