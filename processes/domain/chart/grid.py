"""Where nodes stand before anything is measured: ranks along the flow, rows across it, several to a lane."""

from __future__ import annotations

from dataclasses import dataclass, field

from processes.domain.chart.model import DECISION, Chart, Edge, Node


@dataclass
class Grid:
    """The cells of a chart. *rank* and *row* say where each node stands; a row belongs to one lane."""

    chart: Chart
    rank: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    lane_of_row: list[int] = field(default_factory=list)
    back: set[str] = field(default_factory=set)

    @property
    def ranks(self) -> int:
        return max(self.rank.values(), default=-1) + 1

    def is_free(self, row: int, first: int, last: int) -> bool:
        """Tell whether nothing stands in *row* from rank *first* to *last*."""
        return not any((rank, row) in self.cells for rank in range(first, last + 1))


def arrange(chart: Chart) -> Grid:
    """Give every node its rank, the longest way to it, and a row of its lane, straight on where that is free.

    The steps table is in order, so a way to what stands earlier in it leads back and has no say.
    """
    grid = Grid(chart)
    order = {node.id: place for place, node in enumerate(chart.nodes)}
    into: dict[str, list[Edge]] = {}
    for edge in chart.edges:
        if order[edge.target] <= order[edge.source]:
            grid.back.add(edge.id)
        else:
            into.setdefault(edge.target, []).append(edge)
    for node in chart.nodes:
        grid.rank[node.id] = max((grid.rank[edge.source] + 1 for edge in into.get(node.id, ())), default=0)
    _set_rows(grid, into)
    return grid


def _set_rows(grid: Grid, into: dict[str, list[Edge]]) -> None:
    nodes = {node.id: node for node in grid.chart.nodes}
    decided = {node.id.removesuffix("_way") for node in grid.chart.nodes if node.kind == DECISION}
    taken: list[set[tuple[int, int]]] = [set() for _lane in grid.chart.lanes]
    local: dict[str, int] = {}
    for node in grid.chart.nodes:
        if node.id in local:
            continue
        rank, lane = grid.rank[node.id], node.lane
        # A step and its decision stand side by side whatever else is there.
        block = [rank, rank + 1] if node.id in decided else [rank]
        wanted = [local[edge.source] for edge in into.get(node.id, ()) if nodes[edge.source].lane == lane]
        row = next(
            row
            for row in [*sorted(wanted), *range(len(grid.chart.nodes))]
            if all((place, row) not in taken[lane] for place in block)
        )
        for place, name in zip(block, (node.id, f"{node.id}_way"), strict=False):
            taken[lane].add((place, row))
            local[name] = row
    base = 0
    for lane, used in enumerate(taken):
        count = max((row for _rank, row in used), default=0) + 1
        for node in grid.chart.nodes:
            if node.lane == lane:
                grid.row[node.id] = base + local[node.id]
                grid.cells[grid.rank[node.id], base + local[node.id]] = node.id
        grid.lane_of_row += [lane] * count
        base += count


def nodes_by_id(chart: Chart) -> dict[str, Node]:
    """Return the nodes by their ids."""
    return {node.id: node for node in chart.nodes}
