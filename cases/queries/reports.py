"""Reports as people read them: their figures, counted within what a reader may see, with the weeks before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Any

from cases.models.case import OVERSEERS
from cases.models.report import ExceptionKind, ExceptionReport
from procstd.organisation.models import Department
from procstd.roles import Role

#: So many weeks before stand beside a week.
TREND_WEEKS = 8
#: In a summary, beside the kinds of exceptions: how many cases were opened and closed.
OPENED, CLOSED = "opened", "closed"


def summary_of(content: dict[str, Any]) -> list[list[Any]]:
    """Return what a report counts: rows of department, process, step, kind, detail and count, in order."""
    counted: Counter[tuple[str, ...]] = Counter(
        (row["department"], row["process"], row["step"], row["kind"], row["detail"]) for row in content["rows"]
    )
    for kind in (OPENED, CLOSED):
        for department, process, number in content[kind]:
            counted[department, process, "", kind, ""] += number
    return [[*where, number] for where, number in sorted(counted.items())]


def scope_of(user: Any) -> frozenset[str] | None:
    """Return the codes of the departments whose exceptions *user* may read; None is all (A2)."""
    if user.is_staff or user.roles & OVERSEERS:
        return None
    headed = user.departments_as(Role.DEPARTMENT_HEAD)
    return frozenset(Department.objects.without_tree_fields().below(headed).values_list("code", flat=True))


@dataclass
class Figures:
    """The figures of one week, within a scope."""

    kinds: Counter[str] = field(default_factory=Counter)
    details: Counter[tuple[str, str]] = field(default_factory=Counter)
    departments: Counter[tuple[str, str]] = field(default_factory=Counter)
    steps: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.kinds[kind] for kind in ExceptionKind.values)

    @property
    def closed(self) -> int:
        return self.kinds[CLOSED]

    @property
    def opened(self) -> int:
        return self.kinds[OPENED]

    def rate(self, count: int) -> float | None:
        """Return how many of them come on a hundred closed cases; None if none was closed."""
        return 100 * count / self.closed if self.closed else None


def figures_of(summary: Iterable[list[Any]], scope: Set[str] | None = None, process: str = "") -> Figures:
    """Count a summary, within the departments of *scope* and, if one is named, of one process."""
    figures = Figures()
    for department, code, step, kind, detail, number in summary:
        if (scope is not None and department not in scope) or (process and code != process):
            continue
        figures.kinds[kind] += number
        figures.details[kind, detail] += number
        figures.departments[department, kind] += number
        if kind not in (OPENED, CLOSED):
            figures.steps[code, step, kind] += number
    return figures


def weeks_before(report: ExceptionReport) -> list[ExceptionReport]:
    """Return the reports of the weeks before, the oldest first, without their contents. One statement."""
    rows = ExceptionReport.objects.filter(week_from__lt=report.week_from).defer("content")
    return list(reversed(rows.order_by("-week_from")[:TREND_WEEKS]))
