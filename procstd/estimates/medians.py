"""The median of a group of cases of which some may still be open: Kaplan and Meier (F40).

What counts is done by statsmodels (docs/decisions/0025), imported where it is used, so that web processes stay light.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Protocol

_HALF = 0.5
_NEARLY = 1e-9


class Spans(Protocol):
    """Durations in one unit: of what is done, and of what is still open (so long at least)."""

    @property
    def hours(self) -> Sequence[float]: ...

    @property
    def open_hours(self) -> Sequence[float]: ...


def median(spans: Spans) -> float | None:
    """Return the Kaplan–Meier median, or None where the curve does not come down to one half.

    Where the curve runs flat at one half exactly, the middle of that stretch: without open cases this is the
    ordinary median.
    """
    if not spans.hours:
        return None
    import numpy as np
    from statsmodels.duration.survfunc import SurvfuncRight

    times, done = in_order(spans)
    curve = SurvfuncRight(times, done)
    reached = np.flatnonzero(curve.surv_prob <= _HALF + _NEARLY)
    if not len(reached):
        return None
    below = np.flatnonzero(curve.surv_prob < _HALF - _NEARLY)
    first = float(curve.surv_times[reached[0]])
    return (first + float(curve.surv_times[below[0]])) / 2 if len(below) else first


def median_interval(spans: Spans, *, confidence: float = 0.95) -> tuple[float | None, float | None]:
    """Return the interval of one median (Brookmeyer and Crowley, by statsmodels); None where an end is not reached."""
    if not spans.hours:
        return None, None
    import numpy as np
    from statsmodels.duration.survfunc import SurvfuncRight

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = SurvfuncRight(*in_order(spans)).quantile_ci(_HALF, alpha=1 - confidence)
    return (float(low) if np.isfinite(low) else None), (float(high) if np.isfinite(high) else None)


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


def count_of(spans: Spans) -> int:
    """Return how many cases there are, done and open."""
    return len(spans.hours) + len(spans.open_hours)


def in_order(spans: Spans) -> tuple[Any, Any]:
    """Return times and whether each is done, in the order of time; at the same moment what is done comes first."""
    import numpy as np

    times = np.array([*spans.hours, *spans.open_hours], dtype=float)
    done = np.array([1] * len(spans.hours) + [0] * len(spans.open_hours))
    order = np.lexsort((1 - done, times))
    return times[order], done[order]
