"""The flow of one process in a BPMN file as a graph, whatever tool wrote it: steps, gateways, ways (F18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from processes.domain.chart.bpmn_write import OWN
from procstd.errors import DomainError

TASKS = frozenset((
    "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
    "callActivity",
))  # fmt: skip
#: So many gateways and events may stand between two steps.
DEEPEST = 100
_SUB = frozenset(("subProcess", "transaction", "adHocSubProcess"))
_CHOICES = frozenset(("exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"))
_EVENTS = frozenset(("intermediateCatchEvent", "intermediateThrowEvent"))
#: Drawn, but with no place among the elements of a standard.
_BESIDES = {
    "textAnnotation": _("A remark in the drawing. Write what matters of it into the step."),
    "dataObjectReference": _("Inputs and outputs stand in the step; write it there."),
    "dataStoreReference": _("Inputs and outputs stand in the step; write it there."),
    "dataObject": None,
    "group": _("A frame around elements has no meaning for the flow."),
    "messageFlow": _("A message to another pool. If somebody sends it, that is a step."),
}
_WHY = {
    "serviceTask": _("Becomes a step that people do; what runs by itself is not taken over."),
    "scriptTask": _("Becomes a step that people do; the script is not taken over."),
    "businessRuleTask": _("Becomes a step that people do; the rule is not taken over."),
    "sendTask": _("Becomes a step; the message is not taken over."),
    "receiveTask": _("Becomes a step; the message is not taken over."),
    "callActivity": _("Becomes one step; the process that it calls is not in this file."),
    "inclusiveGateway": _("Several ways at once by condition are not possible: becomes a choice of one way."),
    "complexGateway": _("Becomes a choice of one way; its rule is not taken over."),
    "eventBasedGateway": _("Becomes a choice that a person makes; what happens is not waited for."),
    "boundaryEvent": _("What can go wrong at a step is an exception. Write it there; its way is not taken over."),
    "intermediateCatchEvent": _("The flow goes on without waiting for it. If somebody waits, that is a step."),
    "intermediateThrowEvent": _("The flow goes on without it. If somebody does it, that is a step."),
}


@dataclass(frozen=True)
class Drop:
    """What of a file is not taken over, or not as it was: which element, and why."""

    element: str
    kind: str
    name: str
    why: Any


@dataclass(frozen=True)
class Flow:
    """A sequence flow; *ways* are the outcomes of ours that it stands for."""

    id: str
    source: str
    target: str
    name: str
    ways: tuple[tuple[str, int | None], ...]


@dataclass
class Flower:
    """A flow node: its element, and the sub-process it stands in."""

    id: str
    kind: str
    element: etree._Element
    inside: str = ""


@dataclass(frozen=True)
class Goal:
    """Where a walk from a step arrives: a step, or None for the end; with the words and ways met."""

    target: str | None
    labels: tuple[str, ...]
    ways: tuple[tuple[str, int | None], ...]


@dataclass
class Graph:
    """The flow of a process."""

    nodes: dict[str, Flower] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    out: dict[str, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    into: dict[str, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    #: The first step of each parallel gateway whose branches became lanes of a group.
    entries: dict[str, str] = field(default_factory=dict)
    #: How many elements walks may still pass: gateways in a row multiply the ways.
    patience: int = 100_000

    @property
    def steps(self) -> list[str]:
        return [node.id for node in self.nodes.values() if node.kind == "step"]

    def is_fork(self, name: str) -> bool:
        return self.nodes[name].kind == "parallel" and len(self.out[name]) > 1

    def starts(self, inside: str = "") -> list[str]:
        """Return where the flow of the process, or of a sub-process, begins."""
        here = [node for node in self.nodes.values() if node.inside == inside and node.kind != "boundary"]
        begun = [node.id for node in here if node.kind == "start"]
        return begun or [node.id for node in here if not self.into[node.id]] or [node.id for node in here[:1]]

    def first_steps(self, name: str, *, past: bool = False) -> list[str]:
        """Return the steps that the flow comes to first at a node, or *past* it."""
        if self.nodes[name].kind == "step" and not past:
            return [name]
        goals = self._from(name, (), (), frozenset()) if past else self._at(name, (), (), frozenset())
        return [goal.target for goal in goals if goal.target]

    def goals(self, name: str) -> list[Goal]:
        """Return every way from a node to the next steps, through gateways, events and sub-processes."""
        return list(self._from(name, (), (), frozenset()))

    def _from(self, name: str, labels: Any, ways: Any, seen: frozenset[str]) -> Iterator[Goal]:
        question = ""
        if name in self.nodes and self.nodes[name].kind == "choice" and len(self.out[name]) > 1:
            question = name_of(self.nodes[name].element)
        for flow in self.out[name]:
            said = (*labels, f"{question} {flow.name}".strip()) if flow.name else labels
            yield from self._at(flow.target, said, (*ways, *flow.ways), seen)

    def _at(self, name: str, labels: Any, ways: Any, seen: frozenset[str]) -> Iterator[Goal]:
        node = self.nodes[name]
        self.patience -= 1
        if self.patience < 0 or len(seen) > DEEPEST:
            raise DomainError(_("There are too many gateways in a row to follow every way."), field="file")
        if node.kind == "step":
            yield Goal(name, labels, ways)
        elif name in self.entries:
            yield Goal(self.entries[name], labels, ways)
        elif name in seen:
            return
        elif node.kind == "sub":
            for start in self.starts(inside=name):
                yield from self._at(start, labels, ways, seen | {name})
        elif node.kind == "end" or not self.out[name]:
            if node.inside:
                yield from self._leave(node.inside, labels, ways, seen | {name})
            else:
                yield Goal(None, labels, ways)
        else:
            yield from self._from(name, labels, ways, seen | {name})

    def _leave(self, name: str, labels: Any, ways: Any, seen: frozenset[str]) -> Iterator[Goal]:
        if self.out[name]:
            yield from self._from(name, labels, ways, seen)
        elif self.nodes[name].inside:
            yield from self._leave(self.nodes[name].inside, labels, ways, seen)
        else:
            yield Goal(None, labels, ways)


def tag_of(element: etree._Element) -> str:
    """Return the local name of an element, without its namespace."""
    return etree.QName(element).localname


def name_of(element: etree._Element) -> str:
    """Return the name of an element as one line."""
    return " ".join((element.get("name") or "").split())


def graph_of(process: etree._Element) -> Graph:
    """Read a process, its sub-processes unfolded, and note what has no place in a standard."""
    graph = Graph()
    _collect(graph, process, "")
    graph.flows = [flow for flow in graph.flows if flow.source in graph.nodes and flow.target in graph.nodes]
    for flow in graph.flows:
        if graph.nodes[flow.source].kind != "boundary":
            graph.out[flow.source].append(flow)
            graph.into[flow.target].append(flow)
    return graph


def _collect(graph: Graph, parent: etree._Element, inside: str) -> None:
    for element in parent:
        kind = tag_of(element)
        name = element.get("id") or f"unnamed-{len(graph.nodes)}"
        if kind == "sequenceFlow":
            graph.flows.append(_flow(graph, element))
        elif kind in _SUB:
            holds = any(tag_of(child) in TASKS | _SUB for child in element.iter() if child is not element)
            why = _("Unfolded: its steps stand in the flow.") if holds else _("Becomes one step; nothing is inside.")
            graph.drops.append(Drop(name, kind, name_of(element), why))
            graph.nodes[name] = Flower(name, "sub" if holds else "step", element, inside)
            if holds:
                _collect(graph, element, name)
        elif known := _kind(kind, element):
            graph.nodes[name] = Flower(name, known, element, inside)
            _note(graph, element, kind, name)
        elif _BESIDES.get(kind):
            said = name_of(element) or " ".join("".join(element.itertext()).split())[:120]
            graph.drops.append(Drop(name, kind, said, _BESIDES[kind]))


def _kind(kind: str, element: etree._Element) -> str:
    if kind in TASKS:
        return "step"
    if kind in _CHOICES:
        return "choice"
    if kind in _EVENTS:
        return "event"
    return {
        "startEvent": "start", "endEvent": "end", "boundaryEvent": "boundary", "parallelGateway": "parallel",
    }.get(kind, "")  # fmt: skip


def _note(graph: Graph, element: etree._Element, kind: str, name: str) -> None:
    if kind in _WHY:
        graph.drops.append(Drop(name, kind, name_of(element), _WHY[kind]))
    elif kind in ("startEvent", "endEvent") and any(tag_of(child).endswith("EventDefinition") for child in element):
        why = _("What starts or ends the process is not taken over; only that it starts or ends.")
        graph.drops.append(Drop(name, kind, name_of(element), why))
    for child in element:
        if tag_of(child).endswith("LoopCharacteristics"):
            why = _("Repetition is not taken over. Let an outcome lead back to the step.")
            graph.drops.append(Drop(name, tag_of(child), name_of(element), why))


def _flow(graph: Graph, element: etree._Element) -> Flow:
    ways = []
    for way in element.iter(f"{{{OWN}}}way"):
        branch = way.get("branch")
        ways.append(
            (way.get("outcome", "")[:20], int(branch) if branch and branch.isdecimal() and len(branch) < 4 else None)
        )
    name = name_of(element)
    condition = next((child for child in element if tag_of(child) == "conditionExpression"), None)
    said = " ".join("".join(condition.itertext()).split()) if condition is not None else ""
    if said:
        why = _("The condition is kept as the words of the way only. Write it as a branch on a field of a form.")
        graph.drops.append(Drop(element.get("id") or "", "conditionExpression", said[:120], why))
    return Flow(
        element.get("id") or "", element.get("sourceRef") or "", element.get("targetRef") or "", name or said[:60],
        tuple(ways),
    )  # fmt: skip
