"""Freeze the population of an audit: the list of its cases, counted, hashed, and the size of the sample (F69)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.domain.allocating import allocate, sample_size
from audits.domain.opening import lock_audit
from audits.models import Audit, Population, PopulationPart
from audits.queries.population import (
    audit_before,
    closed_between,
    listed_in,
    missing_from,
    packed,
    parts_of,
    stratum_of,
    streamed,
)
from procstd.errors import DomainError
from procstd.logs import log

#: So many cases lie in one part, and so often progress is told.
PART = 50_000


def freeze_population(
    audit: Audit, *, by: Any, at: datetime, told: Callable[[int], None] = lambda _done: None
) -> Population:
    """Write down which cases the month has, and fix the size of the sample. A second time nothing is written.

    The cases are read by one statement, so that all of them are as they were at one moment. *told* hears how
    many are read; nothing is written before the last one, and then all in one transaction. Refuses a month
    without a case.
    """
    known = Population.objects.filter(audit=audit).first()
    if known is not None:
        return known
    reading = _Reading(audit)
    parts = list(reading.parts(told))
    if not reading.count:
        raise DomainError(_("No case of this process was closed in this month, so there is nothing to draw from."))
    with transaction.atomic():
        audit = lock_audit(audit)
        known = Population.objects.filter(audit=audit).first()
        if known is not None:  # another worker was first
            return known
        for number, content in enumerate(parts, 1):
            PopulationPart(audit=audit, number=number, content=content).save(force_insert=True)
        size = sample_size(reading.count, percent=audit.percent, floor=audit.floor, rounding=audit.rounding)
        sizes = allocate(reading.strata, size, minimum=audit.minimum)
        population = Population(
            audit=audit, count=reading.count, sha256=reading.sha256.hexdigest(), size=sum(sizes.values()),
            size_by_percent=size, earlier=reading.earlier, late=reading.late, by=by, at=at,
            strata={name: [reading.strata[name], sizes[name]] for name in sorted(sizes)},
        )  # fmt: skip
        population.save(force_insert=True)
    log.info("population_frozen", audit=audit.number, cases=population.count)
    return population


class _Strata(dict[tuple[str, str | None], str]):
    """The names of strata by department and grade, each made when it is first asked for."""

    def __missing__(self, key: tuple[str, str | None]) -> str:
        return self.setdefault(key, stratum_of(*key))


class _Reading:
    """Reads the cases of a month once and counts them on the way."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.sha256 = hashlib.sha256()
        self.strata: Counter[str] = Counter()
        self.count = self.earlier = self.late = 0

    def parts(self, told: Callable[[int], None]) -> Iterator[bytes]:
        """Yield the list, compressed, part by part."""
        rows = _in_order(self._late(), self._rows())
        strata = _Strata()
        # A part at a time, in few steps for all its cases: of a million, whatever is done to each by itself is felt.
        while block := list(islice(rows, PART)):
            names = [strata[department, grade] for _case, _head, department, grade, _before in block]
            lines = [f"C-{row[0]:06d},{row[1]},{name}\n" for row, name in zip(block, names, strict=True)]
            content = "".join(lines).encode()
            self.strata.update(names)
            self.count += len(block)
            self.earlier += sum([bool(row[-1]) for row in block])
            self.sha256.update(content)
            del block, names, lines
            yield packed(content)
            told(self.count)

    def _rows(self) -> Iterator[Any]:
        return streamed(closed_between(self.audit.process, self.audit.begins_at, self.audit.ends_at))

    def _late(self) -> list[Any]:
        """Return the cases of the month audited before that are not in its population: a handful at most."""
        before = audit_before(self.audit)
        if before is None:
            return []
        rows = streamed(closed_between(self.audit.process, before.begins_at, before.ends_at))
        found = [(*row[:-1], True) for row in missing_from(rows, listed_in(parts_of(before)))]
        self.late = len(found)
        return found


def _in_order(few: list[Any], many: Iterator[Any]) -> Iterator[Any]:
    """Yield the rows of both by number. No case is in both: it was last closed in one month."""
    if not few:
        yield from many
        return
    import heapq

    yield from heapq.merge(few, many, key=lambda row: row[0])
