"""Seal the chains of cases every day, outside of the database, and verify them against the seals (S9).

A chain tells that an entry was changed; only something outside of the database tells that its end was cut off
together with the case's own count, or that a whole case is gone. A seal is a file of lines ``case count head`` for
every case with new events, and the hash of the seal before it. Its own hash is shown and can be kept on paper.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cases.models import Case, Event, Seal
from cases.models.event import START
from procstd.logs import log

_BATCH = 1_000


@dataclass(frozen=True)
class Sealed:
    """A file of a seal as it was read."""

    file: str
    sha256: str
    number: int
    at: datetime
    before: str
    #: By case: how many events it had, and the hash of the last.
    heads: dict[int, tuple[int, str]]


@dataclass(frozen=True)
class Fault:
    """What does not agree with a seal: of the seal of a number, about a case or about the seal itself."""

    seal: int
    case: str
    why: str


def seal_chains(*, at: datetime) -> Seal | None:
    """Write the seal of what happened since the last one; None if nothing did, or somebody else does it now.

    The file is there before the row, so that no row lacks its file. A file that a crash left without a row is taken
    over as it is; it is compared with the cases first, and a difference is logged.
    """
    try:
        made = _sealed(at)
    except IntegrityError:
        return None
    if made is None:
        return None
    sealed, row = made
    _mark(sealed)
    log.info("chains_sealed", seal=row.number, cases=row.cases, sha256=row.sha256)
    return row


@transaction.atomic
def _sealed(at: datetime) -> tuple[Sealed, Seal] | None:
    last = Seal.objects.select_for_update().order_by("-number").first()
    number, before = (last.number + 1, last.sha256) if last else (1, START)
    left = _left_behind(number)
    if left is not None:
        sealed = read_seal(left)
        for fault in _against_events(sealed):
            log.error("seal_left_behind_differs", seal=number, case=fault.case)
    else:
        rows = Case.objects.exclude(sealed_count=F("event_count")).order_by("pk")
        heads = {pk: (count, head) for pk, count, head in rows.values_list("pk", "event_count", "head")}
        for pk in rows.filter(event_count__lt=F("sealed_count")).values_list("pk", flat=True):
            log.error("chain_shorter_than_sealed", case=pk)
        if not heads:
            return None
        sealed = _write(number, at, before, heads)
    facts = {
        "number": number,
        "at": sealed.at,
        "cases": len(sealed.heads),
        "file": sealed.file,
        "sha256": sealed.sha256,
    }
    return sealed, Seal.objects.create(**facts)


def _mark(sealed: Sealed) -> None:
    """Note in the cases what is sealed. In small statements: nobody's act waits for all of them.

    What a crash leaves unmarked is sealed once more the next time, which says the same.
    """
    by_count: dict[int, list[int]] = {}
    for case, (count, _head) in sealed.heads.items():
        by_count.setdefault(count, []).append(case)
    for count, cases in by_count.items():
        for start in range(0, len(cases), _BATCH):
            Case.objects.filter(pk__in=cases[start : start + _BATCH]).update(sealed_count=count)


def seal_if_due(*, at: datetime) -> Seal | None:
    """Seal unless it was done already on this day of the house."""
    last = Seal.objects.order_by("-number").first()
    if last is not None and timezone.localdate(last.at) >= timezone.localdate(at):
        return None
    return seal_chains(at=at)


def _write(number: int, at: datetime, before: str, heads: dict[int, tuple[int, str]]) -> Sealed:
    facts = {"seal": number, "at": at.isoformat(), "before": before, "cases": len(heads)}
    lines = [json.dumps(facts, sort_keys=True), *(f"{case} {count} {head}" for case, (count, head) in heads.items())]
    content = ("\n".join(lines) + "\n").encode()
    folder = Path(settings.SEAL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{number:06d}-{at:%Y-%m-%d}.seal"
    unfinished = folder / f".{name}.{os.getpid()}"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, folder / name)  # never over another one
    except FileExistsError:
        unfinished.unlink()
        return read_seal(folder / name)
    unfinished.unlink()
    return Sealed(name, hashlib.sha256(content).hexdigest(), number, at, before, heads)


def _left_behind(number: int) -> Path | None:
    return next(iter(sorted(Path(settings.SEAL_DIR).glob(f"{number:06d}-*.seal"))), None)


def read_seal(file: Path) -> Sealed:
    """Return what a file of a seal says. Raises ValueError for a file that is none."""
    content = file.read_bytes()
    first, *lines = content.decode().splitlines()
    facts = json.loads(first)
    at = parse_datetime(facts["at"])
    if at is None:
        raise ValueError(f"{file.name} does not say when it was made.")
    heads = {}
    for line in lines:
        case, count, head = line.split(" ")
        heads[int(case)] = (int(count), head)
    if len(heads) != facts["cases"]:
        raise ValueError(f"{file.name} does not hold as many cases as it says.")
    return Sealed(file.name, hashlib.sha256(content).hexdigest(), facts["seal"], at, facts["before"], heads)


def broken_seals() -> Iterator[Fault]:
    """Yield every seal that is not what it was, and every case that says something else than a seal.

    What comes after a sealed event is the business of the chain: see ``chain.broken_chains``.
    """
    rows = {row.file: row for row in Seal.objects.all()}
    counts: dict[int, int] = {}
    before, expected = START, 1
    for file in sorted(Path(settings.SEAL_DIR).glob("*.seal")):
        row = rows.pop(file.name, None)
        try:
            sealed = read_seal(file)
        except (ValueError, KeyError, UnicodeDecodeError):
            yield Fault(expected, "", "its file is not one any more")
            return
        if sealed.number != expected:
            yield Fault(expected, "", "its file is missing")
        if row is None:
            yield Fault(sealed.number, "", "the database does not know it")
        elif row.sha256 != sealed.sha256:
            yield Fault(sealed.number, "", "its file was changed")
        if sealed.before != before:
            yield Fault(sealed.number, "", "the seal before it is another one")
        before, expected = sealed.sha256, sealed.number + 1
        # Each seal, not the latest of a case: a new one would cover what was done to an older entry.
        for case, (count, _head) in sealed.heads.items():
            if count < counts.get(case, 0):
                yield Fault(sealed.number, f"C-{case:06d}", "it had more events at the seal before")
            counts[case] = count
        yield from _against_events(sealed)
    for row in rows.values():
        yield Fault(row.number, "", "its file is missing")


def _against_events(sealed: Sealed) -> Iterator[Fault]:
    """Compare the sealed event of each case of a seal with what is there now."""
    cases = sorted(sealed.heads)
    for start in range(0, len(cases), _BATCH):
        chunk = cases[start : start + _BATCH]
        positions = {sealed.heads[case][0] for case in chunk}
        events = Event.objects.filter(case__in=chunk, position__in=positions).order_by()
        there = {(case, position): sha for case, position, sha in events.values_list("case_id", "position", "sha256")}
        known = set(Case.objects.filter(pk__in=chunk).values_list("pk", flat=True))
        for case in chunk:
            number, (count, head) = sealed.number, sealed.heads[case]
            found = there.get((case, count))
            if case not in known:
                yield Fault(number, f"C-{case:06d}", "the case is gone")
            elif found is None:
                yield Fault(number, f"C-{case:06d}", "its events end before the sealed one")
            elif found != head:
                yield Fault(number, f"C-{case:06d}", "the sealed event is another one")
