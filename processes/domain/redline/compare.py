"""Compare two versions of a standard: everything that a definition holds, each difference once (F27)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change, Kind
from processes.domain.redline.forms import forms_between
from processes.domain.redline.limits import clockwork_between, exceptions_between, limits_between, thresholds_between
from processes.domain.redline.parts import attachments_between, elements_between, responsibilities_between
from processes.domain.redline.steps import steps_between
from processes.domain.standard import Standard
from procstd.bilingual import filled

_PARTS = (
    elements_between, responsibilities_between, limits_between, exceptions_between, steps_between, forms_between,
    thresholds_between, clockwork_between, attachments_between,
)  # fmt: skip

_TITLES: dict[str, Any] = {
    "process": _("Process"),
    "elements": _("Purpose, scope, rules, inputs and outputs"),
    "responsibilities": _("Responsibilities"),
    "totals": _("Time standards"),
    "exceptions": _("Exceptions"),
    "thresholds": _("Who is told when"),
    "clockwork": _("Clocks, holds and dissatisfaction"),
    "glossary": _("Glossary"),
    "references": _("Referenced rules"),
    "pain-points": _("Pain points"),
}


def changes_between(old: Standard, new: Standard) -> list[Change]:
    """Return what differs, in the order of the manual; each difference has an anchor of its own.

    The number of the version is no difference, nor are keys that only say in which order things stand.
    """
    return list(_with_own_anchors(change for part in _PARTS for change in part(old, new)))


def _with_own_anchors(changes: Iterable[Change]) -> Iterator[Change]:
    seen: dict[str, int] = {}
    for change in changes:
        count = seen[change.anchor] = seen.get(change.anchor, 0) + 1
        yield replace(change, field=f"{change.field}#{count}") if count > 1 else change


@dataclass(frozen=True)
class Group:
    """The differences of one element, one step or one form."""

    place: str
    title: Any
    changes: list[Change]

    @property
    def anchor(self) -> str:
        return "redline-" + self.place.replace(":", "-")


def groups_of(changes: Iterable[Change], old: Standard, new: Standard) -> list[Group]:
    """Return *changes* by element and by step, in the order in which they come."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.place, []).append(change)
    return [Group(place, title_of(place, old, new), rows) for place, rows in found.items()]


def title_of(place: str, old: Standard, new: Standard) -> Any:
    """Name the element, the step or the form, as the new version calls it if it has it."""
    kind, _colon, key = place.partition(":")
    if kind == "step" and (step := new.step(key) or old.step(key)):
        return filled(_("Step %(number)s: %(title)s"), number=step.number, title=step.title)
    if kind == "form" and (form := new.form(key) or old.form(key)):
        return filled(_("Form: %(name)s"), name=form.name)
    return _TITLES.get(kind, place)


def marks_between(changes: Sequence[Change]) -> tuple[dict[str, str], dict[str, str]]:
    """Return how steps are marked in the pictures of the old and of the new version, by their keys."""
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for change in changes:
        if not change.step:
            continue
        whole = change.field in ("", "order")
        if change.kind == Kind.REMOVED and whole:
            old[change.step] = "removed"
        elif change.kind == Kind.ADDED and whole:
            new[change.step] = "added"
        elif change.kind == Kind.MOVED and whole:
            old[change.step] = new[change.step] = "moved"
        else:
            for marks in (old, new):
                marks.setdefault(change.step, "changed")
    return old, new
