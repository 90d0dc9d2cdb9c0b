"""The chain of a case: every event hashed with the one before, so that nothing is changed unseen (S8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.models import Case, Event
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
    """Yield every case whose events are not those that were written.

    Each batch is read in one transaction, so that acts at the same time do not look like faults.
    """
    keys = [case.pk for case in cases]
    for start in range(0, len(keys), batch):
        yield from _broken(keys[start : start + batch])


@transaction.atomic
def _broken(keys: list[int]) -> list[Break]:
    # Locked: the events that are read are those that the head of the case counts.
    cases = Case.objects.select_for_update(of=("self",)).in_bulk(keys)
    heads, counts, found = dict.fromkeys(keys, START), dict.fromkeys(keys, 0), {}
    for event in Event.objects.filter(case__in=keys).order_by("case", "position").iterator():
        key = event.case_id
        if key in found:
            continue
        counts[key] += 1
        if event.position != counts[key]:
            found[key] = Break(cases[key].number, counts[key], "an event is missing")
        elif event.hash_after(heads[key]) != event.sha256:
            found[key] = Break(cases[key].number, event.position, "an event was changed")
        heads[key] = event.sha256
    for key, case in cases.items():
        if key not in found and (counts[key] != case.event_count or heads[key] != (case.head or START)):
            found[key] = Break(case.number, counts[key], "the end of the chain is not the one the case knows")
    return list(found.values())
