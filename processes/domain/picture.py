"""Draw a standard as a flow chart: steps from top to bottom, lanes side by side, ways back on the right.

An SVG of plain shapes with presentation attributes, so that browsers and the PDF draw it alike;
the page's style sheet gives it the colours of the theme.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from processes.domain.layout import (
    BAR,
    CHANNEL,
    GAP,
    HEIGHT,
    MARGIN,
    WIDTH,
    Box,
    Layout,
    Spot,
    detours,
    place,
)
from processes.domain.standard import Outcome, Standard, Step

_LINE = 27  # half-widths of a letter on one line of a step

# state → fill, stroke, text
_COLOURS = {
    "done": ("#dcf5e6", "#11643b", "#11643b"),
    "now": ("#dfeafd", "#184b9f", "#184b9f"),
    "todo": ("#ffffff", "#8894a6", "#1f2937"),
}


def draw(standard: Standard, states: Mapping[str, str] | None = None) -> SafeString:
    """Return the flow chart of *standard*; *states* says which steps are ``done`` or ``now``."""
    states = states or {}
    layout = place(standard)
    inside = [_lane_ways(standard, layout, group) for group in standard.groups]
    outside, left, right = _ways(standard, layout)
    ways = format_html_join("", "{}", ((way,) for way in [*outside, *(way for ways in inside for way in ways)]))
    start = _line(0, 16, 0, GAP - 2)
    bars = format_html_join(
        "",
        '<rect class="flow-bar" x="{}" y="{}" width="{}" height="{}" rx="3" fill="#566377"/>',
        ((_n(-bar.half), _n(bar.y), _n(2 * bar.half), BAR) for bar in [*layout.forks.values(), *layout.joins.values()]),
    )
    shapes = format_html_join(
        "", "{}", ((_step(step, layout.boxes[step.key], states.get(step.key, "todo")),) for step in standard.steps)
    )
    width, height = layout.half + left, layout.end.y + 24
    return format_html(
        '<svg class="flow" role="img" aria-label="{label}" viewBox="{x} 0 {w} {h}" width="{w}" height="{h}" '
        'font-family="inherit" font-size="13">'
        '<circle class="flow-point" cx="0" cy="9" r="7" fill="#566377"/>{start}{ways}{bars}{shapes}'
        '<circle class="flow-end" cx="0" cy="{end}" r="8" fill="none" stroke="#566377" stroke-width="3"/></svg>',
        label=_("Flow of %(count)d steps") % {"count": len(standard.steps)},
        x=_n(-width), w=_n(width + layout.half + right), h=_n(height), start=start, ways=ways, bars=bars,
        shapes=shapes, end=_n(layout.end.middle),
    )  # fmt: skip


def _n(number: float) -> str:
    """Return *number* for an SVG attribute, whatever the language's decimal mark."""
    return f"{number:.0f}"


def _lane_ways(standard: Standard, layout: Layout, group: int) -> list[SafeString]:
    """Draw what happens between the bars of a group."""
    fork, join = layout.forks[group], layout.joins[group]
    drawn = []
    for lane in standard.lanes(group).values():
        first, last = layout.boxes[lane[0].key], layout.boxes[lane[-1].key]
        drawn.append(_line(first.x, fork.bottom, first.x, first.y - 2))
        for step, following in pairwise(lane):
            if any(target == following.key for _key, target, _outcome in standard.arcs_of(step)):
                box = layout.boxes[step.key]
                drawn.append(_line(box.x, box.bottom, box.x, layout.boxes[following.key].y - 2))
        if standard.leaves_group(lane[-1]):
            drawn.append(_line(last.x, last.bottom, last.x, join.y - 2))
        for track, (step, goal, outcome) in enumerate(detours(standard, lane), 1):
            box = layout.boxes[step.key]
            x = box.side(1) + track * CHANNEL
            if goal is None:
                path = f"M{_n(box.side(1))} {_n(box.middle + 8)}H{_n(x)}V{_n(join.y - 2)}"
                drawn.append(_path(path, x, join.y - 2, 0, 1, outcome))
            else:
                to = layout.boxes[goal]
                drawn.append(_around(box.side(1), box.middle + 8, x, to.side(1) + 2, to.middle - 8, 1, outcome))
    return drawn


def _ways(standard: Standard, layout: Layout) -> tuple[list[SafeString], float, float]:
    """Draw every way outside of groups; return also the room that ways around take on either side."""
    ways: dict[tuple[float, float], tuple[Spot, Spot, Outcome | None]] = {}
    for key, target, outcome in standard.arcs():
        source, goal = standard.step(key), standard.step(target)
        if source is None or (source.group is not None and goal is not None and goal.group == source.group):
            continue
        start: Spot = layout.boxes[key] if source.group is None else layout.joins[source.group]
        end: Spot = layout.end
        if goal is not None:
            end = layout.boxes[goal.key] if goal.group is None else layout.forks[goal.group]
        ways.setdefault((start.y, end.y), (start, end, outcome if source.group is None else None))
    drawn, rows, tracks = [], layout.rows, {-1: 0, 1: 0}
    for start, end, named in ways.values():
        if end.y > start.y and rows.index(end.y) == rows.index(start.y) + 1:
            drawn.append(_line(0, getattr(start, "bottom", start.y), 0, end.y - 2))
            continue
        direction = -1 if end.y > start.y else 1  # ahead on the left, back on the right
        tracks[direction] += 1
        x = direction * (layout.half + MARGIN + tracks[direction] * CHANNEL)
        leaves = start.middle + (8 if isinstance(start, Box) else 0)
        arrives = end.middle - (8 if isinstance(end, Box) else 0)
        edge = end.side(direction) + direction * 2
        drawn.append(_around(start.side(direction), leaves, x, edge, arrives, direction, named))
    room = MARGIN + CHANNEL
    return drawn, room + tracks[-1] * CHANNEL, room + tracks[1] * CHANNEL


def _around(
    x: float, y: float, channel: float, to_x: float, to_y: float, direction: int, outcome: Outcome | None
) -> SafeString:
    """Draw a way from (x, y) through a channel beside everything back to (to_x, to_y)."""
    path = f"M{_n(x)} {_n(y)}H{_n(channel)}V{_n(to_y)}H{_n(to_x)}"
    return _path(path, to_x, to_y, -direction, 0, outcome)


def _line(x: float, y: float, to_x: float, to_y: float) -> SafeString:
    return _path(f"M{_n(x)} {_n(y)}L{_n(to_x)} {_n(to_y)}", to_x, to_y, 0, 1)


def _path(path: str, x: float, y: float, dx: int, dy: int, outcome: Outcome | None = None) -> SafeString:
    """Draw a way that ends at (x, y) in the direction (dx, dy), with its head."""
    dashed = outcome is not None and outcome.is_send_back
    head = (
        f"{_n(x)},{_n(y)} {_n(x - 7 * dx - 4 * dy)},{_n(y - 7 * dy - 4 * dx)} "
        f"{_n(x - 7 * dx + 4 * dy)},{_n(y - 7 * dy + 4 * dx)}"
    )
    return format_html(
        '<g class="flow-way{}">{}<path d="{}" fill="none" stroke="#566377" stroke-width="1.5"{}/>'
        '<polygon points="{}" fill="#566377"/></g>',
        " flow-way--back" if dashed else "",
        format_html("<title>{}</title>", outcome.label) if outcome else "",
        path,
        SafeString(' stroke-dasharray="5 3"') if dashed else "",
        head,
    )


def _step(step: Step, box: Box, state: str) -> SafeString:
    fill, stroke, text = _COLOURS[state]
    lines = _lines(f"{step.number} {step.title}")
    first = box.middle + 5 - (len(lines) - 1) * 8.5
    words = format_html_join(
        "",
        '<tspan x="{}" y="{}">{}</tspan>',
        ((_n(box.x), _n(first + index * 17), line) for index, line in enumerate(lines)),
    )
    return format_html(
        '<g class="flow-step flow-step--{}{}"><title>{} {}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8" fill="{}" stroke="{}" stroke-width="{}"/>'
        '<text text-anchor="middle" fill="{}">{}</text></g>',
        state, " flow-step--key" if step.is_key_node else "", step.number, step.title,
        _n(box.x - WIDTH / 2), _n(box.y), WIDTH, HEIGHT, fill, stroke, 2.5 if step.is_key_node else 1.2, text, words,
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    """Break *text* into at most two lines that fit a step: after a space, or anywhere in Chinese."""
    lines, line, width = [], "", 0.0
    for word in _words(text):
        wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1.15 for letter in word)
        if line and width + wide > _LINE:
            lines.append(line.strip())
            line, width = "", 0.0
        line, width = line + word, width + wide
    lines.append(line.strip())
    return lines if len(lines) <= 2 else [lines[0], lines[1][: _LINE - 3] + "…"]


def _words(text: str) -> list[str]:
    """Split *text* where a line may break: after each space, around each wide letter."""
    words, word = [], ""
    for letter in text:
        if unicodedata.east_asian_width(letter) in "WF":
            words += [word, letter] if word else [letter]
            word = ""
        else:
            word += letter
            if letter == " ":
                words.append(word)
                word = ""
    return [*words, word] if word else words
