"""Verify an audit: the frozen list, the cases it names, the draw (F69, F70). Nothing is changed.

Found is: a list that has not its hash any more; a case that is gone, or that does not have the event any more
at which it was frozen (*changed*); a case that by the rule should stand in the list and does not, nor was late in
the next one (*added* since); a seed that is not that of the secret and the list; a sample that is not that of the seed.

A case that went on – was rated, or opened again – is none of these: it still has the event.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audits.domain.drawing import seed_of
from audits.domain.lots import draw_lots
from audits.models import Audit, Draw, Item
from audits.queries.population import (
    Listed,
    audit_after,
    closed_between,
    lines_in,
    listed_in,
    missing_from,
    number_of,
    parts_of,
    streamed,
)
from cases.domain.chain import broken_chains
from cases.models import Case, Event

#: So many cases are named of each fault.
NAMED = 20
_CHUNK = 5_000


@dataclass
class Verified:
    """What verifying found. Sound when every fault is empty."""

    count: int = 0
    went_on: int = 0
    is_list_intact: bool = True
    gone: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    chains: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return self.is_list_intact and not any(
            (self.gone, self.changed, self.added, self.seeds, self.drawn, self.chains)
        )

    def data(self) -> dict[str, Any]:
        names = ("gone", "changed", "added", "drawn", "chains")
        return {
            "count": self.count, "went_on": self.went_on, "is_list_intact": self.is_list_intact,
            "is_sound": self.is_sound, "seeds": self.seeds,
            **{name: getattr(self, name)[:NAMED] for name in names},
            "counts": {name: len(getattr(self, name)) for name in names},
        }  # fmt: skip


def verify_audit(audit: Audit, *, told: Callable[[int], None] = lambda _done: None) -> Verified:
    """Compare what was frozen and drawn with what is there now."""
    found = Verified()
    found.is_list_intact = _is_intact(audit)
    if not found.is_list_intact:
        return found
    for chunk in _chunks(listed_in(parts_of(audit))):
        _compare(chunk, found)
        found.count += len(chunk)
        told(found.count)
    cases = streamed(closed_between(audit.process, audit.begins_at, audit.ends_at))
    added = missing_from(cases, listed_in(parts_of(audit)))
    following = audit_after(audit)
    if following is not None:  # what was late there is accounted for
        added = missing_from(added, listed_in(parts_of(following)))
    found.added = [number_of(row[0]) for row in added]
    _redraw(audit, found)
    drawn = Case.objects.filter(audit_items__audit=audit)
    found.chains = [row.case for row in broken_chains(drawn)]
    return found


def _is_intact(audit: Audit) -> bool:
    sha256 = hashlib.sha256()
    try:
        for part in parts_of(audit):
            sha256.update(part)
    except Exception:  # whatever zlib says of what is no list of ours
        return False
    return sha256.hexdigest() == audit.population.sha256


def _chunks(rows: Iterable[Listed]) -> Iterator[list[Listed]]:
    chunk: list[Listed] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _compare(chunk: list[Listed], found: Verified) -> None:
    """Look for what became of listed cases. Two statements."""
    first, last = chunk[0].case, chunk[-1].case
    heads = dict(Case.objects.filter(pk__gte=first, pk__lte=last).order_by().values_list("pk", "head"))
    grown = [row for row in chunk if row.case in heads and heads[row.case] != row.head]
    places = _places(grown, heads)
    for row in chunk:
        if row.case not in heads:
            found.gone.append(row.number)
        elif heads[row.case] != row.head:
            frozen, present = places.get((row.case, row.head)), places.get((row.case, heads[row.case]))
            if frozen is not None and present is not None and frozen < present:
                found.went_on += 1
            else:
                found.changed.append(row.number)


def _places(grown: list[Listed], heads: dict[int, str]) -> dict[tuple[int, str], int]:
    """Return where in the chains of cases the frozen ends and the present ones are. A statement, if any went on."""
    if not grown:
        return {}
    hashes = {row.head for row in grown} | {heads[row.case] for row in grown}
    rows = Event.objects.filter(case__in=[row.case for row in grown], sha256__in=hashes).order_by()
    return {(case, sha256): position for case, sha256, position in rows.values_list("case_id", "sha256", "position")}


def _redraw(audit: Audit, found: Verified) -> None:
    """Take the cases of the sample in the order of the sheet: each has to be the next of its stratum by its seed."""
    population = audit.population
    draws = list(Draw.objects.filter(audit=audit).select_related("commitment").order_by("round"))
    items = list(
        Item.objects.filter(audit=audit).order_by("position").values_list("draw_id", "case_id", "stratum", "replaces")
    )
    sizes = Counter(stratum for _draw, _case, stratum, _replaces in items)
    counts = {name: count for name, (count, _size) in population.strata.items()}
    order: dict[tuple[int, str], Iterator[int]] = {}
    for draw in draws:
        is_committed = hashlib.sha256(draw.nonce.encode()).hexdigest() == draw.commitment.sha256
        if not is_committed or draw.seed != seed_of(draw.nonce, population.sha256):
            found.seeds.append(draw.round)
        drawn = draw_lots(draw.seed, sizes, lambda: lines_in(parts_of(audit)), counts=counts)
        for stratum, ranked in drawn.items():
            order[draw.pk, stratum] = iter([case for _rank, case, _head in ranked])
    of_first = draws[0].pk if draws else None
    first = Counter(stratum for place, _case, stratum, replaces in items if place == of_first and not replaces)
    if draws and first != {name: size for name, (_count, size) in population.strata.items() if size}:
        found.seeds.append(draws[0].round)
    wrong: set[int] = set()
    taken: set[int] = set()
    for place, case, stratum, _replaces in items:
        due = next((key for key in order.get((place, stratum), ()) if key not in taken), None)
        taken.add(case)
        if due != case:
            wrong |= {key for key in (due, case) if key is not None}
    found.drawn = [number_of(key) for key in sorted(wrong)]
