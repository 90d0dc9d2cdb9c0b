"""The pools of a BPMN file: a standard has one process, the others are named (F18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from lxml import etree

from processes.domain.chart.bpmn_graph import TASKS, Drop, name_of, tag_of


@dataclass(frozen=True)
class Pool:
    """A process of the file that can be taken over."""

    id: str
    name: str
    steps: int


def pools_of(root: etree._Element, processes: list[etree._Element]) -> list[Pool]:
    """Return the processes of a file under the names of their pools."""
    names = {element.get("processRef"): name_of(element) for element in root.iter() if tag_of(element) == "participant"}
    return [
        Pool(
            element.get("id") or "",
            names.get(element.get("id")) or name_of(element) or element.get("id") or "",
            sum(tag_of(child) in TASKS for child in element.iter()),
        )
        for element in processes
    ]


def besides(root: etree._Element, chosen: Pool, pools: list[Pool]) -> Iterator[Drop]:
    """Yield other pools, messages between pools, and files that this one refers to."""
    for row in pools:
        if row.id != chosen.id:
            why = _("Another pool. A standard has one process; take it over into a standard of its own.")
            yield Drop(row.id, "participant", row.name, why)
    known = {row.id for row in pools}
    for element in root.iter():
        kind, name = tag_of(element), element.get("id") or ""
        if kind == "participant" and element.get("processRef") not in known:
            why = _("A pool without steps: somebody outside.")
            yield Drop(name, kind, name_of(element), why)
        elif kind == "messageFlow":
            why = _("A message to another pool. If somebody sends it, that is a step.")
            yield Drop(name, kind, name_of(element), why)
        elif kind == "import":
            why = _("Refers to another file, which is not read.")
            yield Drop(name, kind, (element.get("location") or "")[:120], why)
        elif kind in ("textAnnotation", "group") and tag_of(element.getparent()) == "collaboration":
            why = _("A remark in the drawing. Write what matters of it into the step.")
            yield Drop(name, kind, " ".join("".join(element.itertext()).split())[:120], why)
