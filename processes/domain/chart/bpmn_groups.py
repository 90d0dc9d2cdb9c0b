"""Parallel gateways as groups with lanes: what a standard can hold of them (F18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from processes.domain.chart.bpmn_graph import Drop, Graph, name_of


@dataclass(frozen=True)
class Spot:
    """Where a step runs: in which group, in which lane of it."""

    group: int
    lane: int


def find_groups(graph: Graph, known: Callable[[str], tuple[int | None, int]]) -> dict[str, Spot]:
    """Return the group and lane of each step that runs in parallel with others, and note the entries of the groups.

    A fork becomes a group if its branches keep apart until they meet again, and none forks anew. Any other is
    noted as not taken over: its branches become a choice. *known* gives the numbers that a step of ours had.
    """
    spots: dict[str, Spot] = {}
    taken: set[int] = set()
    for name in list(graph.nodes):
        if not graph.is_fork(name):
            continue
        branches = [_branch(graph, flow.target) for flow in graph.out[name]]
        steps = [branch for branch in branches if branch]
        apart = len(steps) == len(branches) and sum(map(len, steps)) == len(set().union(*steps))
        if not apart or any(step in spots for branch in steps for step in branch):
            why = _(
                "Its branches do not run apart from one parallel gateway to the next, so they cannot be lanes of a "
                "group: they become a choice of one way."
            )
            graph.drops.append(Drop(name, "parallelGateway", name_of(graph.nodes[name].element), why))
            continue
        numbers = {known(step)[0] for branch in steps for step in branch} - {None, *taken}
        group = numbers.pop() if len(numbers) == 1 else None
        if group is None:
            group = next(number for number in range(1, len(graph.nodes) + 2) if number not in taken)
        taken.add(group)
        lanes = [{known(step)[1] for step in branch if known(step)[0] == group} for branch in steps]
        kept = all(len(lane) == 1 for lane in lanes) and len(set().union(*lanes)) == len(lanes)
        for place, branch in enumerate(steps):
            lane = next(iter(lanes[place])) if kept else place + 1
            spots |= {step: Spot(group, lane) for step in branch}
        first = min(range(len(steps)), key=lambda place: spots[steps[place][0]].lane)
        graph.entries[name] = steps[first][0]
    return spots


def _branch(graph: Graph, start: str) -> list[str]:
    """Return the steps of a branch up to the gateway that joins it with others; none if it forks or ends before."""
    found: list[str] = []
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        node = graph.nodes[name]
        if graph.is_fork(name):
            return []
        if node.kind == "parallel" and len(graph.into[name]) > 1:
            continue
        if node.kind in ("end", "sub"):
            return []
        if node.kind == "step":
            found.append(name)
        waiting += [flow.target for flow in graph.out[name]]
    return found
