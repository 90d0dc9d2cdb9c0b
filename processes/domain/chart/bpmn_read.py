"""Read BPMN 2.0 of any tool as the steps of a standard, and list what of it a standard cannot hold (F18).

Steps of ours come back with their keys and all that the drawing does not say; the drawing has the say about names,
lanes and ways.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from lxml import etree

from processes.domain.chart.bpmn_file import parse_file
from processes.domain.chart.bpmn_graph import Drop, Goal, Graph, graph_of, name_of, tag_of
from processes.domain.chart.bpmn_groups import Spot, find_groups
from processes.domain.chart.bpmn_pools import Pool, besides, pools_of
from processes.domain.chart.bpmn_ways import outcomes_of
from processes.domain.chart.bpmn_write import OWN
from processes.domain.chart.soundness import places_from_text, step_from_text
from processes.domain.chart.stepdata import Data, empty_step
from procstd.errors import DomainError

MOST_STEPS = 200
_TITLE_MOST, _OPERATION_MOST = 120, 10_000


@dataclass
class Imported:
    """What a file says: the steps as data of a definition, and everything that is not taken over."""

    steps: list[Data]
    pool: Pool
    pools: list[Pool]
    drops: list[Drop] = field(default_factory=list)
    #: The names of the lanes of steps whose posts the file does not say, innermost first, by key.
    lanes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: The keys that steps of ours kept.
    kept: set[str] = field(default_factory=set)


def read_bpmn(content: bytes, pool: str = "", *, code: str = "", taken: Collection[str] = ()) -> Imported:
    """Read the file; of several pools the one named, or the one with most steps. Raises DomainError, in words.

    Steps keep their keys where the file is of the process *code*; new ones get none of those *taken*.
    """
    root = parse_file(content)
    processes = [element for element in root if tag_of(element) == "process"]
    pools = pools_of(root, processes)
    chosen = next((row for row in pools if row.id == pool), None) or max(pools, key=lambda row: row.steps, default=None)
    if chosen is None or not chosen.steps:
        raise DomainError(_("The file has no step: no process in it contains a task."), field="file")
    process = next(element for element in processes if (element.get("id") or "") == chosen.id)
    graph = graph_of(process)
    if len(graph.steps) > MOST_STEPS:
        raise DomainError(
            _("The process has %(count)d steps; at most %(most)d can be taken over. Divide it.")
            % {"count": len(graph.steps), "most": MOST_STEPS},
            field="file",
        )
    found = Imported([], chosen, pools, graph.drops)
    found.drops += besides(root, chosen, pools)
    _Reader(graph, process, found, code=code, taken=taken).read()
    return found


class _Reader:
    """Turns the graph of a process into steps."""

    def __init__(
        self, graph: Graph, process: etree._Element, found: Imported, *, code: str, taken: Collection[str]
    ) -> None:
        self.graph, self.found, self.taken = graph, found, taken
        own = process.find(f".//{{{OWN}}}standard")
        #: A key means the same step only within one process.
        self.keeps = not code or own is None or own.get("code") == code
        self.known: dict[str, Data] = {}
        self.lane: dict[str, etree._Element] = {}
        for element in process.iter():
            if tag_of(element) == "flowNodeRef" and element.text:
                # An inner lane comes after the one around it.
                self.lane[element.text.strip()] = element.getparent()
        self._recognize()

    def read(self) -> None:
        """Fill in the steps, their order, groups, lanes and ways."""
        spots = find_groups(self.graph, self._known_spot)
        order = self._order()
        keys = self._keys(order)
        numbers = self._numbers(order)
        rows = {}
        for name in order:
            row = self.known.get(name) or self._new(name, keys[name])
            row = {**row, "key": keys[name], "number": numbers[name], **self._spot(name, spots)}
            self._take_names(name, row)
            self._take_lane(name, row)
            rows[name] = row
        groups = {keys[name]: row["group"] for name, row in rows.items()}
        for name, row in rows.items():
            goals = self.graph.goals(name)
            if name not in self.known and not self.graph.out[name]:
                goals = [Goal(None, (), ())]  # nothing after it: there the flow ends
            row["outcomes"] = outcomes_of(row, goals, keys, numbers, groups, rows, self.found.drops)
            self._forget_missing(row, set(keys.values()))
        self.found.steps = sorted(rows.values(), key=lambda row: int(row["number"]))

    # --- which steps are ours ---

    def _recognize(self) -> None:
        """Find the steps that this software wrote; a copy of one is a new step."""
        used: set[str] = set()
        for name in self.graph.steps:
            element = self.graph.nodes[name].element
            own = element.find(f".//{{{OWN}}}step")
            if own is None:
                continue
            data = step_from_text(own.text or "")
            if data is None:
                self._drop(name, "extensionElements", _("What this software wrote at the step was altered elsewhere."))
            elif data["key"] in used:
                self._drop(name, "userTask", _("A copy of a step: it is taken over as a new one, by its name only."))
            else:
                used.add(data["key"])
                self.known[name] = data

    def _drop(self, name: str, kind: str, why: object) -> None:
        self.found.drops.append(Drop(name, kind, name_of(self.graph.nodes[name].element), why))

    def _known_spot(self, name: str) -> tuple[int | None, int]:
        row = self.known.get(name)
        return (row["group"], row["lane"]) if row else (None, 1)

    def _spot(self, name: str, spots: Mapping[str, Spot]) -> Data:
        if name in spots:
            return {"group": spots[name].group, "lane": spots[name].lane}
        group, lane = self._known_spot(name)
        # A group of one lane, as a draft may have, forks nothing; its bar still stands there.
        if group is not None and f"fork{group}" in self.graph.nodes and f"fork{group}" not in self.graph.entries:
            return {"group": group, "lane": lane}
        return {"group": None, "lane": lane if group is None else 1}

    # --- order, keys, names ---

    def _order(self) -> list[str]:
        """Return the steps in the order in which the flow comes to them, first what leads to a step, then the step."""
        after = {name: self.graph.first_steps(name, past=True) for name in self.graph.steps}
        for fork, entry in self.graph.entries.items():
            lanes = [step for flow in self.graph.out[fork] for step in self.graph.first_steps(flow.target)]
            for name, following in after.items():
                if entry in following:
                    after[name] = [*following, *lanes]
        begun = [step for start in self.graph.starts() for step in self.graph.first_steps(start)]
        begun += [step for entry in begun for fork, first in self.graph.entries.items() if first == entry
                  for flow in self.graph.out[fork] for step in self.graph.first_steps(flow.target)]  # fmt: skip
        done: list[str] = []
        seen: set[str] = set()
        for root in [*begun, *self.graph.steps]:
            if root not in seen:
                done += self._visited(root, after, seen)
        # The order of a steps table that the file still has is kept.
        if all(name in self.known for name in done):
            return sorted(done, key=lambda name: int(self.known[name]["number"]))
        return done

    def _visited(self, root: str, after: Mapping[str, list[str]], seen: set[str]) -> list[str]:
        """Return what is reached from *root*, each before what follows it; loops are cut where they lead back."""
        found: list[str] = []
        seen.add(root)
        stack = [(root, iter(list(reversed(after[root]))))]
        while stack:
            name, following = stack[-1]
            step = next((step for step in following if step not in seen), None)
            if step is None:
                found.insert(0, name)
                stack.pop()
            else:
                seen.add(step)
                stack.append((step, iter(list(reversed(after[step])))))
        return found

    def _keys(self, order: list[str]) -> dict[str, str]:
        keys = {name: str(row["key"]) for name, row in self.known.items() if self.keeps}
        self.found.kept = set(keys.values())
        numbers = [int(key[1:]) for key in (*keys.values(), *self.taken) if key[1:].isdecimal()]
        free = max(numbers, default=0)
        for name in order:
            if name not in keys:
                free += 1
                keys[name] = f"s{free}"
        return keys

    def _numbers(self, order: list[str]) -> dict[str, int]:
        if all(name in self.known for name in order):
            return {name: int(self.known[name]["number"]) for name in order}
        return {name: place for place, name in enumerate(order, 1)}

    def _new(self, name: str, key: str) -> Data:
        element = self.graph.nodes[name].element
        title = name_of(element)
        if not title:
            self._drop(name, tag_of(element), _("The step has no name; give it one."))
        if len(title) > _TITLE_MOST:
            self._drop(name, tag_of(element), _("The name is longer than a title may be; it is cut."))
        row = empty_step(key, 0, _said({"zh": "", "en": ""}, title[:_TITLE_MOST]))
        row["operation"] = _said(row["operation"], _documentation(element)[:_OPERATION_MOST])
        return row

    def _take_names(self, name: str, row: Data) -> None:
        """Take the name and the documentation over where somebody changed them."""
        if name not in self.known:
            return
        element = self.graph.nodes[name].element
        for part, said, most in (
            ("title", name_of(element), _TITLE_MOST),
            ("operation", _documentation(element), _OPERATION_MOST),
        ):
            if said and not any(_same(said, text) for text in row[part].values()):
                row[part] = _said(row[part], said[:most])
                self._drop(name, part, _("Changed in the drawing; look at the words in the other language."))

    # --- lanes ---

    def _take_lane(self, name: str, row: Data) -> None:
        lane = self._lane_of(name)
        if lane is None:
            if name not in self.known:
                self.found.lanes[row["key"]] = ()
            return
        own = next((child for child in lane.iter(f"{{{OWN}}}lane")), None)
        places = places_from_text(own.text or "") if own is not None else None
        if own is not None and places is not None and own.get("name") == lane.get("name"):
            row["posts"] = {**row["posts"], "R": places} if places or row["posts"].get("R") else row["posts"]
        else:
            self.found.lanes[row["key"]] = _names_around(lane)

    def _lane_of(self, name: str) -> etree._Element | None:
        """Return the lane of a step, or of the sub-process that it stands in."""
        while name and name not in self.lane:
            name = self.graph.nodes[name].inside
        return self.lane.get(name)

    def _forget_missing(self, row: Data, keys: set[str]) -> None:
        if row["not_by"] and row["not_by"] not in keys:
            row["not_by"] = ""
        if row["limit"] and row["limit"]["from"] and row["limit"]["from"] not in keys:
            row["limit"] = {**row["limit"], "from": ""}


def _names_around(lane: etree._Element) -> tuple[str, ...]:
    names = []
    parent: etree._Element | None = lane
    while parent is not None and tag_of(parent) in ("lane", "laneSet", "childLaneSet"):
        if tag_of(parent) == "lane" and name_of(parent):
            names.append(name_of(parent)[:200])
        parent = parent.getparent()
    return tuple(names)


def _documentation(element: etree._Element) -> str:
    texts = ["".join(child.itertext()).strip() for child in element if tag_of(child) == "documentation"]
    return "\n".join(filter(None, texts))


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _said(words: Data, text: str) -> Data:
    """Put *text* into the language it is written in."""
    wide = any(unicodedata.east_asian_width(letter) == "W" for letter in text)
    return {**words, "zh" if wide else "en": text}
