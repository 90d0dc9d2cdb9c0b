"""The inventory of processes by department, with owner and priority (F02)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models import Process
from procstd.organisation.models import Department
from projects.models import Candidate, Project
from projects.queries.scope import points_of


class Priority(models.TextChoices):
    """How soon a process wants to be standardized: by its points in the newest ranking it stands in."""

    HIGH = "high", _("high")
    MEDIUM = "medium", _("medium")
    LOW = "low", _("low")
    NONE = "none", _("not scored")


@dataclass(frozen=True)
class Row:
    """A process with its priority, and the project whose ranking says so."""

    process: Process
    priority: Priority
    points: Decimal | None = None
    project: Project | None = None


@dataclass
class Branch:
    """A department with its processes and the departments below."""

    department: Department
    rows: list[Row] = field(default_factory=list)
    children: list[Branch] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.rows) + sum(child.count for child in self.children)


def priority_of(points: Decimal | None) -> Priority:
    """High from 70 points of 100, medium from 45; what no project has scored has none."""
    if points is None:
        return Priority.NONE
    return Priority.HIGH if points >= 70 else Priority.MEDIUM if points >= 45 else Priority.LOW


def inventory(user: Any, *, text: str = "", department: str = "", priority: str = "") -> list[Row]:
    """Return the processes that *user* sees, those of one department and below it, by text and by priority."""
    processes = Process.objects.visible_to(user).select_related("department", "owner")
    if text:
        found = models.Q(code__icontains=text) | models.Q(name_zh__icontains=text) | models.Q(name_en__icontains=text)
        processes = processes.filter(found)
    if department:
        root = Department.objects.without_tree_fields().filter(code=department)
        processes = processes.filter(department__in=Department.objects.below(root.values_list("pk", flat=True)))
    scored: dict[int, Candidate] = {}
    candidates = Candidate.objects.filter(project__in=Project.objects.visible_to(user)).select_related("project")
    for candidate in candidates.order_by("project__started_at", "pk"):
        scored[candidate.process_id] = candidate
    rows = [_row(process, scored.get(process.pk)) for process in processes]
    return [row for row in rows if not priority or row.priority == priority]


def _row(process: Process, candidate: Candidate | None) -> Row:
    if candidate is None:
        return Row(process, Priority.NONE)
    points = points_of(candidate.scores, candidate.project.weights)
    return Row(process, priority_of(points), points, candidate.project)


def as_tree(rows: list[Row]) -> list[Branch]:
    """Return rows under their departments, as the chart has them; branches without a process are left out."""
    by_department: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_department[row.process.department_id].append(row)
    branches = {row.pk: Branch(row, by_department[row.pk]) for row in Department.objects.without_tree_fields()}
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.department.parent_id)
        (above.children if above else roots).append(branch)
    return _pruned(roots)


def _pruned(branches: list[Branch]) -> list[Branch]:
    kept = [branch for branch in branches if branch.count]
    for branch in kept:
        branch.children = _pruned(branch.children)
    return sorted(kept, key=lambda branch: branch.department.code)
