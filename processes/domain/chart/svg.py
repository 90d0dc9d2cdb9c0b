"""Draw a laid-out chart as SVG: plain shapes with presentation attributes, so that browsers, the PDF and resvg
draw it alike; the page's style sheet gives it the colours of the theme by class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape as _escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy, ngettext

from processes.domain.chart.drawn import Box, Label, Lane, Layout, Line, Point
from processes.domain.chart.model import DECISION, END, FORK, JOIN, START, STEP
from procstd.documents import cleaned

FONT = "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
_INK, _LINE, _GREY = "#1f2937", "#566377", "#b6bfcc"


def escape(words: str) -> str:
    """Return words for a drawing: escaped, and without what no XML may contain."""
    return _escape(cleaned(words))


#: State of a case, or kind of change → fill, stroke.
_STATES = {"done": ("#dcf5e6", "#11643b"), "now": ("#dfeafd", "#184b9f"), "waiting": ("#fdf0d5", "#8a5200")}
_MARKS = {
    "added": ("#dcf5e6", "#11643b"), "changed": ("#fdf0d5", "#8a5200"), "removed": ("#fde4e1", "#a5281b"),
    "moved": ("#dfeafd", "#184b9f"),
}  # fmt: skip
#: What stands in the badge of a state or a mark, around its middle: shapes, since colours alone do not tell.
_SIGNS = {
    "done": "M-3.6 .2L-1 2.8L3.8 -2.8",
    "now": "M-2 -3.4L3.4 0L-2 3.4Z",
    "waiting": "M-1.9 -3.2V3.2M1.9 -3.2V3.2",
    "added": "M-3.4 0H3.4M0 -3.4V3.4",
    "changed": "M-3.4 -1.6H3.4M-3.4 1.6H3.4M-2 3.6L2 -3.6",
    "removed": "M-2.8 -2.8L2.8 2.8M-2.8 2.8L2.8 -2.8",
    "moved": "M-2 -1.4L-2 4M-4 2.2L-2 4L0 2.2M2 1.4L2 -4M0 -2.2L2 -4L4 -2.2",
}


@dataclass(frozen=True)
class Look:
    """What is said about the steps besides the chart: states of a case, changes, addresses they lead to."""

    states: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


_WORDS = {
    "done": gettext_lazy("done"), "now": gettext_lazy("now"), "waiting": gettext_lazy("waiting"),
    "added": gettext_lazy("added"), "changed": gettext_lazy("changed"), "removed": gettext_lazy("removed"),
    "moved": gettext_lazy("moved elsewhere"),
}  # fmt: skip


def words_of(name: str) -> str:
    """Name a state or a kind of change."""
    return str(_WORDS.get(name, ""))


def svg(layout: Layout, look: Look | None = None) -> SafeString:
    """Return the whole chart as one SVG, as large as it is."""
    look = look or Look()
    return frame(layout, body(layout, look), layout.width, layout.height, leads_on=bool(look.links))


def frame(layout: Layout, content: str, w: float, h: float, *, leads_on: bool = False) -> SafeString:
    """Return an SVG around *content*, with a name and a description for those who listen.

    It is one picture, unless its steps lead on: then what is in it can be reached.
    """
    steps = [node for node in layout.chart.nodes if node.kind == STEP]
    name = ngettext("Flow of %(count)d step", "Flow of %(count)d steps", len(steps)) % {"count": len(steps)}
    told = "; ".join(f"{node.text} ({layout.chart.lanes[node.lane]})" for node in steps)
    role = "group" if leads_on else "img"
    return mark_safe(  # noqa: S308 – every text is escaped where it enters
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="{role}" viewBox="0 0 {n(w)} {n(h)}" '
        f'width="{n(w)}" height="{n(h)}" font-family="{FONT}">'
        f"<title>{escape(name)}: {escape(layout.chart.title)}</title><desc>{escape(told)}</desc>{content}</svg>"
    )


def n(number: float) -> str:
    """Return *number* for an attribute, whatever the language's decimal mark."""
    whole = int(number)
    return str(whole) if whole == number else f"{number:.1f}".removesuffix(".0")


def body(layout: Layout, look: Look) -> str:
    """Draw lanes, then lines, then their words, then nodes on top."""
    return "".join(
        [
            *(lane(drawn, layout.vertical, number) for number, drawn in enumerate(layout.lanes)),
            *map(way, sorted(layout.lines, key=lambda line: not line.edge.is_send_back)),
            *(words(line.label) for line in layout.lines if line.label),
            *(box(drawn, look, layout) for drawn in layout.boxes.values()),
        ]
    )


def text(x: float, y: float, lines: Iterable[str], size: float, *, anchor: str = "middle", more: str = "") -> str:
    """Write *lines* below each other, their middle at *y*."""
    rows = list(lines)
    step = size * 1.28
    top = y - (len(rows) - 1) * step / 2 + size * 0.36
    return "".join(
        f'<text x="{n(x)}" y="{n(top + place * step)}" font-size="{n(size)}" text-anchor="{anchor}"{more}>'
        f"{escape(row)}</text>"
        for place, row in enumerate(rows)
    )


def lane(drawn: Lane, vertical: bool, number: int) -> str:
    """Draw a lane and its head."""
    head_w, head_h = (drawn.w, drawn.head) if vertical else (drawn.head, drawn.h)
    fill = ("#ffffff", "#f8fafc")[number % 2]
    place = f'x="{n(drawn.x)}" y="{n(drawn.y)}"'
    return (
        f'<g class="flow-lane"><rect class="flow-lane-body flow-lane-body--{number % 2}" {place} width="{n(drawn.w)}" '
        f'height="{n(drawn.h)}" fill="{fill}" stroke="{_GREY}"/>'
        f'<rect class="flow-lane-head" {place} width="{n(head_w)}" height="{n(head_h)}" '
        f'fill="#e9eef6" stroke="{_GREY}"/>'
        + text(drawn.x + head_w / 2, drawn.y + head_h / 2, drawn.lines, 12, more=f' font-weight="700" fill="{_INK}"')
        + "</g>"
    )


def way(line: Line) -> str:
    """Draw a way with its arrow; one that sends back is dashed."""
    kind = "flow-way flow-way--back" if line.edge.is_send_back else "flow-way"
    return f'<g class="{kind}">{stroke(line.points, dashed=line.edge.is_send_back)}{arrow(*line.points[-2:])}</g>'


def stroke(points: list[Point], *, dashed: bool, ends_in_arrow: bool = True) -> str:
    """Draw a line of straight stretches."""
    corners = list(points)
    if ends_in_arrow:
        (ax, ay), (bx, by) = corners[-2:]
        corners[-1] = (bx - 6 * _sign(bx - ax), by - 6 * _sign(by - ay))
    path = "M" + "L".join(f"{n(x)} {n(y)}" for x, y in corners)
    dash = ' stroke-dasharray="5 3"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{_LINE}" stroke-width="1.3"{dash}/>'


def arrow(before: Point, tip: Point) -> str:
    """Draw the head of an arrow."""
    dx, dy = _sign(tip[0] - before[0]), _sign(tip[1] - before[1])
    corners = [
        tip,
        (tip[0] - 8 * dx + 4 * dy, tip[1] - 8 * dy + 4 * dx),
        (tip[0] - 8 * dx - 4 * dy, tip[1] - 8 * dy - 4 * dx),
    ]
    return f'<polygon points="{" ".join(f"{n(x)},{n(y)}" for x, y in corners)}" fill="{_LINE}"/>'


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def words(label: Label) -> str:
    """Write the words at a way."""
    return text(
        label.x, label.y + label.h / 2, label.lines, 11, anchor="start", more=' class="flow-words" fill="#8a5200"'
    )


def box(drawn: Box, look: Look, layout: Layout) -> str:
    """Draw a node."""
    kind = drawn.node.kind
    x, y, w, h = drawn.x - drawn.w / 2, drawn.y - drawn.h / 2, drawn.w, drawn.h
    if kind in (START, END):
        weight = 1.4 if kind == START else 2.6
        shape = f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" rx="{n(h / 2)}" '
        shape += f'fill="#e9eef6" stroke="{_LINE}" stroke-width="{weight}"/>'
        return f'<g class="flow-event">{shape}{text(drawn.x, drawn.y, drawn.lines, 12, more=f_ink())}</g>'
    if kind == DECISION:
        corners = f"{n(drawn.x)},{n(y)} {n(x + w)},{n(drawn.y)} {n(drawn.x)},{n(y + h)} {n(x)},{n(drawn.y)}"
        return f'<polygon class="flow-decision" points="{corners}" fill="#fdf0d5" stroke="#8a5200" stroke-width="1.3"/>'
    if kind in (FORK, JOIN):
        place = f'x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}"'
        return f'<rect class="flow-bar" {place} rx="2" fill="{_LINE}"/>'
    return _step(drawn, look, layout)


def f_ink() -> str:
    """Return the attribute of ordinary text."""
    return f' fill="{_INK}"'


def _step(drawn: Box, look: Look, layout: Layout) -> str:
    """Draw a step: its number, title and note; what is done, now, waiting or changed by colour, edge and badge."""
    node = drawn.node
    key = node.steps[0]
    mark = next((look.marks[step] for step in node.steps if look.marks.get(step) in _MARKS), "")
    told = [look.states.get(step, "todo") for step in node.steps]
    state = next((name for name in ("now", "waiting") if name in told), "done" if set(told) == {"done"} else "todo")
    fill, edge = _MARKS.get(mark) or _STATES.get(state) or ("#ffffff", "#3f5f94")
    x, y = drawn.x - drawn.w / 2, drawn.y - drawn.h / 2
    dash = {"removed": ' stroke-dasharray="6 3"', "moved": ' stroke-dasharray="12 3 2 3"'}.get(mark, "")
    heavy = 2.6 if state == "now" or mark else 1.3
    classes = f"flow-step flow-step--{state}" + (f" flow-mark flow-mark--{mark}" if mark else "")
    parts = [
        f'<rect x="{n(x)}" y="{n(y)}" width="{n(drawn.w)}" height="{n(drawn.h)}" rx="5" fill="{fill}" '
        f'stroke="{edge}" stroke-width="{heavy}"{dash}/>'
    ]
    if node.is_key:
        parts.append(
            f'<path class="flow-key-node" d="M{n(x)} {n(y + 14)}V{n(y + 5)}Q{n(x)} {n(y)} {n(x + 5)} {n(y)}'
            f'H{n(x + 14)}Z" fill="{edge}"/>'
        )
    style = layout.style
    rise = len(drawn.note) * style.small * 0.64
    parts.append(text(drawn.x, drawn.y - rise, drawn.lines, style.font, more=f_ink()))
    if drawn.note:
        below = drawn.y + len(drawn.lines) * style.font * 0.64
        parts.append(text(drawn.x, below, drawn.note, style.small, more=f' class="flow-note" fill="{_LINE}"'))
    sign = mark or (state if state != "todo" else "")
    if sign:
        closed = edge if _SIGNS[sign].endswith("Z") else "none"
        parts.append(
            f'<g class="flow-badge" transform="translate({n(x + drawn.w - 3)} {n(y + 2)})">'
            f'<circle r="7.5" fill="#ffffff" stroke="{edge}" stroke-width="1.3"/>'
            f'<path d="{_SIGNS[sign]}" fill="{closed}" stroke="{edge}" stroke-width="1.6"/></g>'
        )
    named = " · ".join(filter(None, [node.text, node.note, words_of(sign)]))
    inner = f'<g class="{classes}" data-step="{escape(key)}"><title>{escape(named)}</title>{"".join(parts)}</g>'
    return f'<a href="{escape(look.links[key])}">{inner}</a>' if look.links.get(key) else inner
