"""A criterion as a picture: cases before and after as dots, medians, what is to be reached, and the difference.

Server-side SVG, the same on the page and in the report. Classes give it the theme's colours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.queries.indicators import Durations, Share
from pilots.queries.comparison import Compared, rate_interval
from pilots.queries.saying import between, change, figure
from processes.domain.chart.svg import FONT, escape, n

#: Narrow, names above what they name: on a phone it is drawn as large as it is.
WIDE, HIGH, _HIGH_ALONE = 370, 254, 170
_LEFT, _RIGHT = 14, 22
_ROWS = {"before": 46, "after": 106}
_AXIS, _DIFFERENCE = 132, 216
_INK, _GREY, _LINE, _BLUE, _AMBER, _GREEN = "#1f2937", "#566377", "#b6bfcc", "#184b9f", "#8a5200", "#1d6b3a"
#: More dots than this are drawn as every second, third …: nobody counts them.
_MOST = 120


def draw(row: Compared, *, title: str) -> SafeString:
    """Draw *row*. The description says in words what is to be seen."""
    values = _values(row)
    top = max([row.threshold, *values, 1e-9]) * 1.08
    top = min(top, 1.0) if not row.is_duration else top

    def x(value: float) -> float:
        return _LEFT + (WIDE - _LEFT - _RIGHT) * min(1.0, max(0.0, value / top))

    parts = [_axis(row, top, x)]
    for name, label, found, middle, count in (
        ("before", _("before"), row.before, row.estimate.before, row.estimate.n_before),
        ("after", _("after"), row.after, row.estimate.after, row.estimate.n_after),
    ):
        parts.append(_words(_LEFT, _ROWS[name] - 32, f"{label} (n = {count})", "start", _INK))
        parts.append(_group(name, found, middle, x, is_duration=row.is_duration))
    parts.append(_threshold(row, x))
    parts.append(_difference(row))
    told = _("%(title)s: before %(before)s, after %(after)s, difference %(between)s") % {
        "title": title, "before": figure(row.estimate.before, is_duration=row.is_duration),
        "after": figure(row.estimate.after, is_duration=row.is_duration),
        "between": between(row.estimate, is_duration=row.is_duration),
    }  # fmt: skip
    high = HIGH if row.estimate.difference is not None else _HIGH_ALONE
    return mark_safe(  # noqa: S308  (every text is escaped where it enters)
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pareto compared" role="img" viewBox="0 0 {WIDE} {high}" '
        f'width="{WIDE}" height="{high}" font-family="{FONT}"><title>{escape(title)}</title>'
        f"<desc>{escape(told)}</desc>{''.join(parts)}</svg>"
    )


def _values(row: Compared) -> list[float]:
    found = [value for value in (row.estimate.before, row.estimate.after) if value is not None]
    for group in (row.before, row.after):
        if isinstance(group, Durations):
            found += [*group.hours, *group.open_hours]
        else:
            found += [end for end in rate_interval(group) if end is not None]
    return found


def _axis(row: Compared, top: float, x: Any) -> str:
    parts, step = [], _step(top) if row.is_duration else 0.25
    for count in range(int(top / step + 1e-9) + 1):
        value = count * step
        line = f"M{n(x(value))} 22V{_AXIS - 6}"
        parts.append(f'<path class="pareto-grid" d="{line}" stroke="{_LINE}" stroke-width=".7" fill="none"/>')
        words = figure(value, is_duration=row.is_duration)
        anchor = "end" if x(value) > WIDE - _RIGHT - 18 else "middle" if count else "start"
        parts.append(_words(x(value), _AXIS + 8, words, anchor, _GREY, "pareto-tick"))
    return "".join(parts)


def _step(top: float) -> float:
    """Return a round number that divides an axis into three to six parts."""
    power = 10.0 ** math.floor(math.log10(top / 4))
    return next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= top / 5)


def _group(name: str, found: Durations | Share, middle: float | None, x: Any, *, is_duration: bool) -> str:
    y, parts = _ROWS[name], []
    if isinstance(found, Durations):
        for hours, is_open in ((found.hours, False), (found.open_hours, True)):
            parts += [_dot(x(value), y, place, is_open=is_open) for place, value in enumerate(_thinned(hours))]
    else:
        low, high = rate_interval(found)
        if low is not None and high is not None:
            parts.append(_whisker(x(low), x(high), y, _BLUE, "compared-whisker"))
    if middle is not None:
        if not is_duration:
            parts.append(f'<circle class="compared-rate" cx="{n(x(middle))}" cy="{y}" r="5" fill="{_BLUE}"/>')
        else:
            parts.append(
                f'<path class="compared-middle" d="M{n(x(middle))} {y - 15}V{y + 15}" stroke="{_INK}" '
                'stroke-width="2.5" fill="none"/>'
            )
        label = f"{figure(middle, is_duration=is_duration)}"
        parts.append(_words(x(middle), y - 18, label, _anchor(x(middle)), _INK, "compared-value"))
    return "".join(parts)


def _thinned(values: Sequence[float]) -> list[float]:
    every = max(1, -(-len(values) // _MOST))
    return sorted(values)[::every]


def _dot(x: float, y: float, place: int, *, is_open: bool) -> str:
    # Neighbours stand above and below each other, so that equal cases are seen.
    shifted = y + (-7, 0, 7, -3, 4)[place % 5]
    look = f'fill="none" stroke="{_BLUE}"' if is_open else f'fill="{_BLUE}" fill-opacity=".55"'
    name = "compared-open" if is_open else "compared-case"
    return f'<circle class="{name}" cx="{n(x)}" cy="{n(shifted)}" r="3" {look}/>'


def _whisker(low: float, high: float, y: float, colour: str, name: str) -> str:
    return (
        f'<path class="{name}" d="M{n(low)} {y - 5}V{y + 5}M{n(low)} {y}H{n(high)}M{n(high)} {y - 5}V{y + 5}" '
        f'stroke="{colour}" stroke-width="1.6" fill="none"/>'
    )


def _threshold(row: Compared, x: Any) -> str:
    # Below the axis: between the rows it would lie over their values.
    place = x(row.threshold)
    words = _("to be reached: %(value)s") % {"value": figure(row.threshold, is_duration=row.is_duration)}
    anchor = "end" if place > WIDE * 0.7 else "start" if place < WIDE * 0.3 else "middle"
    line = (
        f'<path class="pareto-limit" d="M{n(place)} 22V{_AXIS + 12}" stroke="{_AMBER}" stroke-width="1.2" '
        'stroke-dasharray="5 4" fill="none"/>'
    )
    return line + _words(place, _AXIS + 25, words, anchor, _AMBER, "pareto-share")


def _difference(row: Compared) -> str:
    """Draw the interval of the difference around zero, and the band that does not matter."""
    found = row.estimate
    if found.difference is None:
        return ""
    ends = [abs(value) for value in (found.low, found.high, found.difference, row.margin) if value is not None]
    reach = max([*ends, 1e-9]) * 1.25
    left, right = _LEFT, WIDE - _RIGHT
    zero, half = (left + right) / 2, (right - left) / 2

    def at(value: float) -> float:
        return zero + half * min(1.0, max(-1.0, value / reach))

    y = _DIFFERENCE
    low = at(found.low) if found.low is not None else left
    high = at(found.high) if found.high is not None else right
    band = (
        f'<rect class="compared-band" x="{n(at(-row.margin))}" y="{y - 12}" '
        f'width="{n(at(row.margin) - at(-row.margin))}" height="24" fill="{_LINE}" fill-opacity=".25"/>'
    )
    line = f'<path class="pareto-grid" d="M{n(zero)} {y - 15}V{y + 15}" stroke="{_GREY}" stroke-width="1" fill="none"/>'
    whisker = _whisker(low, high, y, _GREEN, "compared-interval") if found.low is not found.high else ""
    dot = f'<circle class="compared-difference" cx="{n(at(found.difference))}" cy="{y}" r="4.5" fill="{_GREEN}"/>'
    label = change(found.difference, is_duration=row.is_duration)
    return (
        _words(_LEFT, y - 34, _("difference"), "start", _INK) + band + line + whisker + dot
        + _words(at(found.difference), y - 16, label, _anchor(at(found.difference)), _INK, "compared-value")
        + _words(zero, y + 31, "0", "middle", _GREY, "pareto-tick")
    )  # fmt: skip


def _anchor(x: float) -> str:
    """Return where words above a value begin, so that none leaves the picture."""
    return "start" if x < _LEFT + 30 else "end" if x > WIDE - 40 else "middle"


def _words(x: float, y: float, words: str, anchor: str, fill: str, name: str = "pareto-label") -> str:
    return (
        f'<text class="{name}" x="{n(x)}" y="{n(y)}" font-size="11.5" text-anchor="{anchor}" fill="{fill}">'
        f"{escape(words)}</text>"
    )
