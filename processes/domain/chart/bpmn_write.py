"""Write a standard as BPMN 2.0 with its diagram, from the same layout: one pool, a lane for each post (F18).

What BPMN has no words for – limits, RACI, forms, both languages – travels in extension elements, so that what
another tool leaves alone comes back as it was. Collected by bpmn-js the file stays the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from lxml import etree

from processes.domain.chart.drawn import BPMN, Box, Layout, Line
from processes.domain.chart.layout import place
from processes.domain.chart.model import DECISION, END, FORK, JOIN, START, STEP, Edge, Node, micro
from processes.domain.chart.stepdata import step_data
from processes.domain.chart.text import width, wrap
from processes.domain.standard import Standard

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
WAYPOINT = "http://www.omg.org/spec/DD/20100524/DI"
#: The namespace of what only this software reads; a name, not an address.
OWN = "urn:procstd:bpmn:1"
_MAP = {None: MODEL, "bpmndi": DI, "dc": DC, "di": WAYPOINT, "procstd": OWN}
_TAGS = {
    START: "startEvent", END: "endEvent", STEP: "userTask", DECISION: "exclusiveGateway",
    FORK: "parallelGateway", JOIN: "parallelGateway",
}  # fmt: skip


def write_bpmn(standard: Standard) -> bytes:
    """Return *standard* as a BPMN 2.0 file, names in the language in force."""
    return _Writer(standard).file()


class _Writer:
    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.layout: Layout = place(micro(standard), style=BPMN)
        self.chart = self.layout.chart
        self.root = etree.Element(
            f"{{{MODEL}}}definitions",
            {"id": "Definitions_1", "targetNamespace": "urn:procstd", "exporter": "procstd", "exporterVersion": "1"},
            nsmap=_MAP,
        )

    def file(self) -> bytes:
        if self.chart.nodes:
            collaboration = self._add(self.root, "collaboration", id="Collaboration_1")
            self._add(
                collaboration, "participant", id="Participant_1", name=_clean(self.chart.title), processRef="Process_1"
            )
        process = self._add(self.root, "process", id="Process_1", isExecutable="false")
        if self.chart.nodes:
            self._process(process)
            self._diagram()
        return bytes(etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True))

    def _add(self, parent: etree._Element, tag: str, space: str = MODEL, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, f"{{{space}}}{tag}", attributes)

    # --- the model ---

    def _process(self, process: etree._Element) -> None:
        self._extension(process, "standard", {"code": self.standard.code, "number": self.standard.number})
        lanes = self._add(process, "laneSet", id="LaneSet_1")
        for number, name in enumerate(self.chart.lanes):
            lane = self._add(lanes, "lane", id=f"Lane_{number + 1}", name=_clean(name))
            self._lane_extension(lane, number)
            for node in self.chart.nodes:
                if node.lane == number:
                    self._add(lane, "flowNodeRef").text = node.id
        for node in self.chart.nodes:
            self._node(process, node)
        for edge in self.chart.edges:
            self._flow(process, edge)

    def _lane_extension(self, lane: etree._Element, number: int) -> None:
        """Say which posts a lane stands for, so that a step moved into it becomes theirs."""
        first = next((node for node in self.chart.nodes if node.lane == number and node.steps), None)
        step = self.standard.step(first.steps[0]) if first else None
        if step is not None and first is not None:
            posts = json.dumps(step_data(step)["posts"].get("R", []), ensure_ascii=False, sort_keys=True)
            self._extension(lane, "lane", {"name": _clean(self.chart.lanes[number])}, posts)

    def _node(self, process: etree._Element, node: Node) -> None:
        name = {"name": _clean(node.text)} if node.text else {}
        step = self.standard.step(node.steps[0]) if node.kind == STEP else None
        if step is not None:
            name = {"name": _clean(str(step.title))}
        element = self._add(process, _TAGS[node.kind], id=node.id, **name)
        if step is not None:
            if operation := str(step.operation):
                self._add(element, "documentation").text = _clean(operation)
            text = json.dumps(step_data(step), ensure_ascii=False, sort_keys=True)
            self._extension(element, "step", {"key": step.key}, text)
        elif node.kind in (DECISION, FORK, JOIN):
            self._extension(element, "gateway", {"kind": node.kind})
        for edge in self.chart.edges:
            if edge.target == node.id:
                self._add(element, "incoming").text = edge.id
        for edge in self.chart.edges:
            if edge.source == node.id:
                self._add(element, "outgoing").text = edge.id

    def _flow(self, process: etree._Element, edge: Edge) -> None:
        name = {"name": _clean(edge.label)} if edge.label else {}
        element = self._add(process, "sequenceFlow", id=edge.id, **name, sourceRef=edge.source, targetRef=edge.target)
        if edge.ways:
            extension = self._add(element, "extensionElements")
            for outcome, branch in edge.ways:
                number = {} if branch is None else {"branch": str(branch)}
                self._add(extension, "way", OWN, outcome=outcome, **number)

    def _extension(
        self, element: etree._Element, tag: str, attributes: Mapping[str, str], text: str | None = None
    ) -> None:
        extension = self._add(element, "extensionElements")
        self._add(extension, tag, OWN, **attributes).text = _clean(text) if text else None

    # --- the diagram ---

    def _diagram(self) -> None:
        layout = self.layout
        diagram = self._add(self.root, "BPMNDiagram", DI, id="BPMNDiagram_1")
        plane = self._add(diagram, "BPMNPlane", DI, id="BPMNPlane_1", bpmnElement="Collaboration_1")
        pool = self._shape(plane, "Participant_1", isHorizontal="true")
        self._bounds(pool, 0, 0, layout.width, layout.height)
        # From the last to the first: so bpmn-js writes them.
        for number, lane in reversed(list(enumerate(layout.lanes))):
            shape = self._shape(plane, f"Lane_{number + 1}", isHorizontal="true")
            self._bounds(shape, lane.x, lane.y, lane.w, lane.h)
        for box in layout.boxes.values():
            marker = {"isMarkerVisible": "true"} if box.node.kind == DECISION else {}
            shape = self._shape(plane, box.node.id, **marker)
            self._bounds(shape, box.x - box.w / 2, box.y - box.h / 2, box.w, box.h)
            if box.node.kind in (START, END):
                self._event_label(shape, box)
        for line in layout.lines:
            self._edge(plane, line)

    def _shape(self, plane: etree._Element, element: str, **more: str) -> etree._Element:
        return self._add(plane, "BPMNShape", DI, id=f"{element}_di", bpmnElement=element, **more)

    def _bounds(self, parent: etree._Element, x: float, y: float, w: float, h: float) -> None:
        self._add(parent, "Bounds", DC, x=_n(x), y=_n(y), width=_n(w), height=_n(h))

    def _event_label(self, shape: etree._Element, box: Box) -> None:
        lines = wrap(box.node.text, within=90, size=11, most=2)
        w = max(width(line, 11) for line in lines) + 4
        label = self._add(shape, "BPMNLabel", DI)
        self._bounds(label, box.x - w / 2, box.y + box.h / 2 + 2, w, 14 * len(lines))

    def _edge(self, plane: etree._Element, line: Line) -> None:
        edge = self._add(plane, "BPMNEdge", DI, id=f"{line.edge.id}_di", bpmnElement=line.edge.id)
        for x, y in line.points:
            self._add(edge, "waypoint", WAYPOINT, x=_n(x), y=_n(y))
        if line.label:
            label = self._add(edge, "BPMNLabel", DI)
            self._bounds(label, line.label.x, line.label.y, line.label.w, line.label.h)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _clean(text: str) -> str:
    """Leave out what XML cannot hold, and line breaks that an attribute would lose."""
    return "".join(letter for letter in text if letter in "\t\n" or (ord(letter) >= 32 and letter not in "￾￿"))
