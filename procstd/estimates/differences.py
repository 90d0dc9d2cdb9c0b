"""What changed between two groups of cases: differences of medians and of rates, with interval and test (F40, F41).

Durations may be censored: a case that is still open has taken so long *at least*. Everything that counts is done by
scipy and statsmodels (docs/decisions/0025); they are imported where they are used, so that web processes stay light.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from procstd.estimates.medians import Spans, count_of, in_order, median, medians_of_rows

#: So often samples are drawn again for an interval; more moves its ends by less than the data does.
RESAMPLES = 2000
#: Samples up to so many cases together are tested by every table that could have been; above, by the score test.
EXACT_UP_TO = 100


@dataclass(frozen=True)
class Estimate:
    """Before, after, and the difference after − before with its two-sided interval and the p of “no difference”.

    None where the data does not reach: a median that more than half of the cases have not come to, an end of the
    interval that may lie anywhere.
    """

    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    n_before: int
    n_after: int
    open_before: int = 0
    open_after: int = 0
    confidence: float = 0.95


def median_difference(before: Spans, after: Spans, *, confidence: float = 0.95, seed: int) -> Estimate:
    """Compare two groups by their medians: Kaplan–Meier, percentile bootstrap, log-rank test.

    The interval is drawn with *seed*, so that the same data gives the same interval.
    """
    low, high = _bootstrap((before, after), lambda one, two: two - one, confidence, seed)
    one, two = median(before), median(after)
    return Estimate(
        before=one, after=two, difference=None if one is None or two is None else two - one,
        low=low, high=high, p=_log_rank(before, after), n_before=count_of(before), n_after=count_of(after),
        open_before=len(before.open_hours), open_after=len(after.open_hours), confidence=confidence,
    )  # fmt: skip


def rate_difference(hits1: int, n1: int, hits2: int, n2: int, *, confidence: float = 0.95) -> Estimate:
    """Compare two rates, before *hits1* of *n1* and after *hits2* of *n2*, in parts of 1.

    The interval is Newcombe's hybrid score; the test is Barnard's exact one, or the score test for many cases.
    """
    if not n1 or not n2:
        rates = (hits1 / n1 if n1 else None, hits2 / n2 if n2 else None)
        return Estimate(*rates, None, None, None, None, n1, n2, confidence=confidence)
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        hits2, n2, hits1, n1, method="newcomb", compare="diff", alpha=1 - confidence
    )  # fmt: skip
    return Estimate(
        before=hits1 / n1, after=hits2 / n2, difference=hits2 / n2 - hits1 / n1, low=float(low), high=float(high),
        p=_rate_test(hits1, n1, hits2, n2), n_before=n1, n_after=n2, confidence=confidence,
    )  # fmt: skip


def difference_in_differences(
    before: Spans, after: Spans, control_before: Spans, control_after: Spans, *, confidence: float = 0.95, seed: int
) -> Estimate:
    """Compare the change of the medians with that of departments which went on as ever (F41).

    ``before`` and ``after`` are the changes themselves: of the control departments, and of the pilot's.
    """
    groups = (before, after, control_before, control_after)
    low, high = _bootstrap(groups, lambda a, b, c, d: (b - a) - (d - c), confidence, seed)
    one, two, three, four = (median(group) for group in groups)
    own = None if one is None or two is None else two - one
    others = None if three is None or four is None else four - three
    return Estimate(
        before=others, after=own, difference=None if own is None or others is None else own - others, low=low,
        high=high, p=None, n_before=count_of(control_before) + count_of(control_after),
        n_after=count_of(before) + count_of(after),
        open_before=len(control_before.open_hours) + len(control_after.open_hours),
        open_after=len(before.open_hours) + len(after.open_hours), confidence=confidence,
    )  # fmt: skip


def _bootstrap(groups: Sequence[Spans], of: Any, confidence: float, seed: int) -> tuple[float | None, float | None]:
    """Return the percentile interval of a function of the groups' medians; None where an end may lie anywhere.

    A resample in which a median is not reached may be as long as one likes: it widens the interval on its side.
    """
    if any(not group.hours or count_of(group) < 2 for group in groups):
        return None, None
    import numpy as np
    from scipy.stats import bootstrap

    arrays = [in_order(group) for group in groups]

    def statistic(*places: Any, axis: int) -> Any:
        rows = [np.sort(np.moveaxis(place, axis, -1), axis=-1).astype(int) for place in places]
        medians = [medians_of_rows(times[row], done[row]) for (times, done), row in zip(arrays, rows, strict=True)]
        with np.errstate(invalid="ignore"):
            return of(*medians)

    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        drawn = bootstrap(
            tuple(np.arange(len(times)) for times, _done in arrays), statistic, n_resamples=RESAMPLES, batch=250,
            method="percentile", confidence_level=confidence, vectorized=True, rng=np.random.default_rng(seed),
        ).bootstrap_distribution  # fmt: skip
    tail = (1 - confidence) / 2
    # Both medians not reached: the difference may lie anywhere, so it counts against both ends.
    low = np.quantile(np.where(np.isnan(drawn), -np.inf, drawn), tail, method="inverted_cdf")
    high = np.quantile(np.where(np.isnan(drawn), np.inf, drawn), 1 - tail, method="inverted_cdf")
    return (None if math.isinf(low) else float(low)), (None if math.isinf(high) else float(high))


def _log_rank(before: Spans, after: Spans) -> float | None:
    """Return the p of the log-rank test, or None where nothing can be compared."""
    if not before.hours or not after.hours:
        return None
    import numpy as np
    from statsmodels.duration.survfunc import survdiff

    (times1, done1), (times2, done2) = in_order(before), in_order(after)
    group = np.array([0] * len(times1) + [1] * len(times2))
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")
        try:
            _chi2, p = survdiff(np.concatenate([times1, times2]), np.concatenate([done1, done2]), group)
        except np.linalg.LinAlgError:  # every case took the same time
            return 1.0
    return 1.0 if math.isnan(p) else float(p)


class _NotOfScipy(logging.Filter):
    """Leaves out what scipy's search writes to the root of all logs while Barnard's test looks for its maximum."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "/scipy/" not in record.pathname


_NOT_OF_SCIPY = _NotOfScipy()


def _rate_test(hits1: int, n1: int, hits2: int, n2: int) -> float:
    from scipy.stats import barnard_exact
    from statsmodels.stats.proportion import test_proportions_2indep

    if hits1 * n2 == hits2 * n1:
        return 1.0
    if n1 + n2 <= EXACT_UP_TO:
        logging.getLogger().addFilter(_NOT_OF_SCIPY)  # once: a filter that is there is not added again
        return float(barnard_exact([[hits2, hits1], [n2 - hits2, n1 - hits1]]).pvalue)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(test_proportions_2indep(hits2, n2, hits1, n1, method="score", compare="diff").pvalue)
