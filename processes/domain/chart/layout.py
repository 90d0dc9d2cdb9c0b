"""Measure a chart: how large everything is and where it stands, in lanes that are rows or columns (H2.2.2).

Everything is reckoned *along* the flow and *across* it; only the end turns that into x and y. Room for labels is
kept before any line is drawn: beside the corner of the decision that they belong to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from processes.domain.chart.drawn import TALL, WIDE, Box, Label, Lane, Layout, Line, Point, Style
from processes.domain.chart.grid import Grid, arrange
from processes.domain.chart.model import DECISION, END, FORK, JOIN, START, STEP, Chart, Node
from processes.domain.chart.routing import BAR_STEP, SHIFT, Route, Routing, net_of, route
from processes.domain.chart.text import balanced, width


def place(chart: Chart, *, vertical: bool = False, style: Style | None = None) -> Layout:
    """Lay *chart* out; *vertical* lets it flow downwards, with lanes as columns."""
    return _Placer(chart, vertical=vertical, style=style or (TALL if vertical else WIDE)).layout()


@dataclass
class _Words:
    """A label while it is measured: where it stands from the middle of its decision, along and across."""

    lines: list[str]
    w: float
    h: float
    along: float = 0
    across: float = 0


class _Placer:
    def __init__(self, chart: Chart, *, vertical: bool, style: Style) -> None:
        self.chart, self.vertical, self.style = chart, vertical, style
        self.grid: Grid = arrange(chart)
        self.routing: Routing = route(self.grid)
        self.nodes = {node.id: node for node in chart.nodes}
        self.texts = {node.id: self._text(node) for node in chart.nodes}
        self.step_height = self._step_height()
        self.words: dict[str, _Words] = {}
        self.ports: dict[str, float] = {}
        self.size: dict[str, Point] = {node.id: self._size(node) for node in chart.nodes}
        self._set_ports()

    # --- sizes ---

    def _text(self, node: Node) -> tuple[list[str], list[str]]:
        style = self.style
        if node.kind != STEP:
            return [node.text] if node.text else [], []
        lines = balanced(node.text, within=style.step[0] - 16, size=style.font, most=style.most_lines)
        return list(lines), list(balanced(node.note, within=style.step[0] - 12, size=style.small, most=3))

    def _step_height(self) -> float:
        style = self.style
        tallest = 0.0
        for node in self.chart.nodes:
            if node.kind == STEP:
                lines, note = self.texts[node.id]
                tallest = max(tallest, len(lines) * style.font * 1.28 + len(note) * style.small * 1.28 + 14)
        return max(style.step[1], round(tallest))

    def _size(self, node: Node) -> Point:
        """Return the size of a node along and across."""
        style = self.style
        if node.kind == STEP:
            w, h = style.step[0], self.step_height
        elif node.kind in (START, END):
            w, h = style.event
        elif node.kind in (FORK, JOIN) and style.bar:
            return style.bar
        else:
            return style.decision, style.decision
        return (h, w) if self.vertical else (w, h)

    def _turned(self, words: _Words) -> Point:
        return (words.h, words.w) if self.vertical else (words.w, words.h)

    def _set_ports(self) -> None:
        """Say where each way leaves its node across the flow, where its label stands, and make room on the node."""
        style = self.style
        by_source: dict[str, list[Route]] = defaultdict(list)
        for found in self.routing.routes:
            by_source[found.edge.source].append(found)
            if found.edge.label:
                lines = list(balanced(found.edge.label, within=style.label_within, size=style.label, most=3))
                if lines:
                    w = max(width(line, style.label) for line in lines)
                    self.words[found.edge.id] = _Words(lines, round(w + 2), round(len(lines) * style.label * 1.25 + 1))
        for source, routes in by_source.items():
            step = float(BAR_STEP)
            labelled = [self._turned(words)[1] for r in routes if (words := self.words.get(r.edge.id)) and r.out == "E"]
            if labelled:
                step = max(labelled) + 10
            outermost = max((abs(r.port) for r in routes if r.out == "E"), default=0) * step
            along, across = self.size[source]
            if outermost:
                across = max(across, 2 * (outermost + 12))
                self.size[source] = (along, across)
            for found in routes:
                self.ports[found.edge.id] = found.port * step
            self._set_labels(routes, along / 2, across / 2)

    def _set_labels(self, routes: list[Route], along: float, across: float) -> None:
        ahead = [self.words[found.edge.id] for found in routes if found.out == "E" and found.edge.id in self.words]
        for found in routes:
            if found.out == "E" and (words := self.words.get(found.edge.id)):
                port = self.ports[found.edge.id]
                words.along = along + (2 if self.vertical else 3)
                words.across = port + 5 if self.vertical else port - 3 - words.h
        # Words beside the corners keep clear of those of the ways ahead.
        above = max([across + 2, *(3 - words.across for words in ahead)])
        below = max([across + 2, *(3 + words.across + words.h for words in ahead)])
        for found in routes:
            if found.out != "E" and (words := self.words.get(found.edge.id)):
                if self.vertical:
                    words.along = -3 - words.h
                    words.across = across + 4 if found.out == "S" else -across - 4 - words.w
                else:
                    words.along = 5
                    words.across = below if found.out == "S" else -above - words.h

    # --- room ---

    def layout(self) -> Layout:
        if not self.chart.nodes:
            return Layout(self.chart, self.style, self.vertical, 1, 1, [], {}, [], [])
        self._measure()
        boxes = {node.id: self._box(node) for node in self.chart.nodes}
        lines = [self._line(found) for found in self.routing.routes]
        size = self._turn(self.along_end, self.across_end)
        return Layout(
            self.chart, self.style, self.vertical, *size, self._lanes(), boxes, lines,
            [self.gutter_end[rank] - self.style.arrow + 2 for rank in range(1, self.grid.ranks)],
        )  # fmt: skip

    def _measure(self) -> None:
        style, grid = self.style, self.grid
        rank_size: dict[int, float] = defaultdict(float)
        row_half: dict[int, float] = defaultdict(float)
        for name, (along, across) in self.size.items():
            rank, row = grid.rank[name], grid.row[name]
            rank_size[rank] = max(rank_size[rank], along)
            row_half[row] = max(row_half[row], across / 2)
        zone, aside = self._label_room(rank_size, row_half)
        position = float(style.title + self._head())
        self.rank_at: dict[int, float] = {}
        self.gutter_start: dict[int, float] = {}
        self.gutter_end: dict[int, float] = {}
        for rank in range(grid.ranks + 1):
            tracks = self.routing.counts.get(("G", rank), 0)
            lead = zone.get(rank, 0) + (style.lead if rank else style.margin)
            self.gutter_start[rank] = position + lead
            position += lead + max(0, tracks - 1) * style.track + (style.arrow if rank or tracks else 0)
            self.gutter_end[rank] = position
            if rank < grid.ranks:
                self.rank_at[rank] = position + rank_size[rank] / 2
                position += rank_size[rank]
        self.along_end = position
        position = 0.0
        self.row_at: dict[int, float] = {}
        self.channel: dict[tuple[int, str], float] = {}
        self.lane_span: dict[int, list[float]] = {}
        for row, lane in enumerate(grid.lane_of_row):
            start = position
            before, after = (self.routing.counts.get(("C", row, side), 0) for side in "ba")
            room = aside.get((row, "b"), 0) + (before * style.track + 8 if before else style.margin)
            half = max(row_half[row], style.step[1] / 2 if not self.vertical else style.step[0] / 2)
            top = position + room
            self.row_at[row] = top + half
            self.channel[row, "b"] = top - aside.get((row, "b"), 0) - 8
            bottom = top + 2 * half
            self.channel[row, "a"] = bottom + aside.get((row, "a"), 0) + 8
            position = bottom + aside.get((row, "a"), 0) + (after * style.track + 8 if after else style.margin)
            self.lane_span.setdefault(lane, [start, position])[1] = position
        self.across_end = position

    def _label_room(
        self, rank_size: dict[int, float], row_half: dict[int, float]
    ) -> tuple[dict[int, float], dict[tuple[int, str], float]]:
        """Make ranks and rows large enough for labels; return what gutters and channels need for them besides."""
        spots = [(found, self.words[found.edge.id]) for found in self.routing.routes if found.edge.id in self.words]
        zone: dict[int, float] = defaultdict(float)
        aside: dict[tuple[int, str], float] = defaultdict(float)
        least = self.style.step[0] / 2 if self.vertical else self.style.step[1] / 2
        for found, words in spots:
            along, across = self._turned(words)
            rank, row = self.grid.rank[found.edge.source], self.grid.row[found.edge.source]
            if found.out == "E" or not self.vertical:
                if found.out == "E":
                    furthest = max(-words.across, words.across + across) + 3
                    row_half[row] = max(row_half[row], furthest)
            else:
                rank_size[rank] = max(rank_size[rank], 2 * (along + 5))
        for found, words in spots:
            along, across = self._turned(words)
            rank, row = self.grid.rank[found.edge.source], self.grid.row[found.edge.source]
            if words.along >= 0:
                zone[rank + 1] = max(zone[rank + 1], words.along + along + 3 - rank_size[rank] / 2)
            if found.out in "NS":
                furthest = max(-words.across, words.across + across) + 3
                side = "b" if found.out == "N" else "a"
                aside[row, side] = max(aside[row, side], furthest - max(row_half[row], least))
        return zone, aside

    def _head(self) -> float:
        style = self.style
        if style.texts_outside or not self.vertical:
            return style.head
        most = max((len(lines) for lines in map(self._lane_lines, self.chart.lanes)), default=1)
        return style.head - 15 + 15 * most

    def _lane_lines(self, name: str) -> list[str]:
        within = (self.style.step[0] if self.vertical else self.style.head) - 10
        return list(balanced(name, within=within, size=12, most=4))

    # --- places ---

    def _turn(self, along: float, across: float) -> Point:
        return (across, along) if self.vertical else (along, across)

    def _middle(self, name: str) -> Point:
        return self.rank_at[self.grid.rank[name]], self.row_at[self.grid.row[name]]

    def _box(self, node: Node) -> Box:
        lines, note = self.texts[node.id]
        return Box(node, *self._turn(*self._middle(node.id)), *self._turn(*self.size[node.id]), lines, note)

    def _lanes(self) -> list[Lane]:
        made = []
        for lane, (start, end) in sorted(self.lane_span.items()):
            x, y = self._turn(self.style.title, start)
            w, h = self._turn(self.along_end - self.style.title, end - start)
            name = self.chart.lanes[lane]
            made.append(Lane(x, y, w, h, self._head(), self._lane_lines(name), name))
        return made

    def _line(self, found: Route) -> Line:
        corners = self._corners(found)
        label = None
        if words := self.words.get(found.edge.id):
            along, across = self._middle(found.edge.source)
            x, y = self._turn(along + words.along, across + words.across)
            label = Label(x, y, words.w, words.h, words.lines)
        return Line(found.edge, [self._turn(*corner) for corner in corners], label)

    def _corners(self, found: Route) -> list[Point]:
        """Return the corners of a line, along and across."""
        along, across = self._middle(found.edge.source)
        half_along, half_across = (size / 2 for size in self.size[found.edge.source])
        if found.out == "E":
            port = self.ports[found.edge.id]
            is_pointed = self.nodes[found.edge.source].kind == DECISION or (
                self.style.bar is None and self.nodes[found.edge.source].kind in (FORK, JOIN)
            )
            reach = half_along * (1 - abs(port) / half_across) if is_pointed else half_along
            corners = [(along + reach, across + port)]
        else:
            corners = [(along, across - half_across if found.out == "N" else across + half_across)]
        for stretch in found.through:
            track = self.routing.tracks[stretch, net_of(found, stretch)] * self.style.track
            if len(stretch) == 2:
                corners.append((self.gutter_start[stretch[1]] + track, corners[-1][1]))
            else:
                outward = -1 if stretch[2] == "b" else 1
                corners.append((corners[-1][0], self.channel[stretch[1], stretch[2]] + outward * track))
        return _simplified([*corners, *self._arrival(found, corners[-1])])

    def _arrival(self, found: Route, last: Point) -> list[Point]:
        along, across = self._middle(found.edge.target)
        half_along, half_across = (size / 2 for size in self.size[found.edge.target])
        if found.into == "W":
            across += SHIFT if found.edge.target in self.routing.shifted else 0
            reach = half_along
            if self.style.texts_outside and found.edge.target in self.routing.shifted:
                reach = self._reach_shifted(found.edge.target, half_along, half_across)
            return [(last[0], across), (along - reach, across)]
        return [(along, last[1]), (along, across - half_across if found.into == "N" else across + half_across)]

    def _reach_shifted(self, name: str, along: float, across: float) -> float:
        """Return how far from its middle a round or pointed shape begins where a line arrives off the middle."""
        kind = self.nodes[name].kind
        if kind in (START, END):
            return float((along**2 - SHIFT**2) ** 0.5)
        return along * (1 - SHIFT / across) if kind in (FORK, JOIN) else along


def _simplified(corners: list[Point]) -> list[Point]:
    """Leave out corners that are none."""
    kept = corners[:1]
    for corner, following in zip(corners[1:], [*corners[2:], None], strict=True):
        if corner == kept[-1] and following is not None:
            continue
        if following is not None and (
            kept[-1][0] == corner[0] == following[0] or kept[-1][1] == corner[1] == following[1]
        ):
            continue
        kept.append(corner)
    return kept
