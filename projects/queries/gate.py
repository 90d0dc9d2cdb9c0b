"""Gates (F01): the criteria of a phase as they stand, asked of every room, for any number of projects at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.gates import Asked, Phase, criteria
from projects.models import Candidate, Closing, GateOverride, Project


@dataclass(frozen=True)
class Criterion:
    """One line of a gate for one project."""

    code: str
    title: Any
    is_met: bool
    sentence: Any
    link: str = ""
    override: GateOverride | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it keeps the phase from being closed."""
        return not self.is_met and self.override is None


@dataclass(frozen=True)
class Gate:
    """A phase of a project with its criteria."""

    phase: Phase
    criteria: tuple[Criterion, ...]

    @property
    def met(self) -> int:
        """How many criteria no longer keep it closed."""
        return sum(not row.is_open for row in self.criteria)

    @property
    def is_open(self) -> bool:
        """Tell whether the phase can be closed."""
        return all(not row.is_open for row in self.criteria)

    @property
    def missing(self) -> list[Criterion]:
        return [row for row in self.criteria if row.is_open]


def closings_of(projects: Sequence[int]) -> dict[int, dict[int, Closing]]:
    """Return the closed phases of many projects. One query."""
    found: dict[int, dict[int, Closing]] = defaultdict(dict)
    for row in Closing.objects.filter(project__in=projects).defer("content"):
        found[row.project_id][row.phase] = row
    return found


def gates_of(wanted: Sequence[tuple[Project, Phase]], *, at: datetime) -> dict[tuple[int, Phase], Gate]:
    """Return gates of many projects. Each room is asked once for each of its criteria, whatever their number."""
    projects = {project.pk: project for project, _phase in wanted}
    chosen: dict[int, list[int]] = defaultdict(list)
    rows = Candidate.objects.filter(project__in=projects, is_chosen=True).order_by("pk")
    for project_id, process_id in rows.values_list("project_id", "process_id"):
        chosen[project_id].append(process_id)
    overrides: dict[tuple[int, int], dict[str, GateOverride]] = defaultdict(dict)
    for override in GateOverride.objects.filter(project__in=projects):
        overrides[override.project_id, override.phase][override.criterion] = override
    lines: dict[tuple[int, Phase], list[Criterion]] = {(project.pk, phase): [] for project, phase in wanted}
    for criterion in criteria():
        asked = [
            Asked(project.pk, tuple(chosen[project.pk]), project.started_at)
            for project, phase in wanted
            if phase == criterion.phase
        ]
        if not asked:
            continue
        facts = criterion.measure(asked, at)
        for row in asked:
            fact = facts.get(row.project)
            signed = overrides[row.project, criterion.phase].get(criterion.code)
            lines[row.project, criterion.phase].append(
                Criterion(criterion.code, criterion.title, fact.is_met, fact.sentence, fact.link, signed)
                if fact is not None
                # A room that says nothing has not said that it is met.
                else Criterion(criterion.code, criterion.title, False, _("Nothing is known of it yet."), "", signed)
            )
    return {key: Gate(key[1], tuple(found)) for key, found in lines.items()}


def gate_of(project: Project, phase: Phase, *, at: datetime) -> Gate:
    """Return one gate."""
    return gates_of([(project, phase)], at=at)[project.pk, phase]
