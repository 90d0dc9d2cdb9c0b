"""What changed between two groups of cases: differences of medians and of rates, with interval and test (F40, F41).

Durations may be censored: a case that is still open has taken so long *at least*. Everything that counts is done by
scipy and statsmodels (docs/decisions/0025); they are imported where they are used, so that web processes stay light.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: So often samples are drawn again for an interval; more moves its ends by less than the data does.
RESAMPLES = 2000
#: Samples up to so many cases together are tested by every table that could have been; above, by the score test.
EXACT_UP_TO = 100
_HALF = 0.5
_NEARLY = 1e-9


class Spans(Protocol):
    """Durations in one unit: of what is done, and of what is still open (so long at least)."""

    @property
    def hours(self) -> Sequence[float]: ...

    @property
    def open_hours(self) -> Sequence[float]: ...


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


def median(spans: Spans) -> float | None:
    """Return the Kaplan–Meier median, or None where the curve does not come down to one half.

    Where the curve runs flat at one half exactly, the middle of that stretch: without open cases this is the
    ordinary median.
    """
    if not spans.hours:
        return None
    import numpy as np
    from statsmodels.duration.survfunc import SurvfuncRight

    times, done = _arrays(spans)
    curve = SurvfuncRight(times, done)
    reached = np.flatnonzero(curve.surv_prob <= _HALF + _NEARLY)
    if not len(reached):
        return None
    below = np.flatnonzero(curve.surv_prob < _HALF - _NEARLY)
    first = float(curve.surv_times[reached[0]])
    return (first + float(curve.surv_times[below[0]])) / 2 if len(below) else first


def median_difference(before: Spans, after: Spans, *, confidence: float = 0.95, seed: int) -> Estimate:
    """Compare two groups by their medians: Kaplan–Meier, percentile bootstrap, log-rank test.

    The interval is drawn with *seed*, so that the same data gives the same interval.
    """
    low, high = _bootstrap((before, after), lambda one, two: two - one, confidence, seed)
    one, two = median(before), median(after)
    return Estimate(
        before=one, after=two, difference=None if one is None or two is None else two - one,
        low=low, high=high, p=_log_rank(before, after), n_before=_count(before), n_after=_count(after),
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
        high=high, p=None, n_before=_count(control_before) + _count(control_after),
        n_after=_count(before) + _count(after),
        open_before=len(control_before.open_hours) + len(control_after.open_hours),
        open_after=len(before.open_hours) + len(after.open_hours), confidence=confidence,
    )  # fmt: skip


def _count(spans: Spans) -> int:
    return len(spans.hours) + len(spans.open_hours)


def _arrays(spans: Spans) -> tuple[Any, Any]:
    """Return times and whether each is done, in the order of time; at the same moment what is done comes first."""
    import numpy as np

    times = np.array([*spans.hours, *spans.open_hours], dtype=float)
    done = np.array([1] * len(spans.hours) + [0] * len(spans.open_hours))
    order = np.lexsort((1 - done, times))
    return times[order], done[order]


def medians_of_rows(times: Any, done: Any) -> Any:
    """Return the Kaplan–Meier median of every row; infinite where half of a row is not reached.

    The product-limit curve of :func:`median` for thousands of resamples at once. Times are in order, row by row.
    """
    import numpy as np

    count = times.shape[-1]
    curve = np.cumprod(1 - done / (count - np.arange(count)), axis=-1)

    def first(where: Any) -> Any:
        place = np.argmax(where, axis=-1)
        found = np.take_along_axis(times, place[..., None], axis=-1)[..., 0]
        return np.where(where.any(axis=-1), found, np.inf)

    reached, below = first(curve <= _HALF + _NEARLY), first(curve < _HALF - _NEARLY)
    return np.where(np.isinf(below), reached, (reached + below) / 2)


def _bootstrap(groups: Sequence[Spans], of: Any, confidence: float, seed: int) -> tuple[float | None, float | None]:
    """Return the percentile interval of a function of the groups' medians; None where an end may lie anywhere.

    A resample in which a median is not reached may be as long as one likes: it widens the interval on its side.
    """
    if any(not group.hours or _count(group) < 2 for group in groups):
        return None, None
    import numpy as np
    from scipy.stats import bootstrap

    arrays = [_arrays(group) for group in groups]

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

    (times1, done1), (times2, done2) = _arrays(before), _arrays(after)
    group = np.array([0] * len(times1) + [1] * len(times2))
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")
        try:
            _chi2, p = survdiff(np.concatenate([times1, times2]), np.concatenate([done1, done2]), group)
        except np.linalg.LinAlgError:  # every case took the same time
            return 1.0
    return 1.0 if math.isnan(p) else float(p)


def _rate_test(hits1: int, n1: int, hits2: int, n2: int) -> float:
    from scipy.stats import barnard_exact
    from statsmodels.stats.proportion import test_proportions_2indep

    if hits1 * n2 == hits2 * n1:
        return 1.0
    if n1 + n2 <= EXACT_UP_TO:
        return float(barnard_exact([[hits2, hits1], [n2 - hits2, n1 - hits1]]).pvalue)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(test_proportions_2indep(hits2, n2, hits1, n1, method="score", compare="diff").pvalue)


def median_interval(spans: Spans, *, confidence: float = 0.95) -> tuple[float | None, float | None]:
    """Return the interval of one median (Brookmeyer and Crowley, by statsmodels); None where an end is not reached."""
    if not spans.hours:
        return None, None
    import numpy as np
    from statsmodels.duration.survfunc import SurvfuncRight

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = SurvfuncRight(*_arrays(spans)).quantile_ci(_HALF, alpha=1 - confidence)
    return (float(low) if np.isfinite(low) else None), (float(high) if np.isfinite(high) else None)
