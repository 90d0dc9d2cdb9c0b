"""Scenarios: the kinds of case that occur, and how many of them a department meets (H2.4.1).

A scenario is a combination of answers to choice fields, as “urgent × replacement”, among past cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import Case
from pilots.models import Pilot
from pilots.queries.days import before_of
from processes.domain.standard import Standard

#: So many of the latest cases are read: more would tell the same kinds again.
MOST = 5000


@dataclass(frozen=True)
class Scenarios:
    """Which kinds of case each department has met. A kind is a tuple of answers."""

    fields: tuple[str, ...]
    by_department: dict[int, frozenset[tuple[str, ...]]]

    @property
    def all(self) -> frozenset[tuple[str, ...]]:
        return frozenset().union(*self.by_department.values()) if self.by_department else frozenset()

    def covered(self, departments: Iterable[int]) -> frozenset[tuple[str, ...]]:
        """Return the kinds that occur in at least one of *departments*."""
        return frozenset().union(*(self.by_department.get(place, frozenset()) for place in departments))

    def percent(self, departments: Iterable[int]) -> int | None:
        """Return the share of kinds that *departments* cover together; None where no case tells."""
        return round(100 * len(self.covered(departments)) / len(self.all)) if self.all else None


def usual_fields(standard: Standard) -> list[str]:
    """Propose whose answers make a scenario: what the standard decides by, and the next choice: grade × kind."""
    decides = [
        condition.field
        for condition in (
            *(row.condition for row in standard.totals),
            *(row.condition for row in standard.responses),
            *(branch.condition for step in standard.steps for row in step.outcomes for branch in row.branches),
        )
        if condition is not None
    ]
    choices = [f"{form.key}.{field.key}" for form in standard.forms for field in form.fields if field.kind == "choice"]
    required = [path for path in choices if (field := standard.field(path)) is not None and field.is_required]
    wanted = dict.fromkeys([*(path for path in decides if path in choices), *required, *choices])
    return list(wanted)[:2]


def scenarios_of(pilot: Pilot) -> Scenarios:
    """Read the scenarios of the latest cases of the period compared with, department by department. One query."""
    fields = tuple(pilot.scenario_fields)
    if not fields:
        return Scenarios((), {})
    begin, until = before_of(pilot)
    rows = Case.objects.in_figures().filter(process=pilot.process_id, created__gte=begin, created__lt=until)
    found: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    for department, data in rows.order_by("-pk").values_list("department_id", "data")[:MOST]:
        kind = _kind(data, fields)
        if kind is not None:
            found[department].add(kind)
    return Scenarios(fields, {place: frozenset(kinds) for place, kinds in found.items()})


def _kind(data: dict[str, Any], fields: Sequence[str]) -> tuple[str, ...] | None:
    answers = []
    for path in fields:
        form, _dot, name = path.partition(".")
        answers.append(data.get(form, {}).get(name))
    # A case that has not come so far yet is of no kind.
    return None if any(answer in (None, "", []) for answer in answers) else tuple(str(answer) for answer in answers)
