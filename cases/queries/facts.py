"""What cases were like in figures: how long, how often back, what was late. Everything measured is measured here.

Pilots, evaluations and event logs read these facts and nothing else, so no two pages count differently.
Durations are seconds of working time on the calendar of the case's department, as it is in force now (R3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Case, Clock, Event, Hold, Task
from cases.models.case import CaseQuerySet, Status
from cases.models.clock import Target
from cases.models.event import EventKind
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Definition
from processes.models.release import DefinitionBroken
from procstd.calendars.domain.current import Snapshot, snapshot
from procstd.logs import log

#: So many cases are read by one set of statements.
CHUNK = 500


@dataclass(frozen=True)
class StepRun:
    """A step of a case, done once; a step that is sent back to is run again."""

    step: str
    task: int
    #: By which the step was done; a case that moved has steps of several.
    definition: int
    begun_at: datetime
    ended_at: datetime | None
    working_s: int
    outcome: str
    is_send_back: bool
    by: int | None
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class CaseFacts:
    """A case in figures. ``cycle_s`` of an open case is what has passed so far: it is at least that long."""

    case: int
    number: str
    process: int
    definition: int
    sha256: str
    version: str
    department: int
    grade: str | None
    channel: str
    opened_at: datetime
    closed_at: datetime | None
    is_open: bool
    cycle_s: int
    held_s: int
    runs: tuple[StepRun, ...]
    sent_back: int
    breached: frozenset[str]
    rating: int | None
    closes: int

    def runs_of(self, step: str) -> list[StepRun]:
        """Return how often and how long a step was at work."""
        return [run for run in self.runs if run.step == step]

    @property
    def is_first_time_right(self) -> bool:
        """Tell whether no step was done twice and the case was closed once."""
        steps = [run.step for run in self.runs]
        return self.closes == 1 and not self.sent_back and len(steps) == len(set(steps))


def facts_of(cases: CaseQuerySet, *, at: datetime) -> Iterator[CaseFacts]:
    """Yield the facts of *cases* as they are *at* a moment, by key. Six statements for each 500, and practice left out.

    A case opened after *at* is none of them; what happened after *at* is not told of the others.
    """
    house = _House(snapshot())
    rows = cases.in_figures().filter(created__lte=at).order_by("pk").values_list("pk", flat=True)
    chunk: list[int] = []
    for key in rows.iterator(chunk_size=20_000):
        chunk.append(key)
        if len(chunk) == CHUNK:
            yield from _chunk(chunk, house, at)
            chunk = []
    if chunk:
        yield from _chunk(chunk, house, at)


@dataclass(frozen=True)
class _Text:
    """What is read of a definition."""

    sha256: str
    version: str
    standard: Standard | None
    grade: str
    send_backs: frozenset[tuple[str, str]]


class _House:
    """Definitions that were met, and the calendars."""

    def __init__(self, calendars: Snapshot) -> None:
        self.calendars = calendars
        self._texts: dict[int, _Text] = {}

    def learn(self, keys: Iterable[int]) -> None:
        wanted = set(keys) - self._texts.keys()
        if wanted:
            found = Definition.objects.select_related("revision").in_bulk(sorted(wanted))
            self._texts |= {key: _text(row) for key, row in found.items()}

    def text(self, key: int) -> _Text:
        return self._texts[key]


def _text(definition: Definition) -> _Text:
    version = f"V{definition.revision.number}"
    try:
        standard = parse(definition.load())
    except DefinitionBroken:
        log.error("definition_broken", definition=definition.pk)
        return _Text(definition.sha256, version, None, "", frozenset())
    conditions = [row.condition for row in standard.totals] + [row.condition for row in standard.responses]
    grades = [condition.field for condition in conditions if condition is not None]
    backs = frozenset((step.key, row.key) for step in standard.steps for row in step.outcomes if row.is_send_back)
    return _Text(definition.sha256, version, standard, grades[0] if grades else "", backs)


def _chunk(keys: list[int], house: _House, at: datetime) -> Iterator[CaseFacts]:
    columns = ("pk", "process", "definition", "department", "channel", "created", "data", "status")
    rows = list(Case.objects.filter(pk__in=keys).order_by("pk").values_list(*columns))
    tasks: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    done = Task.objects.filter(process__in=keys, created__lte=at).exclude(step=None).order_by("pk")
    facts = ("process", "pk", "key", "step__definition", "created", "finished", "outcome", "owner")
    for case, *task in done.values_list(*facts):
        tasks[case].append(tuple(task))
    house.learn({row[2] for row in rows} | {task[2] for found in tasks.values() for task in found})
    breached, due = _clocks(keys, at)
    held = _held(keys, at)
    turns = _turns(keys, at)
    for key, process, definition, department, channel, opened, data, status in rows:
        text, time = house.text(definition), house.calendars.for_department(department).time
        turn = turns.get(key, _Turns(is_open=status == Status.NEW))
        closed, is_open, closes, rating = turn.closed_at, turn.is_open, turn.closes, turn.rating
        end = at if is_open or closed is None else closed
        runs = tuple(_run(task, house, time, due, at) for task in tasks[key])
        yield CaseFacts(
            case=key, number=f"C-{key:06d}", process=process, definition=definition, sha256=text.sha256,
            version=text.version, department=department, grade=_grade(data, text.grade), channel=channel,
            opened_at=opened, closed_at=closed, is_open=is_open, cycle_s=time.between(opened, max(opened, end)),
            held_s=sum(time.between(since, until) for since, until in held[key]), runs=runs,
            sent_back=sum(run.is_send_back for run in runs), breached=frozenset(breached[key]), rating=rating,
            closes=closes,
        )  # fmt: skip


def _run(task: tuple[Any, ...], house: _House, time: Any, due: dict[int, Any], at: datetime) -> StepRun:
    key, step, definition, begun, ended, outcome, owner = task
    if ended is not None and ended > at:
        ended, outcome, owner = None, "", None
    due_at, is_late = due.get(key, (None, False))
    return StepRun(
        step=step, task=key, definition=definition,
        begun_at=begun, ended_at=ended, working_s=time.between(begun, max(begun, ended or at)),
        outcome=outcome, is_send_back=(step, outcome) in house.text(definition).send_backs,
        by=owner if ended is not None else None, due_at=due_at, is_late=is_late,
    )  # fmt: skip


def _grade(data: dict[str, Any], path: str) -> str | None:
    form, _dot, field = path.partition(".")
    answer = data.get(form, {}).get(field)
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return None if answer in (None, "", []) else str(answer[0] if isinstance(answer, list) else answer)


def _clocks(keys: list[int], at: datetime) -> tuple[dict[int, set[str]], dict[int, tuple[Any, bool]]]:
    """Return what was overdue in each case – steps by key, else the target – and due times of tasks."""
    breached: dict[int, set[str]] = defaultdict(set)
    due: dict[int, tuple[Any, bool]] = {}
    columns = ("case", "target", "step", "task", "due_at", "promised_at", "breached_at")
    for case, target, step, task, due_at, promised, late in Clock.objects.filter(case__in=keys).values_list(*columns):
        is_late = late is not None and late <= at
        if is_late:
            breached[case].add(step if target == Target.STEP else target)
        if target == Target.STEP and task:
            due[task] = (due_at or promised, is_late)
    return breached, due


def _held(keys: list[int], at: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    held: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = Hold.objects.filter(case__in=keys, held_from__lte=at).values_list("case", "held_from", "held_until")
    for case, since, until in rows:
        if since is None:
            continue
        held[case].append((since, max(since, min(until or at, at))))
    return held


@dataclass
class _Turns:
    """When a case was closed last, whether it is open (again), how often it was closed, how it was rated last."""

    closed_at: datetime | None = None
    is_open: bool = True
    closes: int = 0
    rating: int | None = None


def _turns(keys: list[int], at: datetime) -> dict[int, _Turns]:
    """Return it of every case. One that is closed by now, but was not yet at the moment asked about, was open then."""
    found = {key: _Turns() for key in keys}
    kinds = [EventKind.CLOSED, EventKind.REOPENED, EventKind.RATED]
    events = Event.objects.filter(case__in=keys, kind__in=kinds, at__lte=at).order_by("case", "position")
    for case, kind, when, body in events.values_list("case", "kind", "at", "body"):
        turn = found[case]
        if kind == EventKind.RATED:
            turn.rating = body["rating"]
        elif kind == EventKind.CLOSED:
            turn.closed_at, turn.is_open, turn.closes = when, False, turn.closes + 1
        else:
            turn.is_open = True
    return found
