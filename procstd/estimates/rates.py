"""What a share in a sample says of the whole: exact bounds, and in words what they prove and what not (F72).

A two-sided interval is Clopper and Pearson's. A one-sided bound is exact for the population it was drawn
from: hypergeometric for a finite one, binomial otherwise. For a sample drawn by strata see
:func:`stratified_lower_bound`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Interval:
    """Between which shares (0 to 1) the truth lies, by the method, in so many of a hundred samples."""

    low: float
    high: float
    confidence: float


@dataclass(frozen=True)
class Stratum:
    """A part of a population: how many are in it, how many of them were drawn, in how many of those it is so."""

    size: int
    drawn: int
    hits: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether every one was drawn: nothing about it is uncertain."""
        return self.drawn == self.size


def rate_interval(hits: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the exact two-sided interval of a share after Clopper and Pearson. Raises ValueError for no sample."""
    _refuse(hits, n, None)
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(hits, n, alpha=1 - confidence, method="beta")
    # SciPy has no number where the beta distribution has no parameter: nothing, or all.
    return Interval(0.0 if hits == 0 else float(low), 1.0 if hits == n else float(high), confidence)


def lower_bound(hits: int, n: int, *, population: int | None = None, confidence: float = 0.95) -> float:
    """Return the exact one-sided lower bound of a share: at least so much, but for one sample in twenty.

    With a *population* it is the least share (a multiple of 1/population) that the sample does not refute:
    hypergeometric. Without one the population is taken as endless: binomial.
    """
    _refuse(hits, n, population)
    if hits == 0:
        return 0.0
    alpha = 1 - confidence
    if population is None:
        from scipy.stats import beta

        return float(beta.ppf(alpha, hits, n - hits + 1))
    return _least(hits, n, population, alpha) / population


def upper_bound(hits: int, n: int, *, population: int | None = None, confidence: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a share."""
    return 1 - lower_bound(n - hits, n, population=population, confidence=confidence)


@lru_cache(maxsize=10_000)
def _least(hits: int, n: int, population: int, alpha: float) -> int:
    """Return the least number in the *population* with which *hits* or more of *n* are no rarer than *alpha*."""
    from scipy.stats import hypergeom

    low, high = hits, population - (n - hits)
    while low < high:  # the chance of so many hits rises with their number in the population
        middle = (low + high) // 2
        if hypergeom.sf(hits - 1, population, middle, n) > alpha:
            high = middle
        else:
            low = middle + 1
    return low


def stratified_lower_bound(strata: Iterable[Stratum], confidence: float = 0.95) -> float:
    """Return a one-sided lower bound of the share in a whole population of which each stratum was sampled by itself.

    Strata that were drawn whole are known. Of the rest, one alone is a simple sample: hypergeometric. Several:
    the misses in the sample are a sum of independent draws, no more spread than the binomial of the same mean
    (Hoeffding 1956), so the binomial bound of that mean holds; the mean weighs strata as they were *drawn*, so
    the worst case that is left, over all ways in which misses may lie among the strata, is taken. The bound is
    never too high; it may be lower than it need be. Raises ValueError where nothing was drawn.
    """
    parts = [row for row in strata if row.size]
    total, drawn = sum(row.size for row in parts), sum(row.drawn for row in parts)
    hits = sum(row.hits for row in parts)
    for row in parts:
        _refuse(row.hits, row.drawn, row.size, may_be_empty=True)
    _refuse(hits, drawn, total)
    rest = [row for row in parts if not row.is_whole]
    known = sum(row.size - row.hits for row in parts if row.is_whole)
    missed: float = known
    if len(rest) == 1 and rest[0].drawn:
        (row,) = rest
        missed += row.size - _least_or_none(row, 1 - confidence)
    elif rest:
        missed += _most_missed(rest, confidence)
    return max(0.0, (total - missed) / total)


def stratified_upper_bound(strata: Iterable[Stratum], confidence: float = 0.95) -> float:
    """Return the upper bound of the same: what is no hit is counted instead."""
    turned = [Stratum(row.size, row.drawn, row.drawn - row.hits) for row in strata]
    return 1 - stratified_lower_bound(turned, confidence)


def _least_or_none(row: Stratum, alpha: float) -> int:
    return _least(row.hits, row.drawn, row.size, alpha) if row.hits else 0


def _most_missed(rest: Sequence[Stratum], confidence: float) -> float:
    """Return the most misses in these strata that the sample does not refute."""
    n = sum(row.drawn for row in rest)
    misses = n - sum(row.hits for row in rest)
    # Hoeffding's bound reaches from 0 to one below the mean; with (nearly) all missed nothing is claimed.
    mean = 1.0 if misses >= n - 1 else upper_bound(misses, n, confidence=confidence)
    left, found = mean * n, 0.0
    # The most misses for the mean: first where few were drawn of many.
    for row in sorted(rest, key=lambda row: Fraction(row.drawn, row.size)):
        share = 1.0 if row.drawn == 0 else min(1.0, left / row.drawn)
        left -= share * row.drawn
        found += share * row.size
    return found


def weighted_share(strata: Iterable[Stratum]) -> float:
    """Return the estimate of the share in the whole: each stratum weighs as much as is in it."""
    parts = [row for row in strata if row.drawn]
    return sum(row.size * row.hits / row.drawn for row in parts) / sum(row.size for row in parts)


def least_sample(share: float, *, population: int | None = None, confidence: float = 0.95) -> int | None:
    """Return how many must be drawn, all of them hits, for the lower bound to reach *share*; None: no number does."""
    if not 0 < share < 1:
        raise ValueError("A share to be proven lies between 0 and 1.")
    if population is None:
        return math.ceil(math.log(1 - confidence) / math.log(share) - 1e-9)
    low, high = 1, population
    if lower_bound(population, population, population=population, confidence=confidence) < share:
        return None
    while low < high:
        middle = (low + high) // 2
        if lower_bound(middle, middle, population=population, confidence=confidence) >= share:
            high = middle
        else:
            low = middle + 1
    return low


def what_it_proves(*, n: int, low: float, wanted: float, most: float, confidence: float = 0.95) -> list[str]:
    """Say what a sample proves and what it cannot, in the language in force.

    *low* is its lower bound, *wanted* the share to be reached, *most* the bound that *n* would give without a miss.
    """
    facts = {
        "low": percent(low), "wanted": percent(wanted), "most": percent(most), "n": n, "sure": percent(confidence),
        "risk": percent(1 - confidence),
    }  # fmt: skip
    said = [_("With %(sure)s confidence at least %(low)s of all cases comply.") % facts]
    if low >= wanted:
        said.append(_("This proves that the %(wanted)s wanted are reached.") % facts)
    elif most < wanted:
        said.append(
            _("%(n)d cases cannot prove %(wanted)s: even without a single miss they prove %(most)s at most.") % facts
        )
    else:
        said.append(
            _("It does not prove that the %(wanted)s wanted are reached; nor does it prove the contrary.") % facts
        )
    said.append(
        _("Of a single case that was not drawn it says nothing, and %(risk)s of all samples say too much.") % facts
    )
    return said


def percent(share: float, *, up: bool = False) -> str:
    """Write a share as 87.3 %, never rounded up: a lower bound that is rounded up claims too much.

    *up* is for upper ends of intervals, which claim too much when they are rounded down.
    """
    tenths = math.ceil(share * 1000 - 1e-6) if up else math.floor(share * 1000 + 1e-6)
    return f"{tenths / 10:g} %"


def _refuse(hits: int, n: int, population: int | None, *, may_be_empty: bool = False) -> None:
    if n < (0 if may_be_empty else 1) or not 0 <= hits <= n or (population is not None and population < n):
        raise ValueError(f"{hits} of {n} drawn from {population} is no sample.")
