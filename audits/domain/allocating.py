"""How many cases are drawn, and of which stratum (F71). Whole numbers only: the script on the sheet counts the same.

The size is so many percent of the population, rounded as the audit says, at least its floor, at most all.
Strata get their shares of it by largest remainder – equal remainders in the order of their names – and each
then at least the minimum: what that adds comes on top.
"""

from __future__ import annotations

from collections.abc import Mapping

from audits.models import Rounding

_ADDED = {Rounding.UP: 99, Rounding.HALF: 50, Rounding.DOWN: 0}


def sample_size(count: int, *, percent: int, floor: int, rounding: str) -> int:
    """Return how many of *count* cases are to be drawn, before the minimum of the strata."""
    return min(count, max(floor, (count * percent + _ADDED[Rounding(rounding)]) // 100))


def allocate(strata: Mapping[str, int], size: int, *, minimum: int = 0) -> dict[str, int]:
    """Return how many of each stratum are to be drawn. *strata* says how many are in each."""
    total = sum(strata.values())
    if not total:
        return dict.fromkeys(strata, 0)
    size = min(size, total)
    shares = {name: size * count // total for name, count in strata.items()}
    left = size - sum(shares.values())
    for name in sorted(strata, key=lambda name: (-(size * strata[name] % total), name))[:left]:
        shares[name] += 1
    return {name: min(count, max(shares[name], minimum)) for name, count in strata.items()}
