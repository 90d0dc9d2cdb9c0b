"""How often charts of weekly shares and weekly medians cry wolf: as many weeks, of as many cases each, by simulation.

Such values are not normal, and their spread depends on how many cases a week has. A chart of them therefore signals
more often than one of normal values, the more so the fewer cases there are: what is stated beside it is the rate of
a process that does not change and has as many cases in each week as this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import log, pi, sqrt
from typing import Any

from procstd.estimates.control import LEAST, ROUNDS, SEED, alarms_among, false_alarm_of


def false_alarm_of_shares(shares: Sequence[float | None], sizes: Sequence[int]) -> float:
    """Return the chance of at least one signal where every case of every week has the same chance.

    *shares* are those of *sizes* cases (0 to 1, None of none); the chance is that of all weeks together.
    """
    known = tuple((float(share), size) for share, size in zip(shares, sizes, strict=True) if share is not None)
    return _of_shares(known)


def false_alarm_of_medians(values: Sequence[float | None], sizes: Sequence[int]) -> float:
    """Return the chance of at least one signal where times are spread alike in every week, with their long right tail.

    *values* are medians of *sizes* cases (hours, None of none). Times are taken as log-normal: the logarithm of a
    median varies by the spread of single times over the root of their number, which neighbouring weeks tell, so that
    a slow drift does not widen it. Medians of nothing (0) tell nothing of the spread.
    """
    known = tuple((float(value), size) for value, size in zip(values, sizes, strict=True) if value is not None)
    return _of_medians(known)


@lru_cache(maxsize=256)
def _of_shares(known: tuple[tuple[float, int], ...]) -> float:
    numpy, chance = _drawing(len(known))
    sizes = [size for _share, size in known]
    whole = min(1.0, max(0.0, sum(share * size for share, size in known) / sum(sizes)))
    drawn = chance.binomial(sizes, whole, size=(ROUNDS, len(sizes))) / numpy.array(sizes)
    return round(float(alarms_among(drawn).mean()), 3)


@lru_cache(maxsize=256)
def _of_medians(known: tuple[tuple[float, int], ...]) -> float:
    numpy, chance = _drawing(len(known))
    spans = [
        abs(log(there / here)) / sqrt(1 / few + 1 / many)
        for (here, few), (there, many) in pairwise(known)
        if here > 0 and there > 0
    ]
    if not spans:
        return false_alarm_of(len(known))
    # The mean absolute value of a normal one is √(2/π) of its standard deviation.
    spread = sum(spans) / len(spans) * sqrt(pi / 2)
    scales = spread / numpy.sqrt(numpy.array([size for _value, size in known]))
    drawn = numpy.exp(chance.standard_normal((ROUNDS, len(known))) * scales)
    return round(float(alarms_among(drawn).mean()), 3)


def _drawing(count: int) -> tuple[Any, Any]:
    if count < LEAST:
        raise ValueError(f"A chart needs {LEAST} values, not {count}.")
    import numpy

    return numpy, numpy.random.default_rng([SEED, count])
