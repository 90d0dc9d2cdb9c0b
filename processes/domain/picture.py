"""Draw a standard as a flow chart: steps from top to bottom, lanes side by side, ways back on the right.

An SVG of plain shapes with presentation attributes, so that browsers and the PDF draw it alike;
the page's style sheet gives it the colours of the theme.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from processes.domain.standard import Outcome, Standard, Step

WIDTH, HEIGHT, GAP, LANE_GAP = 210, 54, 34, 24
#: Between the side of the steps and the first way around them, and between two such ways.
MARGIN, CHANNEL = 18, 12
_LINE = 27  # half-widths of a letter on one line of a step

# state → fill, stroke, text
_COLOURS = {
    "done": ("#dcf5e6", "#11643b", "#11643b"),
    "now": ("#dfeafd", "#184b9f", "#184b9f"),
    "todo": ("#ffffff", "#8894a6", "#1f2937"),
}


@dataclass(frozen=True)
class _Box:
    x: float  # of the middle
    y: float  # of the top

    @property
    def bottom(self) -> float:
        return self.y + HEIGHT

    @property
    def middle(self) -> float:
        return self.y + HEIGHT / 2


def draw(standard: Standard, states: Mapping[str, str] | None = None) -> SafeString:
    """Return the flow chart of *standard*; *states* says which steps are ``done`` or ``now``."""
    states = states or {}
    boxes, last = _place(standard)
    half = max([abs(box.x) for box in boxes.values()], default=0) + WIDTH / 2
    end = _Box(0, last)
    ways, left, right = _ways(standard, boxes, end, half)
    start = _line(0, 16, 0, GAP - 2)
    shapes = format_html_join(
        "", "{}", ((_step(step, boxes[step.key], states.get(step.key, "todo")),) for step in standard.steps)
    )
    width, height = half + left, last + 24
    return format_html(
        '<svg class="flow" role="img" aria-label="{label}" viewBox="{x} 0 {w} {h}" width="{w}" height="{h}" '
        'font-family="inherit" font-size="13">'
        '<circle class="flow-point" cx="0" cy="9" r="7" fill="#566377"/>{start}{ways}{shapes}'
        '<circle class="flow-end" cx="0" cy="{end}" r="8" fill="none" stroke="#566377" stroke-width="3"/></svg>',
        label=_("Flow of %(count)d steps") % {"count": len(standard.steps)},
        x=_n(-width), w=_n(width + half + right), h=_n(height), start=start, ways=ways, shapes=shapes, end=_n(last + 9),
    )  # fmt: skip


def _n(number: float) -> str:
    """Return *number* for an SVG attribute, whatever the language's decimal mark."""
    return f"{number:.0f}"


def _place(standard: Standard) -> tuple[dict[str, _Box], float]:
    """Return the box of every step, and the height at which the end is drawn."""
    boxes: dict[str, _Box] = {}
    y, drawn = float(GAP), set[int]()
    for step in standard.steps:
        if step.group is None:
            boxes[step.key] = _Box(0, y)
            y += HEIGHT + GAP
        elif step.group not in drawn:
            drawn.add(step.group)
            lanes = list(standard.lanes(step.group).values())
            for index, lane in enumerate(lanes):
                x = (index - (len(lanes) - 1) / 2) * (WIDTH + LANE_GAP)
                for place, member in enumerate(lane):
                    boxes[member.key] = _Box(x, y + place * (HEIGHT + GAP))
            y += max(map(len, lanes)) * (HEIGHT + GAP)
    return boxes, y


def _ways(standard: Standard, boxes: dict[str, _Box], end: _Box, half: float) -> tuple[SafeString, float, float]:
    """Draw every way from a step to the next; return also the room that ways around take on either side."""
    drawn, seen = [], set()
    left, right = 0, 0
    rows = sorted({box.y for box in boxes.values()} | {end.y})
    for key, target, outcome in standard.arcs():
        if (key, target) in seen:
            continue
        seen.add((key, target))
        source, goal = boxes[key], boxes[target] if target else end
        if goal.y > source.y and (_is_next(rows, source, goal) or (source.x != 0 and _free(boxes, source, goal))):
            drawn.append(_down(source, goal))
        elif goal.y > source.y:
            left += 1
            drawn.append(_around(source, goal, -(half + MARGIN + left * CHANNEL), outcome, is_end=target is None))
        else:
            right += 1
            drawn.append(_around(source, goal, half + MARGIN + right * CHANNEL, outcome, is_end=False))
    room = MARGIN + CHANNEL
    return format_html_join("", "{}", ((way,) for way in drawn)), room + left * CHANNEL, room + right * CHANNEL


def _is_next(rows: list[float], source: _Box, goal: _Box) -> bool:
    return rows.index(goal.y) == rows.index(source.y) + 1


def _free(boxes: dict[str, _Box], source: _Box, goal: _Box) -> bool:
    """Tell whether nothing stands in the lane between a step and what is below it."""
    return not any(box.x == source.x and source.y < box.y < goal.y for box in boxes.values())


def _down(source: _Box, goal: _Box) -> SafeString:
    if source.x == goal.x:
        return _line(source.x, source.bottom, goal.x, goal.y - 2)
    turn = goal.y - GAP / 2
    return _path(
        f"M{_n(source.x)} {_n(source.bottom)}V{_n(turn)}H{_n(goal.x)}V{_n(goal.y - 2)}", goal.x, goal.y - 2, 0, 1
    )


def _around(source: _Box, goal: _Box, x: float, outcome: Outcome, *, is_end: bool) -> SafeString:
    side = 1 if x > 0 else -1
    edge = goal.x + side * (10 if is_end else WIDTH / 2 + 2)
    height = goal.y + 9 if is_end else goal.middle
    path = f"M{_n(source.x + side * WIDTH / 2)} {_n(source.middle + 8)}H{_n(x)}V{_n(height - 8)}H{_n(edge)}"
    if is_end:
        path = f"M{_n(source.x + side * WIDTH / 2)} {_n(source.middle + 8)}H{_n(x)}V{_n(height)}H{_n(edge)}"
        return _path(path, edge, height, -side, 0, outcome)
    return _path(path, edge, height - 8, -side, 0, outcome)


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


def _step(step: Step, box: _Box, state: str) -> SafeString:
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
