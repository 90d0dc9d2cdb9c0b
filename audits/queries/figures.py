"""The compliance rate of an audit, of the whole and of each department, with exact bounds (F72, F78)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from audits.models import Audit, Check
from procstd.estimates.rates import (
    Stratum,
    least_sample,
    stratified_lower_bound,
    stratified_upper_bound,
    weighted_share,
)

#: Of a bound on one side; an interval has half of the rest on each side.
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Figures:
    """What was checked and what came out. ``low`` is the one-sided bound; the interval is two-sided."""

    population: int
    n: int
    hits: int
    rate: float
    low: float
    #: What the bound would be without a miss: what this sample can prove at most.
    most: float
    interval_low: float
    interval_high: float

    def data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Figures:
        return cls(**data)

    def can_prove(self, share: float) -> bool:
        """Tell whether so few cases could prove *share* at all."""
        return self.most >= share


def figures_of(strata: Iterable[Stratum]) -> Figures | None:
    """Return the figures of strata that were sampled each by itself; None where nothing was checked."""
    parts = [row for row in strata if row.size]
    n = sum(row.drawn for row in parts)
    if not n:
        return None
    two_sided = 1 - (1 - CONFIDENCE) / 2
    without_a_miss = [Stratum(row.size, row.drawn, row.drawn) for row in parts]
    return Figures(
        population=sum(row.size for row in parts), n=n, hits=sum(row.hits for row in parts),
        rate=weighted_share(parts), low=stratified_lower_bound(parts, CONFIDENCE),
        most=stratified_lower_bound(without_a_miss, CONFIDENCE),
        interval_low=stratified_lower_bound(parts, two_sided), interval_high=stratified_upper_bound(parts, two_sided),
    )  # fmt: skip


def strata_of(audit: Audit) -> dict[str, Stratum]:
    """Return each stratum with what was checked of it and complied. Two statements beside the population."""
    sizes = {name: count for name, (count, _size) in audit.population.strata.items()}
    drawn: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    rows = Check.objects.filter(item__audit=audit, item__replacement=None).order_by()
    for stratum, complies in rows.values_list("item__stratum", "complies"):
        drawn[stratum] += 1
        hits[stratum] += complies
    return {name: Stratum(size, drawn[name], hits[name]) for name, size in sizes.items()}


def by_department(strata: dict[str, Stratum]) -> dict[str, list[Stratum]]:
    """Return the strata of each department, by its code."""
    found: dict[str, list[Stratum]] = {}
    for name, row in sorted(strata.items()):
        found.setdefault(name.partition("/")[0], []).append(row)
    return found


def most_provable(strata: dict[str, Any]) -> float:
    """Return what a sample of the planned sizes can prove at most; *strata* are those of a population."""
    rows = [Stratum(count, size, size) for count, size in strata.values()]
    return stratified_lower_bound(rows, CONFIDENCE) if any(row.drawn for row in rows) else 0.0


def wanted_sample(count: int, share: float) -> int | None:
    """Return how many cases of *count* a sample without a miss needs to prove *share*."""
    return least_sample(share, population=count, confidence=CONFIDENCE)
