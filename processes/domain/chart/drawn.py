"""A chart in which everything has its place, and the sizes that decide it."""

from __future__ import annotations

from dataclasses import dataclass, field

from processes.domain.chart.model import Chart, Edge, Node

Point = tuple[float, float]


@dataclass(frozen=True)
class Style:
    """Sizes. Bars are thin along the flow."""

    step: tuple[float, float] = (132, 52)
    event: tuple[float, float] = (64, 30)
    decision: float = 36
    bar: tuple[float, float] | None = (8, 46)
    font: float = 12.5
    small: float = 10.5
    label: float = 11
    most_lines: int = 4
    label_within: float = 92
    head: float = 116
    #: The pool's own head, before those of the lanes; 0: none.
    title: float = 0
    #: Texts of decisions and events stand outside of them.
    texts_outside: bool = False
    track: float = 11
    lead: float = 12
    arrow: float = 18
    margin: float = 12


WIDE = Style()
TALL = Style(step=(124, 52), label_within=74, head=30)
BPMN = Style(
    step=(120, 80), event=(36, 36), decision=50, bar=None, font=12, small=10, most_lines=5, head=30, title=30,
    texts_outside=True, lead=20, arrow=24, margin=20,
)  # fmt: skip


@dataclass
class Box:
    """A node in its place: its middle, its size, its lines of text."""

    node: Node
    x: float
    y: float
    w: float
    h: float
    lines: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)


@dataclass
class Label:
    """Words at a way: upper left corner, size, lines."""

    x: float
    y: float
    w: float
    h: float
    lines: list[str]


@dataclass
class Line:
    """A way as drawn: its corners from source to target."""

    edge: Edge
    points: list[Point]
    label: Label | None = None


@dataclass
class Lane:
    """A lane as drawn: its whole rectangle with the head, and how long the head is."""

    x: float
    y: float
    w: float
    h: float
    head: float
    lines: list[str]
    name: str


@dataclass
class Layout:
    """A chart in which everything has its place."""

    chart: Chart
    style: Style
    vertical: bool
    width: float
    height: float
    lanes: list[Lane]
    boxes: dict[str, Box]
    lines: list[Line]
    #: Where the chart may be cut across the flow: before the arrows into each rank, from the second on.
    cuts: list[float]
