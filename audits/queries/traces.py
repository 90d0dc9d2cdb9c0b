"""What happened in cases, as far as conformance asks: events, tasks done, clocks that ran over, signatures, posts held.

Read in chunks, so many statements each, whatever the length of the cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cases.models import Case, Clock, Consultation, Event, Task
from cases.models.consultation import ConsultationKind
from cases.models.event import EventKind
from processes.domain.parsing import parse
from processes.domain.standard import Place, Standard
from processes.models import Definition
from processes.models.release import DefinitionBroken
from procstd.logs import log
from procstd.organisation.models import PostHolding, Substitution, User

CHUNK = 500
#: The events that tell how a case went.
TOLD = (
    EventKind.OPENED, EventKind.COMPLETED, EventKind.SENT_BACK, EventKind.CLOSED, EventKind.REOPENED, EventKind.MOVED,
)  # fmt: skip


class Told(NamedTuple):
    """An event."""

    kind: str
    step: str
    at: datetime
    by: int | None
    body: dict[str, Any]


class Work(NamedTuple):
    """A task that was done."""

    task: int
    step: str
    outcome: str
    by: int | None
    data: dict[str, Any]
    definition: int


class Breach(NamedTuple):
    """A clock that ran over its limit."""

    target: str
    step: str
    rule: str
    due_at: datetime | None
    breached_at: datetime


class Signature(NamedTuple):
    """A countersignature that was asked for and is still wanted."""

    task: int
    person: int
    asked_at: datetime
    agrees: bool | None
    answered_at: datetime | None


@dataclass
class Trace:
    """One case."""

    case: int
    department: int
    definition: int
    opened_by: int | None
    events: list[Told] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)


class Held(NamedTuple):
    """A post that somebody held, or stood in for, for a stretch of days."""

    post: str
    department: str
    since: date
    until: date | None
    #: Whom the person stood in for, or None.
    instead_of: int | None


class Known:
    """The standards and the holdings that were met so far."""

    def __init__(self) -> None:
        self.standards: dict[int, Standard | None] = {}
        self.by_sha256: dict[str, int] = {}
        self._held: dict[int, list[Held]] = {}
        self._zones: dict[int, ZoneInfo] = {}
        self._names: dict[str, int] = {}

    def standard(self, definition: int) -> Standard | None:
        """Return a standard; None where its definition was altered after its release."""
        return self.standards.get(definition)

    def acted_in(self, person: int, places: Sequence[Place], at: datetime) -> bool:
        """Tell whether somebody held one of *places*, or stood in for its holder, on the day of a moment.

        The day is that of the person, as it was when the act asked.
        """
        zone = self._zones.get(person)
        on = (at.astimezone(zone) if zone else at).date()
        return any(
            held.post == place.post
            and place.department in (None, held.department)
            and held.since <= on
            and (held.until is None or on < held.until)
            for held in self._held.get(person, ())
            for place in places
        )

    def learn(self, traces: Iterable[Trace]) -> None:
        """Read the standards and the posts of those that are not known yet. Five statements at most."""
        rows = list(traces)
        wanted = {trace.definition for trace in rows} | {work.definition for trace in rows for work in trace.works}
        moved = {
            str(event.body.get("definition", ""))
            for trace in rows
            for event in trace.events
            if "definition" in event.body
        }
        self._learn_standards(wanted - self.standards.keys(), moved - self.by_sha256.keys())
        people = {event.by for trace in rows for event in trace.events if event.by is not None}
        people |= {row.person for trace in rows for row in trace.signatures}
        self._learn_people(people - self._held.keys())

    def _learn_standards(self, keys: set[int], hashes: set[str]) -> None:
        if not keys and not hashes:
            return
        found = Definition.objects.filter(pk__in=keys) | Definition.objects.filter(sha256__in=hashes)
        for definition in found:
            self.by_sha256[definition.sha256] = definition.pk
            try:
                self.standards[definition.pk] = parse(definition.load())
            except DefinitionBroken:
                log.error("definition_broken", definition=definition.pk)
                self.standards[definition.pk] = None

    def _learn_people(self, people: set[int]) -> None:
        if not people:
            return
        self._held |= {person: [] for person in people}
        for person, zone in User.objects.filter(pk__in=people).values_list("pk", "time_zone"):
            self._zones[person] = ZoneInfo(zone)
        columns = ("post__code", "department__code", "valid_from", "valid_until")
        own = PostHolding.objects.filter(person__in=people).order_by()
        for person, post, department, since, until in own.values_list("person", *columns):
            self._held[person].append(Held(post, department, since, until, None))
        stood_in = Substitution.objects.filter(substitute__in=people).order_by()
        prefixed = ("holding__post__code", "holding__department__code", "valid_from", "valid_until", "holding__person",
                    "holding__valid_from", "holding__valid_until")  # fmt: skip
        for person, post, department, since, until, holder, held_since, held_until in stood_in.values_list(
            "substitute", *prefixed
        ):
            # Standing in lasts no longer than the holding itself.
            ends = [day for day in (until, held_until) if day is not None]
            self._held[person].append(
                Held(post, department, max(since, held_since), min(ends) if ends else None, holder)
            )


def traces_of(cases: Iterable[int], known: Known) -> Iterator[Trace]:
    """Yield the traces of cases, by number. Five statements for each 500 and what *known* does not know."""
    keys = sorted(set(cases))
    for start in range(0, len(keys), CHUNK):
        traces = _chunk(keys[start : start + CHUNK])
        known.learn(traces)
        yield from traces


def _chunk(keys: list[int]) -> list[Trace]:
    rows = Case.objects.filter(pk__in=keys).order_by("pk")
    traces = {row[0]: Trace(*row) for row in rows.values_list("pk", "department", "definition", "opened_by")}
    events = Event.objects.filter(case__in=keys, kind__in=TOLD).order_by("case", "position")
    for case, *event in events.values_list("case", "kind", "step", "at", "by", "body"):
        traces[case].events.append(Told(*event))
    tasks = Task.objects.filter(process__in=keys, finished__isnull=False).exclude(step=None).order_by("finished", "pk")
    for case, *work in tasks.values_list("process", "pk", "key", "outcome", "owner", "data", "step__definition"):
        traces[case].works.append(Work(*work))
    clocks = Clock.objects.filter(case__in=keys, breached_at__isnull=False).order_by("pk")
    for case, target, step, rule, due_at, breached_at in clocks.values_list(
        "case", "target", "step", "rule", "due_at", "breached_at"
    ):
        if breached_at is not None:
            traces[case].breaches.append(Breach(target, step, rule, due_at, breached_at))
    wanted = Consultation.objects.filter(
        task__process__in=keys, kind=ConsultationKind.COUNTERSIGN, withdrawn_at=None
    ).order_by("pk")
    columns = ("task__process", "task", "person", "asked_at", "agrees", "answered_at")
    for case, *signature in wanted.values_list(*columns):
        traces[case].signatures.append(Signature(*signature))
    return list(traces.values())
