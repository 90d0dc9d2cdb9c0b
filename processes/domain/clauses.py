"""The clauses of a standard: what a comment is anchored to, and in which of them two texts differ (F23)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Standard
from procstd.bilingual import filled

_ELEMENTS = (
    ("purpose", _("Purpose")),
    ("scope", _("Scope of application")),
    ("rules", _("Operating rules")),
    ("inputs", _("Inputs")),
    ("outputs", _("Outputs")),
)
_LABELS: dict[str, Any] = {
    **dict(_ELEMENTS),
    "title": _("Title"), "operation": _("Operation"), "example": _("Example"), "limit": _("Time limit"),
    "posts": _("Posts"), "outcomes": _("Then"), "form": _("Form"), "fields": _("Fields"), "name": _("Name"),
    "key_node": _("Key node"), "number": _("Number"), "not_by": _("Not by whoever did"), "duty": _("Duty"),
    "trigger": _("Trigger"), "response": _("Response"), "escalate_to": _("Escalates to"),
    "department": _("Department"), "post": _("Post"),
}  # fmt: skip
#: Parts of the data that are read in one clause, by the place that the editor has for them.
_PARTS = {
    "responsibilities": "responsibilities", "totals": "totals", "responses": "totals", "thresholds": "thresholds",
    "recipient_posts": "thresholds", "clockwork": "clockwork", "dissatisfaction": "clockwork",
    "exceptions": "exceptions",
}  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """A clause that one can point at: *place* and *field* as a fault names them."""

    place: str
    field: str
    title: Any
    row: Any = None

    @property
    def kind(self) -> str:
        """How it is drawn: the field of an element, or the kind of its place."""
        return self.field or self.place.partition(":")[0]

    @property
    def anchor(self) -> str:
        return "clause-" + "-".join(filter(None, [self.place.replace(":", "-"), self.field]))


@dataclass(frozen=True)
class Change:
    """A value in which two texts differ."""

    clause: Any
    label: Any
    old: str
    new: str


#: The clauses that every standard has.
FIXED_CLAUSES = (
    *(Clause("elements", name, title) for name, title in _ELEMENTS[:2]),
    Clause("responsibilities", "", _("Responsibilities")),
    *(Clause("elements", name, title) for name, title in _ELEMENTS[2:]),
    # Who is told when, clocks and holds are read together with the limits.
    Clause("totals", "", _("Time standards")),
    Clause("exceptions", "", _("Exception handling")),
    Clause("steps", "", _("Flow")),
)


def clauses_of(standard: Standard) -> list[Clause]:
    """Return the clauses in the order of the manual."""
    return [
        *FIXED_CLAUSES,
        *(Clause(f"step:{step.key}", "", _step_title(step.number, step.title), step) for step in standard.steps),
        *(Clause(f"form:{form.key}", "", filled(_("Form: %(name)s"), name=form.name), form) for form in standard.forms),
    ]


def _step_title(number: int, title: Any) -> Any:
    return filled(_("Step %(number)s: %(title)s"), number=number, title=title)


def clause_named(standard: Standard, place: str, field: str) -> Clause | None:
    """Return the clause of a place and a field, if the standard has it."""
    return next((row for row in clauses_of(standard) if (row.place, row.field) == (place, field)), None)


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return each value in which two definitions differ, with the clause it stands in."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    titles = _titles(old) | _titles(new)
    found = []
    for path in sorted(before.keys() | after.keys(), key=_rank):
        if before.get(path) != after.get(path):
            clause, label = _place_of(path, titles)
            found.append(Change(clause, label, before.get(path, ""), after.get(path, "")))
    return found


def _leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield path and text of each value. Rows are told by their key, so that an inserted one moves no other."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _leaves(value, (*path, str(name)))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            key = value.get("key") if isinstance(value, Mapping) else None
            yield from _leaves(value, (*path, str(key or number)))
    elif data not in (None, ""):
        yield path, str(data)


def _titles(data: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    from processes.domain.standard import Words

    steps = {("steps", row["key"]): _step_title(row["number"], Words.of(row["title"])) for row in data.get("steps", ())}
    forms = {
        ("forms", row["key"]): filled(_("Form: %(name)s"), name=Words.of(row["name"])) for row in data.get("forms", ())
    }
    return steps | forms


def _rank(path: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    order = ["process", "purpose", "scope", "responsibilities", "rules", "inputs", "outputs", "totals", "responses"]
    return (order.index(path[0]) if path[0] in order else len(order) + (path[0] in ("steps", "forms"))), path


def _place_of(path: tuple[str, ...], titles: Mapping[tuple[str, str], Any]) -> tuple[Any, Any]:
    """Return the title of the clause that *path* stands in, and a label for the value there."""
    head = path[0]
    if head in ("steps", "forms") and len(path) > 1:
        clause: Any = titles.get((head, path[1]), path[1])
        rest = path[2:]
    elif head in _PARTS:
        clauses = {
            "responsibilities": _("Responsibilities"), "totals": _("Time standards"),
            "thresholds": _("Who is told when"), "clockwork": _("Clocks, holds and dissatisfaction"),
            "exceptions": _("Exception handling"),
        }  # fmt: skip
        clause, rest = clauses[_PARTS[head]], path[1:]
    else:
        clause, rest = _LABELS.get(head, _("Process")), path[1:]
    return clause, [_language(word) if word in ("zh", "en") else _LABELS.get(word, word) for word in rest]


def _language(word: str) -> Any:
    return {"zh": _("in Chinese"), "en": _("in English")}[word]
