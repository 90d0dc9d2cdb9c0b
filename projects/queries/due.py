"""What is due in a project, and who waits for whom: from its plan and the gate of its present phase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.calendars.domain.workdays import Workdays
from projects.models import Duty, PlanItem, Project
from projects.queries.gate import Gate
from projects.queries.plan import Line, Plan

#: What is due within so many working days is shown.
SOON = 10


@dataclass(frozen=True)
class Waiting:
    """Somebody waits for somebody: who, for whom, for what."""

    who: Any
    whom: Any
    what: Any
    link: str = ""


def due_of(plan: Plan, days: Workdays, today: date) -> list[Line]:
    """Return the lines that are late or end within ten working days, the earliest first."""
    until = days.plus(today, SOON)
    return sorted(
        (line for line in plan.open_lines if line.item.end_on <= until and line.item.start_on <= until),
        key=lambda line: (line.item.end_on, line.item.phase, line.item.is_phase, line.item.pk),
    )


def waiting_of(project: Project, plan: Plan, gate: Gate | None) -> list[Waiting]:
    """Return who waits for whom in the present phase: tasks for tasks, the gate for the leader. One or two queries."""
    if gate is None:
        return []
    line = plan.phase(gate.phase)
    found = []
    open_tasks = {task.item.pk: task.item for task in (line.tasks if line else []) if not task.is_done}
    pairs = PlanItem.depends_on.through.objects.filter(from_planitem__in=open_tasks, to_planitem__in=open_tasks)
    for waiting, before in pairs.order_by("pk").values_list("from_planitem_id", "to_planitem_id"):
        item, first = open_tasks[waiting], open_tasks[before]
        found.append(Waiting(item.owner or item, first.owner or _("nobody yet"), first))
    owner = line.item.owner if line else project.lead
    if gate.is_open:
        found.append(Waiting(_("The next phase"), project.lead, _("The gate is open: close the phase.")))
    for row in gate.missing:
        whom: Any = owner or project.lead
        if row.code == "projects.b-choice":
            leader = project.members.present().filter(duty=Duty.LEADER).select_related("person").first()
            whom = leader or project.lead
        found.append(Waiting(project.lead, whom, row.title, row.link))
    return [row for row in found if str(row.who) != str(row.whom) or row.link]
