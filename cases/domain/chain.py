"""The chain of a case: every event hashed with the one before, so that nothing is changed unseen (S8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.models import Case, Event, Task
from cases.models.event import START, EventKind


class Chain:
    """Gathers the events of one act and writes them, with the case, in two statements.

    The caller holds the lock on the case.
    """

    def __init__(self, case: Case, *, by: Any, at: datetime) -> None:
        self.case, self.by, self.at = case, by, at
        self.events: list[Event] = []

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
        self.case.save(update_fields=["head", "event_count", *changed])


@dataclass(frozen=True)
class Break:
    """A case whose chain does not hold, and where."""

    case: str
    position: int
    why: str


def broken_chains(cases: Iterable[Case], *, batch: int = 500) -> Iterable[Break]:
    """Yield every case whose events are not those that were written, or that says of itself what they do not.

    Not seen is a chain whose end was cut off together with the case's own count: that takes a seal outside
    of the database (S9).

    Each batch is read in one transaction, so that acts at the same time do not look like faults.
    """
    keys = [case.pk for case in cases]
    for start in range(0, len(keys), batch):
        yield from _broken(keys[start : start + batch])


@transaction.atomic
def _broken(keys: list[int]) -> list[Break]:
    # Locked: the events that are read are those that the head of the case counts.
    rows = (
        Case.objects.select_for_update(of=("self",)).select_related("definition").defer("data", "definition__content")
    )
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
    closed = any(event.kind == EventKind.CLOSED for event in events)
    found = {
        "the case runs by another standard than it was opened under": first.body["definition"]
        != case.definition.sha256,
        "the case names somebody else who opened it": first.by_id != case.opened_by_id,
        "the case is closed or open, and its events say otherwise": closed == case.is_open,
        "the rating is not the one that was given": case.rating != (rated[-1] if rated else None),
        "the completed tasks are not those that the events tell of": done
        != Counter((event.step, event.body["outcome"], event.by_id) for event in ended),
    }
    why = next((words for words, differs in found.items() if differs), None)
    return Break(case.number, len(events), why) if why else None
