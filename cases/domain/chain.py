"""The chain of a case: every event hashed with the one before, so that nothing is changed unseen (S8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Prefetch, Subquery

from cases.models import Case, Event, Task
from cases.models.event import START, EventKind
from processes.models import Definition


class Chain:
    """Gathers the events of one act and writes them, with the case, in two statements.

    The caller holds the lock on the case.
    """

    def __init__(self, case: Case, *, by: Any, at: datetime) -> None:
        self.case, self.by, self.at = case, by, at
        self.events: list[Event] = []
        #: Columns of the case that the act has changed on its way, besides those that it names in the end.
        self.columns: set[str] = set()

    def add(self, kind: EventKind, step: str = "", **body: Any) -> None:
        """Append an event. *body* must not hold answers: those can be erased, events cannot."""
        before = self.events[-1].sha256 if self.events else self.case.head or START
        event = Event(
            case=self.case,
            position=self.case.event_count + len(self.events) + 1,
            at=self.at,
            kind=kind,
            by=self.by,
            step=step,
            body=body,
        )
        event.sha256 = event.hash_after(before)
        self.events.append(event)

    def write(self, *changed: str) -> None:
        """Write the events and the *changed* columns of the case."""
        Event.objects.bulk_create(self.events)
        self.case.head = self.events[-1].sha256
        self.case.event_count += len(self.events)
        self.case.save(update_fields={"head", "event_count", *changed, *self.columns})


def write_chains(chains: Iterable[Chain]) -> None:
    """Write the events of several locked cases: two statements for all of them."""
    told = [chain for chain in chains if chain.events]
    if not told:
        return
    Event.objects.bulk_create([event for chain in told for event in chain.events])
    for chain in told:
        chain.case.head = chain.events[-1].sha256
        chain.case.event_count += len(chain.events)
    Case.objects.bulk_update([chain.case for chain in told], ["head", "event_count"])


def told_until(cases: Iterable[Case]) -> dict[int, datetime]:
    """Return by key when the last event of each of these locked cases was. One statement.

    Who acts on many cases at once asks it after the lock, and tells nothing of an earlier moment: his
    own was taken before somebody else's act was over (see also ``acting._after``). Cases without
    events are not among them.
    """
    last = Event.objects.filter(case=OuterRef("pk")).order_by("-position").values("at")[:1]
    found = Case.objects.filter(pk__in=[case.pk for case in cases]).order_by()
    return {case: at for case, at in found.values_list("pk", Subquery(last)) if at is not None}


@dataclass(frozen=True)
class Break:
    """A case whose chain does not hold, and where."""

    case: str
    position: int
    why: str


def broken_chains(cases: Iterable[Case], *, batch: int = 500) -> Iterable[Break]:
    """Yield every case whose events are not those that were written, or that says of itself what they do not.

    Not seen is a chain whose end was cut off together with the case's own count: the seals see it (sealing.py, S9).

    Each batch is read in one transaction, so that acts at the same time do not look like faults.
    """
    keys = [case.pk for case in cases]
    for start in range(0, len(keys), batch):
        yield from _broken(keys[start : start + batch])


@transaction.atomic
def _broken(keys: list[int]) -> list[Break]:
    # Locked: the events that are read are those that the head of the case counts.
    # Their definitions in a statement of their own: a case that moved while it was waited for has another one (F52).
    definitions = Prefetch("definition", Definition.objects.defer("content"))
    bound_to = Prefetch("moves_to", Definition.objects.defer("content"))
    rows = Case.objects.select_for_update(of=("self",)).prefetch_related(definitions, bound_to).defer("data")
    cases = rows.in_bulk(keys)
    told: dict[int, list[Event]] = {key: [] for key in keys}
    for event in Event.objects.filter(case__in=keys).order_by("case", "position").iterator():
        told[event.case_id].append(event)
    done: dict[int, Counter[tuple[str, str, int | None]]] = {key: Counter() for key in keys}
    tasks = Task.objects.filter(process__in=keys, finished__isnull=False).exclude(step=None)
    for key, *facts in tasks.values_list("process_id", "key", "outcome", "owner_id"):
        done[key][tuple(facts)] += 1
    return [
        found
        for key, case in cases.items()
        if (found := _unlinked(case, told[key]) or _untold(case, told[key], done[key])) is not None
    ]


def _unlinked(case: Case, events: list[Event]) -> Break | None:
    """Return where the chain itself does not hold. Every case has at least the event of its opening."""
    if not events:
        return Break(case.number, 1, "an event is missing")
    head = START
    for position, event in enumerate(events, 1):
        if event.position != position:
            return Break(case.number, position, "an event is missing")
        if event.hash_after(head) != event.sha256:
            return Break(case.number, position, "an event was changed")
        head = event.sha256
    if len(events) != case.event_count or head != (case.head or START):
        return Break(case.number, len(events), "the end of the chain is not the one the case knows")
    return None


def _untold(case: Case, events: list[Event], done: Counter[tuple[str, str, int | None]]) -> Break | None:
    """Return what the case says of itself and its events do not."""
    first = events[0]
    rated = [event.body["rating"] for event in events if event.kind == EventKind.RATED]
    ended = [event for event in events if event.kind in (EventKind.COMPLETED, EventKind.SENT_BACK)]
    turns = [event.kind for event in events if event.kind in (EventKind.CLOSED, EventKind.REOPENED)]
    closed = turns[-1:] == [EventKind.CLOSED]
    moves = [event for event in events if event.kind == EventKind.MOVED]
    bound = [first.body["definition"], *(event.body["definition"] for event in moves)]
    plans = (EventKind.MOVE_PLANNED, EventKind.MOVED, EventKind.MOVE_WITHDRAWN)
    planned = [event.body["definition"] if event.kind == EventKind.MOVE_PLANNED else None
               for event in events if event.kind in plans]  # fmt: skip
    found = {
        "the case runs by another standard than it was opened under or moved to": bound[-1] != case.definition.sha256,
        "the moves from version to version do not follow each other": bound[:-1]
        != [event.body["was"] for event in moves]
        or len(moves) != case.moves,
        "the case is to move to another version than its events say": (planned[-1] if planned else None)
        != (case.moves_to.sha256 if case.moves_to else None),
        "the case names somebody else who opened it": first.by_id != case.opened_by_id,
        "the case is closed or open, and its events say otherwise": closed == case.is_open,
        "the rating is not the one that was given": case.rating != (rated[-1] if rated else None),
        "the completed tasks are not those that the events tell of": done
        != Counter((event.step, event.body["outcome"], event.by_id) for event in ended),
    }
    why = next((words for words, differs in found.items() if differs), None)
    return Break(case.number, len(events), why) if why else None
