"""Every change of a draft as people read it: one act after another, each with the cells before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from processes.models import Branch, ExceptionRule, Field, Form, Outcome, Responsibility, Revision, Step, StepPost
from procstd.history import differences, names_pointed_to, readable

#: How many acts are told.
MOST = 30
#: Columns that say where a row stands, not what it says.
_PLACE = frozenset({"edition", "revision", "step", "form_id", "outcome"})


@dataclass
class Line:
    """One cell, or one row that came or went."""

    where: str
    kind: str
    label: Any = ""
    before: Any = ""
    after: Any = ""


@dataclass
class Act:
    """One act on a draft: everything that was saved at once."""

    at: datetime
    by: Any
    why: str
    lines: list[Line] = field(default_factory=list)


def _entries(revision: Revision, since: datetime | None) -> list[tuple[Any, Any]]:
    """Return the history entries of all rows of the draft with the entry before each, oldest first."""
    steps: Any = Step.history.filter(revision_id=revision.pk)  # type: ignore[attr-defined]
    forms: Any = Form.history.filter(revision_id=revision.pk)  # type: ignore[attr-defined]
    outcomes: Any = Outcome.history.filter(step_id__in=steps.values("id"))  # type: ignore[attr-defined]
    which: list[tuple[Any, Q]] = [
        (Revision, Q(id=revision.pk)),
        (Step, Q(revision_id=revision.pk)),
        (StepPost, Q(step_id__in=steps.values("id"))),
        (Outcome, Q(step_id__in=steps.values("id"))),
        (Branch, Q(outcome_id__in=outcomes.values("id"))),
        (ExceptionRule, Q(step_id__in=steps.values("id"))),
        (Form, Q(revision_id=revision.pk)),
        (Field, Q(form_id__in=forms.values("id"))),
        (Responsibility, Q(revision_id=revision.pk)),
    ]
    found: list[tuple[Any, Any]] = []
    for model, condition in which:
        rows = model.history.filter(condition)
        if since is not None:
            recent = rows.filter(history_date__gt=since)
            rows = rows.filter(Q(history_date__gt=since) | Q(id__in=recent.values("id")))
        before: dict[Any, Any] = {}
        for entry in rows.select_related("history_user").order_by("history_id"):
            if since is None or entry.history_date > since:
                found.append((entry, before.get(entry.id)))
            before[entry.id] = entry
    return sorted(found, key=lambda pair: (pair[0].history_date, isinstance(pair[0], Revision.history.model)))  # type: ignore[attr-defined]


def changes_of(revision: Revision, *, most: int = MOST) -> list[Act]:
    """Return the latest *most* acts, newest first. A number of queries that does not grow."""
    own = revision.history.order_by("-history_id").values_list("history_date", flat=True)[: most + 1]
    since = own[most] if len(own) > most else None
    pairs = _entries(revision, since)
    names = names_pointed_to(pairs)
    places = _places(revision)
    acts: list[Act] = []
    lines: list[Line] = []
    begun: Any = None
    for entry, before in pairs:
        if entry.instance_type is Revision and entry.history_type == "+":
            begun = entry
        elif begun and _signature(entry) == _signature(begun):
            continue  # written when the draft was begun: nothing was changed yet
        lines += _lines(entry, before, names, places)
        if entry.instance_type is Revision:  # an act saves the draft itself last
            acts.append(Act(entry.history_date, entry.history_user, entry.history_change_reason or "", lines))
            lines = []
    return acts[::-1]


def _signature(entry: Any) -> tuple[Any, Any, bool]:
    return entry.history_user_id, entry.history_change_reason, entry.history_type == "+"


def _places(revision: Revision) -> dict[tuple[type, Any], str]:
    """Return what rows are called, by model and number; of what is gone too, as it was called last."""
    found: dict[tuple[type, Any], str] = {}
    for entry in Step.history.filter(revision_id=revision.pk).order_by("history_id"):  # type: ignore[attr-defined]
        found[Step, entry.id] = f"{entry.number} {entry.title_zh or entry.title_en}"
    for entry in Form.history.filter(revision_id=revision.pk).order_by("history_id"):  # type: ignore[attr-defined]
        found[Form, entry.id] = entry.name_zh or entry.name_en
    return found


def _where(entry: Any, places: dict[tuple[type, Any], str]) -> str:
    model = entry.instance_type
    if model is Step:
        return places.get((Step, entry.id), "")
    if hasattr(entry, "step_id"):
        return places.get((Step, entry.step_id), "")
    if model is Form:
        return places.get((Form, entry.id), "")
    if model is Field:
        return f"{places.get((Form, entry.form_id), '')}: {entry.label_zh or entry.label_en or entry.key}"
    return ""


def _lines(entry: Any, before: Any, names: Any, places: Any) -> Iterable[Line]:
    where = _where(entry, places)
    if entry.history_type != "~" or before is None:
        if entry.instance_type is not Revision:
            kind = "deleted" if entry.history_type == "-" else "added"
            yield Line(where, kind, entry.instance_type._meta.verbose_name, after=_named(entry, names))
        return
    for column, old, new in differences(before, entry):
        if column.name not in _PLACE and not (column.name == "number" and entry.instance_type is Step):
            yield Line(
                where, "changed", column.verbose_name, readable(column, old, names), readable(column, new, names)
            )


def _named(entry: Any, names: Any) -> str:
    """Say in a few words what came or went."""
    if entry.instance_type is StepPost:
        post = names.get(StepPost._meta.get_field("post").related_model, {}).get(entry.post_id, "")
        return f"{post} ({entry.duty})"
    for name in ("title", "label", "name", "trigger", "duty"):
        words = getattr(entry, f"{name}_zh", "") or getattr(entry, f"{name}_en", "")
        if words:
            return str(words)
    return ""
