"""How far a draft is: the eight elements of H2.3.1, what each lacks, and the texts that one language lacks (F36)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.faults import Fault

#: Names of people's posts and of the process are written elsewhere.
_NOT_OURS = frozenset({"post", "department", "escalate_to", "process", "recipient_posts"})
ELEMENTS: tuple[tuple[str, Any, str], ...] = (
    ("name", _("Process name"), "elements"),
    ("scope", _("Purpose and scope of application"), "elements"),
    ("responsibilities", _("Responsible departments and posts"), "parts"),
    ("nodes", _("Steps and key nodes"), "steps"),
    ("rules", _("Operating rules"), "elements"),
    ("inputs", _("Inputs, outputs and forms"), "forms"),
    ("limits", _("Time standards"), "parts"),
    ("exceptions", _("Exception handling"), "parts"),
)


@dataclass
class Element:
    """One of the eight: complete once no fault is left in it."""

    key: str
    label: Any
    section: str
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.faults


def progress(faults: list[Fault]) -> list[Element]:
    """Return the eight elements, each with its *faults*."""
    found = {key: Element(key, label, section) for key, label, section in ELEMENTS}
    for fault in faults:
        found[_element_of(fault)].faults.append(fault)
    return list(found.values())


def _element_of(fault: Fault) -> str:
    kind, name = fault.place.partition(":")[0], fault.field or ""
    if kind in ("totals", "thresholds", "clockwork"):
        return "limits"
    if kind in ("responsibilities", "exceptions"):
        return kind
    if kind == "form" or name.startswith(("inputs", "outputs")):
        return "inputs"
    if kind == "elements":
        return "rules" if name.startswith("rules") else "scope"
    if name == "posts":
        return "responsibilities"
    if name.startswith("operation"):
        return "rules"
    return "limits" if name.startswith("limit") else "nodes"


def untranslated(definition: Any) -> dict[str, int]:
    """Return how many texts of a definition are written in one language only, by the language that lacks."""
    counts = {"zh": 0, "en": 0}
    for words in _texts(definition):
        for end, other in (("zh", "en"), ("en", "zh")):
            counts[end] += bool(words[other].strip()) and not words[end].strip()
    return counts


def _texts(data: Any) -> Iterator[dict[str, str]]:
    if isinstance(data, list):
        for row in data:
            yield from _texts(row)
    elif isinstance(data, dict):
        if isinstance(data.get("zh"), str) and isinstance(data.get("en"), str):
            yield data
        for key, row in data.items():
            if key not in _NOT_OURS:
                yield from _texts(row)
