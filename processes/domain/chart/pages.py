"""Cut a tall chart into sheets of A4 portrait: lane heads on every sheet, letters where a line goes on elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, pairwise

from django.utils.safestring import SafeString

from processes.domain.chart.drawn import Layout, Line, Point
from processes.domain.chart.svg import Look, arrow, box, frame, lane, n, stroke, svg, text, words

#: What of A4 portrait a chart may take, height by width; and the width below which nothing is enlarged, in pixels.
_RATIO, _LEAST_WIDTH = 225 / 174, 640
_RADIUS, _TIER = 8, 19


def sheets(layout: Layout, look: Look | None = None) -> list[SafeString]:
    """Return the drawing of a chart that flows downwards, as one SVG for each sheet."""
    look = look or Look()
    most = max(layout.width, _LEAST_WIDTH) * _RATIO
    if layout.height <= most or not layout.lanes:
        return [svg(layout, look)]
    marks = _Marks(layout)
    edges = list(_edges(layout, most))
    return [_sheet(layout, look, marks, top, bottom) for top, bottom in pairwise(edges)]


def _edges(layout: Layout, most: float) -> Iterator[float]:
    """Yield where sheets begin and end: as late as fits, but only before the arrows into a rank."""
    head = layout.lanes[0].head
    start = head
    yield start
    while layout.height - start > most - head:
        fits = [cut for cut in layout.cuts if start < cut <= start + most - head - 4 * _TIER]
        later = [cut for cut in layout.cuts if cut > start]
        if not later:
            break
        start = fits[-1] if fits else later[0]
        yield start
    yield layout.height


class _Marks:
    """Letters for lines that are cut: the same on both sheets, one for all lines that are one there."""

    def __init__(self, layout: Layout) -> None:
        self.letters: dict[tuple[float, float], str] = {}
        self.tiers: dict[tuple[float, float], int] = {}
        self.free = count()
        self.layout = layout

    def at(self, x: float, cut: float) -> tuple[str, int]:
        """Return the letter of the line that is cut at *x*, and how far from the cut it stands clear of others."""
        place = (x, cut)
        if place not in self.letters:
            self.letters[place] = _letter(next(self.free))
            near = {
                self.tiers[other] for other in self.tiers if other[1] == cut and abs(other[0] - x) < 2 * _RADIUS + 2
            }
            self.tiers[place] = next(tier for tier in count() if tier not in near)
        return self.letters[place], self.tiers[place]

    def room(self, cut: float) -> float:
        """Return how much the marks of a cut need."""
        for line in self.layout.lines:
            for x in _crossings(line, cut):
                self.at(x, cut)
        tiers = [tier for (_x, at), tier in self.tiers.items() if at == cut]
        return (max(tiers) + 1) * _TIER + 4 if tiers else 6


def _letter(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _crossings(line: Line, cut: float) -> list[float]:
    return [ax for (ax, ay), (_bx, by) in pairwise(line.points) if min(ay, by) < cut < max(ay, by)]


def _sheet(layout: Layout, look: Look, marks: _Marks, top: float, bottom: float) -> SafeString:
    """Draw what stands between *top* and *bottom*, under the heads of the lanes."""
    head = layout.lanes[0].head
    above = marks.room(top) if top > head else 0
    below = marks.room(bottom) if bottom < layout.height else 0
    height = head + above + (bottom - top) + below
    lanes = [lane(replace(drawn, h=height), layout.vertical, number) for number, drawn in enumerate(layout.lanes)]
    parts = [
        part
        for line in sorted(layout.lines, key=lambda line: not line.edge.is_send_back)
        for part in _pieces(line, marks, top, bottom)
    ]
    parts += [words(line.label) for line in layout.lines if line.label and top <= line.label.y < bottom]
    parts += [box(drawn, look, layout) for drawn in layout.boxes.values() if top <= drawn.y < bottom]
    content = f'{"".join(lanes)}<g transform="translate(0 {n(head + above - top)})">{"".join(parts)}</g>'
    return frame(layout, content, layout.width, height)


def _pieces(line: Line, marks: _Marks, top: float, bottom: float) -> Iterator[str]:
    """Draw what of a line lies on a sheet; where it is cut, a letter says where it goes on."""
    dashed = line.edge.is_send_back
    piece: list[Point] = []
    for (ax, ay), (bx, by) in pairwise(line.points):
        low, high = max(min(ay, by), top), min(max(ay, by), bottom)
        if low > high:
            continue
        start, end = (ax, min(max(ay, top), bottom)), (bx, min(max(by, top), bottom))
        if start[1] != ay:
            piece = [_connector_edge(start, marks, top)]
            yield _connector(start, marks, top)
        piece = [*(piece or [start]), end]
        if end[1] != by:
            yield stroke([*piece, _connector_edge(end, marks, top)], dashed=dashed, ends_in_arrow=False)
            yield _connector(end, marks, top)
            piece = []
    if len(piece) > 1:
        yield stroke(piece, dashed=dashed) + arrow(*piece[-2:])


def _connector_edge(at: Point, marks: _Marks, top: float) -> Point:
    _letter, tier = marks.at(*at)
    away = tier * _TIER + 3
    return at[0], at[1] - away if at[1] == top else at[1] + away


def _connector(at: Point, marks: _Marks, top: float) -> str:
    letter, tier = marks.at(*at)
    away = tier * _TIER + 3 + _RADIUS
    y = at[1] - away if at[1] == top else at[1] + away
    return (
        f'<g class="flow-connector"><circle cx="{n(at[0])}" cy="{n(y)}" r="{_RADIUS}" fill="#ffffff" stroke="#566377"/>'
        + text(at[0], y, [letter], 9.5, more=' fill="#1f2937" font-weight="700"')
        + "</g>"
    )
