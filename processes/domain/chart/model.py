"""What a chart shows of a standard: nodes in lanes, and the ways between them (H2.2.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from processes.domain.standard import Condition, Outcome, Place, Standard, Step

#: Kinds of node.
START, END, STEP, DECISION, FORK, JOIN = "start", "end", "step", "decision", "fork", "join"


@dataclass(frozen=True)
class Node:
    """Something that stands in a lane. A decision follows its step; bars begin and end what runs in parallel."""

    id: str
    kind: str
    lane: int
    text: str = ""
    note: str = ""
    #: The steps it stands for: one in a micro chart, perhaps several in a macro chart.
    steps: tuple[str, ...] = ()
    is_key: bool = False


@dataclass(frozen=True)
class Edge:
    """A way from one node to another; *ways* are the outcomes it stands for: key, and number of the branch or None."""

    id: str
    source: str
    target: str
    label: str = ""
    ways: tuple[tuple[str, int | None], ...] = ()
    is_send_back: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart before anything has its place. Nodes stand in the order of the steps table."""

    title: str
    lanes: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def micro(standard: Standard, notes: Mapping[str, str] | None = None) -> Chart:
    """Return the chart of every step, in lanes by the posts that do it; *notes* stand under the titles, by key."""
    return _Builder(standard, [[step] for step in standard.steps], _posts_of, notes or {}).chart()


def macro(standard: Standard) -> Chart:
    """Return the chart of the core nodes, in lanes by department.

    Key nodes stand alone; steps in a row of one department without a key node are one node.
    """
    departments = {
        str(row.post): str(row.department) for row in standard.responsibilities if row.post and row.department
    }

    def lane(step: Step) -> str:
        place = step.responsible[0] if step.responsible else None
        if place is None:
            return _("Nobody yet")
        return str(place.department_name or departments.get(str(place.name)) or place.name)

    units: list[list[Step]] = []
    for step in standard.steps:
        last = units[-1][-1] if units else None
        if (
            last is not None
            and not (step.is_key_node or last.is_key_node)
            and (step.group, step.lane, lane(step)) == (last.group, last.lane, lane(last))
        ):
            units[-1].append(step)
        else:
            units.append([step])
    return _Builder(standard, units, lane, {}).chart()


def condition_words(standard: Standard, condition: Condition) -> str:
    """Say a condition as short as a branch's label: “Grade: Urgent”."""
    field = standard.field(condition.field)
    if field is None:
        return f"{condition.field}: {condition.value}"
    if field.kind == "yes_no":
        value = {"yes": _("yes"), "no": _("no")}.get(condition.value, condition.value)
    else:
        value = str(dict(field.options).get(condition.value, condition.value))
    return _("%(field)s: %(value)s") % {"field": field.label, "value": value}


def _posts_of(step: Step) -> str:
    return " / ".join(map(_post_of, step.responsible)) or _("Nobody yet")


def _post_of(place: Place) -> str:
    if not place.department_name:
        return str(place.name)
    return _("%(post)s (%(department)s)") % {"post": place.name, "department": place.department_name}


class _Builder:
    """Builds the nodes and edges for units of steps, each of which becomes one node."""

    def __init__(
        self, standard: Standard, units: Sequence[Sequence[Step]], lane: Callable[[Step], str], notes: Mapping[str, str]
    ) -> None:
        self.standard, self.units, self.notes = standard, units, notes
        self.unit_of = {step.key: unit[0].key for unit in units for step in unit}
        self.lanes: dict[str, int] = {}
        self.lane_of = {unit[0].key: self.lanes.setdefault(lane(unit[0]), len(self.lanes)) for unit in units}
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def chart(self) -> Chart:
        units = self.units
        if not units:
            return Chart(str(self.standard.name), (), (), ())
        self.nodes.append(Node("start", START, self.lane_of[units[0][0].key], _("Start")))
        self._join("start", self._entry(units[0][0].key))
        groups = [unit[0].group for unit in units]
        for position, unit in enumerate(units):
            group = unit[0].group
            if group is not None and group not in groups[:position]:
                before = units[position - 1] if position else unit
                self.nodes.append(Node(f"fork{group}", FORK, self.lane_of[before[0].key]))
                for lane in self.standard.lanes(group).values():
                    self._join(f"fork{group}", self.unit_of[lane[0].key])
            self._unit(unit)
            if group is not None and group not in groups[position + 1 :]:
                after = units[position + 1] if position + 1 < len(units) else unit
                self.nodes.append(Node(f"join{group}", JOIN, self.lane_of[after[0].key]))
                for target in sorted(self.standard.after(group), key=str):
                    if target is None or target in self.unit_of:
                        self._join(f"join{group}", self._entry(target))
        closing = {edge.source for edge in self.edges if edge.target == "end"}
        if last := next((node for node in reversed(self.nodes) if node.id in closing), None):
            self.nodes.append(Node("end", END, last.lane, _("End")))
        return Chart(str(self.standard.name), tuple(self.lanes), tuple(self.nodes), tuple(self.edges))

    def _entry(self, key: str | None) -> str:
        """Return the node through which one comes to a step from outside of its group."""
        step = self.standard.step(key)
        if step is None:
            return "end"
        return f"fork{step.group}" if step.group is not None else self.unit_of[step.key]

    def _join(self, source: str, target: str, **facts: object) -> None:
        self.edges.append(Edge(f"w{len(self.edges) + 1}", source, target, **facts))  # type: ignore[arg-type]

    def _unit(self, unit: Sequence[Step]) -> None:
        key, last = unit[0].key, unit[-1]
        numbers = str(unit[0].number) if len(unit) == 1 else f"{unit[0].number}–{last.number}"
        title = str(unit[0].title) if len(unit) == 1 else f"{unit[0].title} – {last.title}"
        self.nodes.append(
            Node(
                key, STEP, self.lane_of[key], f"{numbers} {title}", self.notes.get(key, ""),
                tuple(step.key for step in unit), any(step.is_key_node for step in unit),
            )
        )  # fmt: skip
        ways = self._ways(unit)
        source = key
        if len(ways) > 1:
            source = f"{key}_way"
            self._join(key, source)
            self.nodes.append(Node(source, DECISION, self.lane_of[key], steps=(last.key,)))
        for target, rows in ways.items():
            labels = list(dict.fromkeys(label for label, *_rest in rows if label))
            named = len(ways) > 1 or len(rows) > 1
            self._join(
                source, target,
                label=" / ".join(labels) if named else "",
                ways=tuple((outcome.key, branch) for _label, outcome, branch in rows),
                is_send_back=all(outcome.is_send_back for _label, outcome, _branch in rows),
            )  # fmt: skip

    def _ways(self, unit: Sequence[Step]) -> dict[str, list[tuple[str, Outcome, int | None]]]:
        """Return every way out of a unit: to which node, by which outcomes and branches."""
        found: dict[str, list[tuple[str, Outcome, int | None]]] = {}
        inside = {step.key for step in unit}
        for step, following in [*pairwise(unit), (unit[-1], None)]:
            for outcome in step.outcomes:
                for label, branch, target in self._targets(step, outcome):
                    if target is not None and target not in self.unit_of:
                        continue
                    if target in inside and (following is not None or len(unit) > 1):
                        continue  # within what is drawn as one
                    found.setdefault(self._goal(step, target), []).append((label, outcome, branch))
        return found

    def _targets(self, step: Step, outcome: Outcome) -> Iterable[tuple[str, int | None, str | None]]:
        named = str(outcome.label) if len(step.outcomes) > 1 or not outcome.branches else ""
        for number, branch in enumerate(outcome.branches):
            words = condition_words(self.standard, branch.condition)
            joined = _("%(outcome)s, %(condition)s") % {"outcome": named, "condition": words} if named else words
            yield joined, number, branch.target
        yield named or _("otherwise"), None, outcome.target

    def _goal(self, step: Step, target: str | None) -> str:
        goal = self.standard.step(target)
        if step.group is not None:
            inside = goal is not None and goal.group == step.group
            return self.unit_of[goal.key] if goal and inside else f"join{step.group}"
        return self._entry(target)
