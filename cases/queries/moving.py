"""What a move of cases to another version is reckoned from: constant statements, however many cases (F52)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from cases.models import Case, Clock, Hold, Task
from cases.models.case import CaseQuerySet
from processes.models import Process, Release

Holds = list[tuple[datetime, datetime | None]]


class Targets:
    """Which release of a process is in force at a moment, by department. Two statements.

    The same as a case opened there would run by (opening.release_for).
    """

    def __init__(self, process: Process, at: datetime) -> None:
        self._everywhere: Release | None = None
        self._own: dict[int, Release] = {}
        rows = Release.objects.in_force(at).filter(process=process).select_related("definition__revision")
        rows = rows.defer("definition__content").prefetch_related("departments")
        for release in rows.order_by("valid_from", "pk"):  # the latest one of a scope stays
            departments = list(release.departments.all())
            if not departments:
                self._everywhere = release
            self._own |= {department.pk: release for department in departments}

    def __iter__(self) -> Any:
        return iter({release.pk: release for release in (self._everywhere, *self._own.values()) if release}.values())

    def for_department(self, department_id: int) -> Release | None:
        """Return the release by which a case of a department would be opened."""
        return self._own.get(department_id, self._everywhere)

    def behind(self, cases: CaseQuerySet, *, release: Release | None = None) -> CaseQuerySet:
        """Return those open *cases* of the process that run by another version than the one in force for them.

        With *release* only those for which that is the one in force.
        """
        behind = Q(pk__in=())
        for department, own in self._own.items():
            if release in (None, own):
                behind |= Q(department=department) & ~Q(definition=own.definition_id)
        if self._everywhere is not None and release in (None, self._everywhere):
            behind |= ~Q(department__in=list(self._own)) & ~Q(definition=self._everywhere.definition_id)
        return cases.open().filter(behind)


def running_cases(process: Process, user: Any) -> CaseQuerySet:
    """Return the open cases of a process that *user* sees, as lines of a dry run read them; the oldest first."""
    rows = Case.objects.visible_to(user).open().filter(process=process)
    rows = rows.select_related("definition__revision", "department", "process").defer("definition__content")
    return rows.order_by("pk")


@dataclass
class Facts:
    """What a case is at, and what has happened to it."""

    case: Case
    tasks: list[Task] = field(default_factory=list)  # open steps
    joins: list[Task] = field(default_factory=list)  # that wait for other lanes
    #: The steps with which lanes of the open group have ended.
    ended_lanes: list[str] = field(default_factory=list)
    finished: list[Task] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)  # open ones
    had: set[str] = field(default_factory=set)  # the targets of all clocks, ended ones too
    holds: Holds = field(default_factory=list)
    is_held: bool = False


def facts_of(cases: Iterable[Case]) -> dict[int, Facts]:
    """Return the facts of *cases* by key: four statements."""
    found = {case.pk: Facts(case) for case in cases}
    rows = Task.objects.filter(process__in=found).select_related("owner", "step").defer("data").order_by("pk")
    for task in rows.exclude(key__in=["begin", "end"]):
        facts = found[task.process_id]
        task.process = facts.case
        if task.finished is None:
            (facts.joins if task.step_id is None else facts.tasks).append(task)
        elif task.step_id is not None:
            facts.finished.append(task)
    before = Task.previous.through.objects.filter(
        from_task__process__in=found, from_task__finished=None, from_task__step=None
    )
    for case, key in before.values_list("from_task__process_id", "to_task__key"):
        found[case].ended_lanes.append(key)
    for clock in Clock.objects.filter(case__in=found).annotate(plan_digest=F("version__digest")).order_by("pk"):
        facts = found[clock.case_id]
        facts.had.add(clock.target)
        if clock.is_open:
            clock.digest = clock.plan_digest or ""
            facts.clocks.append(clock)
    holds = Hold.objects.filter(case__in=found, held_from__isnull=False).order_by("pk")
    for hold in holds.only("case", "held_from", "held_until"):
        facts = found[hold.case_id]
        if hold.held_from is not None:
            facts.holds.append((hold.held_from, hold.held_until))
        facts.is_held = facts.is_held or hold.is_in_force
    return found
