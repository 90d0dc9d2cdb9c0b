"""Every text of a draft in both languages beside each other: what is not translated, what was changed since (F36)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.domain.cells import PAIRS
from processes.domain.sheet import NUMBERED, Sheet
from processes.models import Field, Form, Outcome, Revision, Step

ENDS = (("zh", "en"), ("en", "zh"))
_ELEMENTS = ("purpose", "scope", "rules", "inputs", "outputs")
_STEP = ("title", "operation", "example", "inputs", "outputs")
_NAMES: dict[type[models.Model], tuple[str, ...]] = {
    Revision: _ELEMENTS, Step: _STEP, Form: ("name",), Field: ("label", "help"), **PAIRS,
}  # fmt: skip
LABELS: dict[str, Any] = {
    "purpose": _("Purpose"), "scope": _("Scope of application"), "rules": _("Operating rules"), "inputs": _("Inputs"),
    "outputs": _("Outputs"), "title": _("Title"), "operation": _("Operation"), "example": _("Example"),
    "label": _("Label"), "help": _("Help"), "name": _("Name"), "duty": _("Duty"), "trigger": _("Trigger"),
    "response": _("Response"), "term": _("Term"), "meaning": _("Meaning"), "note": _("Note"), "text": _("Pain point"),
    "evidence": _("Evidence"), "option": _("Option"), "way": _("Way on"),
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """One text in both languages: the row and the cells it is written by; *lacks* and *behind* name a language."""

    row: str
    name: str
    cells: dict[str, str]
    label: Any
    zh: str
    en: str
    most: int
    behind: str = ""

    @property
    def lacks(self) -> str:
        """The language in which it is not written although it is in the other."""
        written = {"zh": self.zh.strip(), "en": self.en.strip()}
        return next((end for end, other in ENDS if written[other] and not written[end]), "")

    @property
    def is_long(self) -> bool:
        return self.most > 120


@dataclass
class Group:
    """Texts that belong together, under a title."""

    title: Any
    pairs: list[Pair] = field(default_factory=list)


def groups_of(sheet: Sheet) -> list[Group]:
    """Return every text of a draft by what it is of, each with the language that is behind. Some twenty statements."""
    behind = changed_since(sheet)

    def pairs(row: Any, name: str, *, label: Any = None) -> Iterator[Pair]:
        for text in _NAMES[type(row)]:
            column: Any = row._meta.get_field(f"{text}_zh")
            both = {end: getattr(row, f"{text}_{end}") for end, _other in ENDS}
            late = behind.get((type(row), row.pk, text), "") if both["zh"].strip() and both["en"].strip() else ""
            cells = {end: f"{text}_{end}" for end, _other in ENDS}
            yield Pair(name, text, cells, label or LABELS[text], **both, most=column.max_length, behind=late)

    found = [Group(_("Elements"), list(pairs(sheet.revision, "elements")))]
    rows = sheet.numbered
    for row in rows["responsibility"]:
        found.append(Group(row.post or row.department, list(pairs(row, f"responsibility:{row.pk}"))))
    for step in sheet.steps:
        group = Group(step, list(pairs(step, step.key)))
        for way in sheet.outcomes[step.key]:
            group.pairs += pairs(way, f"outcome:{step.key}:{way.key}", label=LABELS["way"])
        for rule in rows["exception"]:
            if rule.step is step:
                group.pairs += pairs(rule, f"exception:{rule.pk}")
        found.append(group)
    for form in sheet.forms:
        group = Group(form, list(pairs(form, f"form:{form.key}")))
        for one in sheet.fields[form.key]:
            name = f"form:{form.key}:{one.key}"
            group.pairs += pairs(one, name)
            group.pairs += _options(one, name)
        found.append(group)
    for kind, title in (("term", _("Glossary")), ("reference", _("Referenced rules")), ("pain", _("Pain points"))):
        found.append(Group(title, [pair for row in rows[kind] for pair in pairs(row, f"{kind}:{row.pk}")]))
    return [group for group in found if group.pairs]


def _options(one: Field, name: str) -> Iterator[Pair]:
    for option in one.options:
        cells = {end: f"option:{option['key']}:{end}" for end, _other in ENDS}
        yield Pair(name, f"option:{option['key']}", cells, LABELS["option"], option["zh"], option["en"], 80)


def lacking(groups: Iterable[Group]) -> dict[str, int]:
    """Return how many texts each language lacks."""
    pairs = [pair for group in groups for pair in group.pairs]
    return {end: sum(pair.lacks == end for pair in pairs) for end, _other in ENDS}


def only(groups: Iterable[Group], which: str) -> list[Group]:
    """Return the texts that lack a language (``missing``), or of which one is behind (``behind``)."""
    kept = [
        Group(group.title, [pair for pair in group.pairs if (pair.lacks if which == "missing" else pair.behind)])
        for group in groups
    ]
    return [group for group in kept if group.pairs]


# --- what was changed since its translation ---------------------------------------------------------------------


def changed_since(sheet: Sheet) -> dict[tuple[type[models.Model], Any, str], str]:
    """Return, by row and text, the language that was not changed since the other was. A statement for each model.

    Written in one language first and in the other afterwards is a translation; changed in one language
    later leaves the other behind, until that is changed too.
    """
    revision = sheet.revision
    which: dict[type[models.Model], list[Any]] = {
        Revision: [revision.pk], Step: [row.pk for row in sheet.steps], Form: [row.pk for row in sheet.forms],
        Field: [row.pk for rows in sheet.fields.values() for row in rows],
        Outcome: [row.pk for rows in sheet.outcomes.values() for row in rows],
        **{model: [row.pk for row in sheet.numbered[kind]] for kind, model in NUMBERED.items()},
    }  # fmt: skip
    found: dict[tuple[type[models.Model], Any, str], str] = {}
    for model, keys in which.items():
        names = _NAMES[model]
        columns = [f"{name}_{end}" for name in names for end, _other in ENDS]
        history: Any = model.history  # type: ignore[attr-defined]
        entries = history.filter(id__in=keys).order_by("history_id").values("id", *columns)
        before: dict[Any, dict[str, str]] = {}
        for entry in entries if keys else ():
            old = before.get(entry["id"])
            before[entry["id"]] = entry
            if old is None:
                continue
            for name in names:
                key = (model, entry["id"], name)
                found[key] = _behind(old, entry, name, found.get(key, ""))
    return found


def _behind(old: dict[str, str], new: dict[str, str], name: str, behind: str) -> str:
    changed = [end for end, _other in ENDS if old[f"{name}_{end}"] != new[f"{name}_{end}"]]
    if len(changed) != 1:
        return "" if changed else behind
    mine = changed[0]
    other = "en" if mine == "zh" else "zh"
    # The first text in a language is a translation of the other; so is what catches up with it.
    if behind == mine or not old[f"{name}_{mine}"].strip() or not new[f"{name}_{other}"].strip():
        return ""
    return other
