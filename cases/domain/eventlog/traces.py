"""What a log tells of a case: who did which step when, by which version, until when it was due, and pauses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from cases.models import Hold
from cases.models.case import CaseQuerySet
from cases.queries.facts import CHUNK, CaseFacts, facts_of
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Definition
from processes.models.release import DefinitionBroken
from procstd.calendars.domain.current import snapshot
from procstd.documents import cleaned
from procstd.organisation.models import Department, User

#: A log of more cases is made for a shorter period: mining tools hold it in memory.
MOST_CASES = 20_000
#: What stands for a pause among the steps.
PAUSE = "pause"


@dataclass(frozen=True)
class LogEvent:
    """An entry of a trace. *transition* is one of the lifecycle of XES: start, complete, suspend, resume."""

    activity: str
    transition: str
    at: datetime
    step: str
    run: int
    resource: str = ""
    post: str = ""
    outcome: str = ""
    version: str = ""
    due_at: datetime | None = None
    is_late: bool = False
    #: Seconds of working time that a pause took.
    paused_s: int | None = None


@dataclass(frozen=True)
class Trace:
    """A case and what happened in it, in the order of time."""

    facts: CaseFacts
    department: str
    events: list[LogEvent] = field(default_factory=list)


class People:
    """How people are called in a log: by their sign-in names, or by numbers that mean nothing outside of it."""

    def __init__(self, *, by_name: bool) -> None:
        self._names: dict[int, str] = dict(User.objects.values_list("pk", "username")) if by_name else {}
        self._by_name = by_name

    def called(self, key: int | None) -> str:
        if key is None:
            return ""
        if key not in self._names:
            self._names[key] = "–" if self._by_name else f"R{len(self._names) + 1:03d}"
        return self._names[key]


def traces_of(cases: CaseQuerySet, people: People, *, at: datetime) -> Iterator[Trace]:
    """Yield the trace of each case. Eight statements for each 500."""
    departments = dict(Department.objects.without_tree_fields().order_by().values_list("pk", "code"))
    standards: dict[int, Standard | None] = {}
    rows, calendars = facts_of(cases, at=at), snapshot()
    while chunk := list(islice(rows, CHUNK)):
        standards |= _standards({run.definition for row in chunk for run in row.runs} - standards.keys())
        holds = _holds({row.case: calendars.for_department(row.department).time for row in chunk}, at)
        for row in chunk:
            events = [*_steps(row, standards, people), *holds[row.case]]
            yield Trace(row, departments[row.department], sorted(events, key=_order))


def _order(event: LogEvent) -> tuple[datetime, int, int]:
    # What ends at a moment comes before what begins then; a run that took no time begins first.
    return event.at, event.run, ("start", "suspend", "resume", "complete").index(event.transition)


def _standards(keys: set[int]) -> dict[int, Standard | None]:
    found: dict[int, Standard | None] = {}
    for key, definition in Definition.objects.in_bulk(sorted(keys)).items() if keys else ():
        try:
            found[key] = parse(definition.load())
        except DefinitionBroken:
            found[key] = None
    return found


def _steps(row: CaseFacts, standards: Mapping[int, Standard | None], people: People) -> Iterator[LogEvent]:
    for run in row.runs:
        standard = standards.get(run.definition)
        step = standard.step(run.step) if standard else None
        title = cleaned(str(step.title)) if step else run.step
        common: dict[str, Any] = {
            "activity": title, "step": run.step, "run": run.task,
            "version": f"V{standard.number}" if standard else row.version, "due_at": run.due_at,
            "is_late": run.is_late, "post": ", ".join(place.post for place in step.responsible) if step else "",
        }  # fmt: skip
        yield LogEvent(transition="start", at=run.begun_at, **common)
        if run.ended_at is not None:
            yield LogEvent(
                transition="complete", at=run.ended_at, resource=people.called(run.by), outcome=run.outcome, **common
            )


def _holds(times: Mapping[int, Any], at: datetime) -> dict[int, list[LogEvent]]:
    found: dict[int, list[LogEvent]] = defaultdict(list)
    rows = Hold.objects.filter(case__in=list(times), held_from__lte=at).order_by("pk")
    for case, task, step, since, until in rows.values_list("case", "task", "task__key", "held_from", "held_until"):
        if since is None:
            continue
        found[case].append(LogEvent(PAUSE, "suspend", since, step, task))
        if until is not None and until <= at:
            seconds = times[case].between(since, max(since, until))
            found[case].append(LogEvent(PAUSE, "resume", until, step, task, paused_s=seconds))
    return found
