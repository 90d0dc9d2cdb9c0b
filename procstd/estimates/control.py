"""Control charts of single values: individuals and moving range (Shewhart), and how often they cry wolf.

The spread is estimated from the moving range of neighbours, so that a slow drift does not widen the limits that
should show it. Source of the factors and of the example in the tests: NIST/SEMATECH e-Handbook of Statistical
Methods, 6.3.2.2. Values that are missing (a week without cases) are left out: neighbours are the values beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import fsum
from typing import Any

#: Mean range of two normal values in standard deviations; 3 / D2 is the usual factor 2.66.
D2 = 1.128
#: How many mean ranges a range may have.
D4 = 3.267
#: So many values in a row on one side of the centre are a signal (Nelson's second rule).
RUN = 9
#: With fewer values limits say nothing: ten at least, as usual.
LEAST = 10

BEYOND, RUNNING, RANGE = "beyond", "run", "range"
#: The rules in use, in their order.
RULES = (BEYOND, RUNNING, RANGE)

#: Values that differ by less than this share of the largest one are equal: arithmetic is no finer.
SAME = 1e-9
#: So many made-up charts tell how often a steady process gives a signal; always the same ones.
ROUNDS = 4_000
SEED = 20_260_302


@dataclass(frozen=True)
class Signal:
    """A value that breaks a rule; *place* counts from 0 in the values as they were given, gaps included."""

    place: int
    rule: str
    #: On which side: 1 above, -1 below; 0 of a range.
    side: int


@dataclass(frozen=True)
class Chart:
    """An individuals chart with its moving ranges. A limit is None where it lies outside of what is possible."""

    values: tuple[float | None, ...]
    centre: float
    lower: float | None
    upper: float | None
    #: The range to the value before, at the place of the later one.
    ranges: tuple[float | None, ...]
    mean_range: float
    upper_range: float
    signals: tuple[Signal, ...]
    #: The chance that as many normal values of a process without any change give at least one signal; of others
    #: see procstd.estimates.alarms.
    false_alarm: float

    def signals_at(self, place: int) -> tuple[Signal, ...]:
        """Return what the value at *place* breaks."""
        return tuple(signal for signal in self.signals if signal.place == place)


def chart_of(values: Sequence[float | None], *, least: float | None = None, most: float | None = None) -> Chart | None:
    """Return the chart of *values* in their order; None where fewer than ten are there.

    *least* and *most* are what a value can be at all: a share has 0 and 1. Units are those of the values.
    """
    known = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if len(known) < LEAST:
        return None
    same = SAME * max(abs(value) for _place, value in known)
    centre = fsum(value for _place, value in known) / len(known)
    pairs = [(later, abs(there - here)) for (_place, here), (later, there) in pairwise(known)]
    mean_range = fsum(span for _place, span in pairs) / len(pairs)
    lower, upper = centre - 3 * mean_range / D2, centre + 3 * mean_range / D2
    ranges: list[float | None] = [None] * len(values)
    for place, span in pairs:
        ranges[place] = span
    signals = [
        *_beyond(known, lower - same, upper + same), *_runs(known, centre, same),
        *_ranges(pairs, D4 * mean_range + same),
    ]  # fmt: skip
    return Chart(
        values=tuple(values), centre=centre,
        lower=None if least is not None and lower <= least else lower,
        upper=None if most is not None and upper >= most else upper,
        ranges=tuple(ranges), mean_range=mean_range, upper_range=D4 * mean_range,
        signals=tuple(sorted(signals, key=lambda signal: (signal.place, RULES.index(signal.rule)))),
        false_alarm=false_alarm_of(len(known)),
    )  # fmt: skip


def _beyond(known: Sequence[tuple[int, float]], lower: float, upper: float) -> list[Signal]:
    return [Signal(place, BEYOND, 1 if value > upper else -1) for place, value in known if not lower <= value <= upper]


def _runs(known: Sequence[tuple[int, float]], centre: float, same: float) -> list[Signal]:
    """Return the ninth of a run on one side, and each that follows it there. On the line is on neither side."""
    found, length, last = [], 0, 0
    for place, value in known:
        side = (value > centre + same) - (value < centre - same)
        length = length + 1 if side and side == last else int(side != 0)
        last = side
        if length >= RUN:
            found.append(Signal(place, RUNNING, side))
    return found


def _ranges(pairs: Sequence[tuple[int, float]], most: float) -> list[Signal]:
    return [Signal(place, RANGE, 0) for place, span in pairs if span > most]


@lru_cache(maxsize=256)
def false_alarm_of(count: int) -> float:
    """Return the chance that *count* values of a steady normal process give at least one signal by these rules.

    By simulation with a fixed seed, since the limits come from the same values: 4,000 rounds tell it to within
    about 0.015. The same count always gives the same figure.
    """
    if count < LEAST:
        raise ValueError(f"A chart needs {LEAST} values, not {count}.")
    import numpy

    drawn = numpy.random.default_rng([SEED, count]).standard_normal((ROUNDS, count))
    return round(float(alarms_among(drawn).mean()), 3)


def alarms_among(drawn: Any) -> Any:
    """Tell of each row of values whether a rule is broken; the same rules as above, for many rows at once."""
    import numpy

    same = SAME * numpy.abs(drawn).max(axis=1, keepdims=True)
    away = drawn - drawn.mean(axis=1, keepdims=True)
    ranges = numpy.abs(numpy.diff(drawn, axis=1))
    mean_range = ranges.mean(axis=1, keepdims=True)
    found: Any = (numpy.abs(away) > 3 * mean_range / D2 + same).any(axis=1)
    found |= (ranges > D4 * mean_range + same).any(axis=1)
    if drawn.shape[1] >= RUN:
        for side in (away > same, away < -same):
            windows: Any = numpy.lib.stride_tricks.sliding_window_view(side, RUN, axis=1)
            found |= windows.all(axis=2).any(axis=1)
    return found
