"""The Pareto picture as SVG: bars, the line of cumulated shares, 80 per cent. Classes give it the theme's colours."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from processes.domain.chart.svg import FONT, escape, n
from surveys.domain.diagnosis.pareto import Bar

_WIDE, _HIGH = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 46, 34, 40
_INK, _GREY, _LINE, _BLUE, _AMBER = "#1f2937", "#566377", "#b6bfcc", "#184b9f", "#8a5200"


def pareto_svg(bars: Sequence[Bar], *, title: str, unit: str) -> SafeString:
    """Draw *bars*. Nothing to draw is an empty picture, so ask before."""
    inner_w, inner_h = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM
    total = sum((bar.value for bar in bars), Decimal(0)) or Decimal(1)
    slot = inner_w / max(1, len(bars))
    width = min(64.0, slot * 0.62)

    def high(share: float) -> float:
        return _TOP + inner_h * (1 - share)

    parts = [_axis(total, unit)]
    points = []
    for place, bar in enumerate(bars):
        middle = _LEFT + slot * (place + 0.5)
        top = high(float(bar.value / total))
        parts.append(
            f'<rect class="pareto-bar" x="{n(middle - width / 2)}" y="{n(top)}" width="{n(width)}" '
            f'height="{n(_TOP + inner_h - top)}" rx="2" fill="#dfeafd" stroke="{_BLUE}" stroke-width="1.3">'
            f"<title>{escape(f'{bar.label} {bar.text}: {plain(bar.value)} {unit}')}</title></rect>"
        )
        parts.append(_words(middle, _TOP + inner_h + 17, bar.label, "pareto-label", _INK, 12))
        points.append((middle, high(float(bar.cumulated) / 100)))
    line = " ".join(f"{n(x)},{n(y)}" for x, y in points)
    parts.append(f'<polyline class="pareto-line" points="{line}" fill="none" stroke="{_AMBER}" stroke-width="2"/>')
    every = max(1, len(bars) // 12)
    for place, ((x, y), bar) in enumerate(zip(points, bars, strict=True)):
        parts.append(
            f'<circle class="pareto-dot" cx="{n(x)}" cy="{n(y)}" r="4" fill="#ffffff" stroke="{_AMBER}" '
            'stroke-width="2"/>'
        )
        if place % every == 0 or place == len(bars) - 1:
            parts.append(_words(x, y - 9, f"{plain(bar.cumulated)} %", "pareto-share", _AMBER, 11))
    told = "; ".join(
        _("%(label)s %(value)s %(unit)s, together %(percent)s %%")
        % {"label": bar.label, "value": plain(bar.value), "unit": unit, "percent": plain(bar.cumulated)}
        for bar in bars
    )
    return mark_safe(  # noqa: S308  (every text is escaped where it enters)
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pareto" role="img" viewBox="0 0 {_WIDE} {_HIGH}" '
        f'width="{_WIDE}" height="{_HIGH}" font-family="{FONT}"><title>{escape(title)}</title>'
        f"<desc>{escape(told)}</desc>{''.join(parts)}</svg>"
    )


def plain(value: Decimal) -> str:
    """Write a figure without idle zeros: 12, 7.5."""
    return f"{value.normalize():f}"


def _axis(total: Decimal, unit: str) -> str:
    """Draw the frame: figures on the left, per cent on the right, a dashed line at 80."""
    inner_h = _HIGH - _TOP - _BOTTOM
    right = _WIDE - _RIGHT
    parts = []
    for quarter in range(5):
        y = _TOP + inner_h * (1 - quarter / 4)
        parts.append(
            f'<path class="pareto-grid" d="M{_LEFT} {n(y)}H{right}" stroke="{_LINE}" stroke-width=".7" fill="none"/>'
        )
        figure = plain((total * quarter / 4).quantize(Decimal("0.1")))
        parts.append(_words(_LEFT - 7, y + 4, figure, "pareto-tick", _GREY, 11, "end"))
        parts.append(_words(right + 7, y + 4, f"{quarter * 25} %", "pareto-tick", _GREY, 11, "start"))
    y = _TOP + inner_h * 0.2
    parts.append(
        f'<path class="pareto-limit" d="M{_LEFT} {n(y)}H{right}" stroke="{_AMBER}" stroke-width="1" '
        'stroke-dasharray="5 4" fill="none"/>'
    )
    parts.append(_words(_LEFT, _TOP - 17, unit, "pareto-tick", _GREY, 11, "start"))
    return "".join(parts)


def _words(x: float, y: float, words: str, name: str, fill: str, size: float, anchor: str = "middle") -> str:
    return (
        f'<text class="{name}" x="{n(x)}" y="{n(y)}" font-size="{n(size)}" text-anchor="{anchor}" fill="{fill}">'
        f"{escape(words)}</text>"
    )
