"""Which way every line takes: across the flow through gutters between ranks, along it through channels beside rows.

Lines of different nets never share a track, so no two of them run on top of each other. A net is one line,
or the last stretch of all lines that arrive at the same side of the same node.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from processes.domain.chart.grid import Grid, nodes_by_id
from processes.domain.chart.model import DECISION, END, STEP, Edge, Node

#: How far from the middle of a row a line arrives when another one leaves in the middle of it.
SHIFT = 8
#: Between two ways out of a bar.
BAR_STEP = 16

Gutter = tuple[str, int]
Channel = tuple[str, int, str]
Net = tuple[str, ...]


@dataclass
class Route:
    """The way of one edge. *through* names gutters and channels in order; sides are E, N, S out and W, N, S in."""

    edge: Edge
    out: str
    into: str
    through: list[Gutter | Channel] = field(default_factory=list)
    #: Which of the ways on the E side it is; 0 leaves in the middle.
    port: int = 0


@dataclass
class Routing:
    """All routes, on which track each runs in each gutter and channel, and which nodes lines reach off the middle."""

    routes: list[Route]
    tracks: dict[tuple[Gutter | Channel, Net], int] = field(default_factory=dict)
    counts: dict[Gutter | Channel, int] = field(default_factory=dict)
    shifted: set[str] = field(default_factory=set)


def route(grid: Grid) -> Routing:
    """Find the way of every edge and give it its tracks."""
    found = Routing(_Router(grid).routes())
    _shift(grid, found)
    _colour(grid, found)
    return found


class _Router:
    """Chooses sides and the order of gutters and channels for each edge."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.nodes = nodes_by_id(grid.chart)
        self.out: dict[str, list[Edge]] = defaultdict(list)
        for edge in grid.chart.edges:
            self.out[edge.source].append(edge)

    def routes(self) -> list[Route]:
        made = []
        for node in self.grid.chart.nodes:
            edges = self.out[node.id]
            sides = self._decision_sides(node, edges) if node.kind == DECISION else self._bar_ports(node, edges)
            made += [self._route(edge, *sides[edge.id]) for edge in edges]
        return made

    def _is_straight(self, edge: Edge) -> bool:
        grid = self.grid
        first, last = grid.rank[edge.source] + 1, grid.rank[edge.target]
        row = grid.row[edge.source]
        return grid.row[edge.target] == row and first <= last and grid.is_free(row, first, last - 1)

    def _rise(self, edge: Edge) -> int:
        return self.grid.row[edge.target] - self.grid.row[edge.source]

    def _decision_sides(self, node: Node, edges: list[Edge]) -> dict[str, tuple[str, int]]:
        """The straight or the nearest way ahead goes on; one way leaves on either side; others beside the first."""
        grid = self.grid
        ahead = [edge for edge in edges if edge.id not in grid.back]
        main = min(ahead or edges, key=lambda edge: (not self._is_straight(edge), grid.rank[edge.target]))
        sides = {main.id: ("E", 0)}
        free = ["N", "S"]
        port = 0
        for edge in sorted((edge for edge in edges if edge is not main), key=lambda edge: abs(self._rise(edge))):
            rise = self._rise(edge)
            wanted = "N" if rise < 0 or (rise == 0 and edge.id in grid.back) else "S"
            if free:
                side = wanted if wanted in free else free[0]
                free.remove(side)
                sides[edge.id] = (side, 0)
            else:
                # Next to the middle on one side, then on the other, then further out.
                port = -port if port > 0 else 1 - port
                sides[edge.id] = ("E", port)
        return sides

    def _bar_ports(self, node: Node, edges: list[Edge]) -> dict[str, tuple[str, int]]:
        """The straight way leaves in the middle, others above or below it by where they lead."""
        ranked = sorted(edges, key=self._rise)
        middle = next((place for place, edge in enumerate(ranked) if self._is_straight(edge)), len(ranked) // 2)
        return {edge.id: ("E", place - middle) for place, edge in enumerate(ranked)}

    def _route(self, edge: Edge, out: str, port: int) -> Route:
        grid = self.grid
        source_rank, rank = grid.rank[edge.source], grid.rank[edge.target]
        source_row, row = grid.row[edge.source], grid.row[edge.target]
        is_ahead = edge.id not in grid.back
        kind = self.nodes[edge.target].kind
        takes_sides = kind in (STEP, END)
        route = Route(edge, out, "W", port=port)
        beside: Channel = ("C", row, "a" if row < source_row else "b")
        if out in "NS":
            side = "b" if out == "N" else "a"
            own: Channel = ("C", source_row, side)
            if row == source_row and takes_sides:
                route.into, route.through = out, [own]
            else:
                route.through = [own, ("G", rank)]
        elif port == 0 and self._is_straight(edge):
            pass
        elif is_ahead and (rank == source_rank + 1 or grid.is_free(row, source_rank + 1, rank - 1)):
            route.through = [("G", source_rank + 1)]
        elif is_ahead and port == 0 and grid.is_free(source_row, source_rank + 1, rank - 1):
            route.through = [("G", rank)]
        elif takes_sides:
            route.into = "S" if beside[2] == "a" else "N"
            route.through = [("G", source_rank + 1), beside]
        else:
            route.through = [("G", source_rank + 1), beside, ("G", rank)]
        return route


def net_of(route: Route, place: Gutter | Channel) -> Net:
    """Return the net in which *route* runs through *place*: its own, or that of all of its kind that arrive there."""
    if place == route.through[-1]:
        return ("to", route.edge.target, route.into, "back" if route.edge.is_send_back else "")
    return ("way", route.edge.id)


def _shift(grid: Grid, routing: Routing) -> None:
    """Let lines arrive off the middle where what stands before them in the row sends a line out in the middle."""
    starts: dict[str, int] = {}
    reaches: dict[str, int] = {}
    for found in routing.routes:
        if found.into == "W" and found.through:
            gutter = found.through[-1][1]
            starts[found.edge.target] = min(starts.get(found.edge.target, gutter), gutter)
        if found.out == "E" and found.port == 0 and found.through:
            reaches[found.edge.source] = max(reaches.get(found.edge.source, 0), found.through[0][1])
    for target, start in starts.items():
        row = grid.row[target]
        before = next((grid.cells[r, row] for r in range(grid.rank[target] - 1, -1, -1) if (r, row) in grid.cells), "")
        if reaches.get(before, -1) >= start:
            routing.shifted.add(target)


def _colour(grid: Grid, routing: Routing) -> None:
    """Give every net in every gutter and channel its track: short stretches first, and nearest to the nodes."""
    spans: dict[Gutter | Channel, dict[Net, list[int]]] = defaultdict(lambda: defaultdict(list))
    for found in routing.routes:
        for index, place in enumerate(found.through):
            before = found.through[index - 1] if index else None
            after = found.through[index + 1] if index + 1 < len(found.through) else None
            ends = [_end(grid, found, place, before, is_start=True), _end(grid, found, place, after, is_start=False)]
            spans[place][net_of(found, place)] += ends
    for place, nets in spans.items():
        tracks: list[list[tuple[int, int]]] = []
        for net, ends in sorted(nets.items(), key=lambda item: (max(item[1]) - min(item[1]), item[0])):
            low, high = min(ends), max(ends)
            free = (
                number
                for number, used in enumerate(tracks)
                if all(high < other_low or low > other_high for other_low, other_high in used)
            )
            number = next(free, len(tracks))
            if number == len(tracks):
                tracks.append([])
            tracks[number].append((low, high))
            routing.tracks[place, net] = number
        routing.counts[place] = len(tracks)


def _end(grid: Grid, found: Route, place: Gutter | Channel, other: Gutter | Channel | None, *, is_start: bool) -> int:
    """Return where a stretch ends, in an order that needs no measures: rows and channels across, ranks along."""
    node = found.edge.source if is_start else found.edge.target
    if place[0] == "G":
        if other is None:
            return 3 * grid.row[node] + 1
        return 3 * other[1] + (0 if other[2:] == ("b",) else 2)
    return 2 * grid.rank[node] + 1 if other is None else 2 * other[1]
