"""A control chart as SVG: values with centre and limits, below them the moving ranges. Classes give it its colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from processes.domain.chart.svg import FONT, escape, n

_WIDE, _LEFT, _RIGHT = 720, 58, 60
_TOP, _VALUES, _GAP, _RANGES, _BOTTOM = 26, 170, 34, 70, 30
_HIGH = _TOP + _VALUES + _GAP + _RANGES + _BOTTOM
_GREY, _LINE, _BLUE, _AMBER, _RED = "#566377", "#b6bfcc", "#184b9f", "#8a5200", "#a61b1b"
#: So many days stand below the chart at most.
_MOST_DAYS = 9

Say = Callable[[float], str]


def control_svg(chart: Mapping[str, Any], *, mondays: Sequence[str], title: str, say: Say) -> SafeString:
    """Draw the data of a chart (``asdict`` of :class:`procstd.estimates.control.Chart`); *say* writes a value."""
    broken = {signal["place"] for signal in chart["signals"]}
    values = _band(
        chart["values"], _TOP, _VALUES, say, broken=broken, centre=chart["centre"],
        limits=(chart["lower"], chart["upper"]),
    )  # fmt: skip
    wide = {signal["place"] for signal in chart["signals"] if signal["rule"] == "range"}
    ranges = _band(
        chart["ranges"], _TOP + _VALUES + _GAP, _RANGES, say, broken=wide, centre=chart["mean_range"],
        limits=(None, chart["upper_range"]), floor=0.0,
    )  # fmt: skip
    heads = _words(_LEFT, 14, title, "pareto-tick", _GREY, "start") + _words(
        _LEFT,
        _TOP + _VALUES + _GAP - 9,
        _("Moving range: difference to the week before"),
        "pareto-tick",
        _GREY,
        "start",
    )
    return mark_safe(  # noqa: S308  (every text is escaped where it enters)
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pareto control" role="img" viewBox="0 0 {_WIDE} {_HIGH}" '
        f'width="{_WIDE}" height="{_HIGH}" font-family="{FONT}"><title>{escape(title)}</title>'
        f"<desc>{escape(_told(chart, mondays, say))}</desc>{heads}{values}{ranges}{_days(mondays)}</svg>"
    )


def _x(place: int, count: int) -> float:
    return _LEFT + (_WIDE - _LEFT - _RIGHT) * (place + 0.5) / max(1, count)


def _band(
    values: Sequence[float | None], top: float, high: float, say: Say, *, broken: set[int], centre: float,
    limits: tuple[float | None, float | None], floor: float | None = None,
) -> str:  # fmt: skip
    """Draw one strip: lines of centre and limits with their figures, the values, and which of them are signals."""
    seen = [value for value in (*values, centre, *limits, floor) if value is not None]
    low, most = min(seen), max(seen)
    span = (most - low) or 1.0

    def y(value: float) -> float:
        return top + high * (1 - (value - low) / span)

    right = _WIDE - _RIGHT
    parts = []
    lines = ((centre, "pareto-grid", _LINE, ""), *((row, "pareto-limit", _AMBER, "5 4") for row in limits))
    for value, name, stroke, dash in lines:
        if value is None:
            continue
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(
            f'<path class="{name}" d="M{_LEFT} {n(y(value))}H{right}" stroke="{stroke}" stroke-width="1" '
            f'fill="none"{dashed}/>'
        )
        parts.append(_words(right + 6, y(value) + 4, say(value), "pareto-tick", _GREY, "start"))
    known = [(_x(place, len(values)), y(value), place) for place, value in enumerate(values) if value is not None]
    line = " ".join(f"{n(x)},{n(height)}" for x, height, _place in known)
    parts.append(f'<polyline class="control-line" points="{line}" fill="none" stroke="{_BLUE}" stroke-width="1.5"/>')
    for x, height, place in known:
        is_signal = place in broken
        fill, name = (_RED, "control-signal") if is_signal else (_BLUE, "control-dot")
        # A signal is larger and square: it must be seen without colours too.
        parts.append(
            f'<rect class="{name}" x="{n(x - 5)}" y="{n(height - 5)}" width="10" height="10" fill="{fill}"/>'
            if is_signal
            else f'<circle class="{name}" cx="{n(x)}" cy="{n(height)}" r="3" fill="{fill}"/>'
        )
    return "".join(parts)


def _days(mondays: Sequence[str]) -> str:
    every = max(1, -(-len(mondays) // _MOST_DAYS))
    return "".join(
        _words(_x(place, len(mondays)), _HIGH - 9, f"{int(day[5:7])}-{day[8:]}", "pareto-tick", _GREY)
        for place, day in enumerate(mondays)
        if place % every == 0
    )


def _told(chart: Mapping[str, Any], mondays: Sequence[str], say: Say) -> str:
    values = "; ".join(
        f"{day} {say(value)}" for day, value in zip(mondays, chart["values"], strict=True) if value is not None
    )
    limits = _("centre %(centre)s, limits %(lower)s to %(upper)s") % {
        "centre": say(chart["centre"]), "lower": say(chart["lower"]) if chart["lower"] is not None else "–",
        "upper": say(chart["upper"]) if chart["upper"] is not None else "–",
    }  # fmt: skip
    return f"{limits}: {values}"


def _words(x: float, y: float, words: str, name: str, fill: str, anchor: str = "middle") -> str:
    return (
        f'<text class="{name}" x="{n(x)}" y="{n(y)}" font-size="11" text-anchor="{anchor}" fill="{fill}">'
        f"{escape(words)}</text>"
    )
