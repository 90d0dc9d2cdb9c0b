"""How many cases a pilot needs to see an effect, and how often it would see it (F38). By statsmodels' power."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

#: A comparison by ranks needs no more than so many times the cases of a t test on normal data (Lehmann).
RANKS = math.pi / 3
MOST = 5000


def effect_of_durations(hours: Sequence[float], *, change: float) -> float | None:
    """Return the standardized effect of a median that changes by *change* hours, on the scale of logarithms.

    Durations are skew: it is their ratio that is steady. None where the hours known (at least three) do not vary, or
    nothing would be left of the median.
    """
    logs = [math.log(hour) for hour in hours if hour > 0]
    if len(logs) < 3:
        return None
    spread, middle = statistics.stdev(logs), statistics.median(hours)
    if not spread or middle + change <= 0 or not change:
        return None
    return abs(math.log((middle + change) / middle)) / spread


def effect_of_rates(before: float, *, change: float) -> float | None:
    """Return Cohen's h of a rate that changes by *change* (parts of 1), or None where it cannot."""
    after = before + change
    if not change or not 0 <= after <= 1:
        return None
    from statsmodels.stats.proportion import proportion_effectsize

    return abs(float(proportion_effectsize(after, before)))


def power_of(effect: float, *, cases: int, before: int, is_rate: bool = False, confidence: float = 0.95) -> float:
    """Return how often so many *cases* beside *before* others would show an effect that is there, in parts of 1."""
    if cases < 2 or before < 2:
        return 0.0
    from statsmodels.stats.power import NormalIndPower, TTestIndPower

    ratio = before / cases
    if is_rate:
        return float(NormalIndPower().power(effect, cases, 1 - confidence, ratio=ratio))
    found = float(TTestIndPower().power(effect, cases / RANKS, 1 - confidence, ratio=ratio))
    # The noncentral t distribution overflows where the power is 1 for all that can be printed.
    return 1.0 if math.isnan(found) else found


def needed_cases(
    effect: float, *, power: float = 0.8, before: int | None = None, is_rate: bool = False, confidence: float = 0.95
) -> int | None:
    """Return the fewest cases that show a standardized *effect* so often; None where no number would.

    *before* is how many cases there are to compare with; None: as many as in the pilot.
    """

    def shows(cases: int) -> bool:
        others = cases if before is None else before
        return power_of(effect, cases=cases, before=others, is_rate=is_rate, confidence=confidence) >= power

    if not shows(MOST):
        return None
    least, most = 2, MOST
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if shows(middle) else (middle + 1, most)
    return least
