"""Departures in words, in the language in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from audits.models import Deviation, DeviationKind
from cases.models.clock import Target
from processes.domain.standard import Standard
from procstd.moments import moment
from procstd.organisation.models import User


def people_in(rows: Iterable[Deviation]) -> dict[int, Any]:
    """Return the people that departures name. One statement."""
    keys: set[int] = set()
    for row in rows:
        keys |= set(row.detail.get("people", ()))
        if row.detail.get("by"):
            keys.add(row.detail["by"])
    return User.objects.in_bulk(sorted(keys)) if keys else {}


def departure_words(row: Deviation, standard: Standard | None, people: Mapping[int, Any]) -> str:
    """Say what departed from the standard; an auditor's own in his words."""
    if row.text:
        return row.text
    detail = row.detail
    said = {
        DeviationKind.SKIPPED: _skipped, DeviationKind.ORDER: _order, DeviationKind.POST: _post,
        DeviationKind.LATE: _late, DeviationKind.FIELD: _field, DeviationKind.SIGNATURE: _signature,
        DeviationKind.SEPARATION: _separation,
    }.get(DeviationKind(row.kind))  # fmt: skip
    return said(detail, standard, people, row.step) if said else ""


def step_words(key: str, standard: Standard | None) -> str:
    """Name a step by number and title; no step is the whole case."""
    if not key:
        return _("whole case")
    step = standard.step(key) if standard else None
    return f"{step.number} {step.title}" if step else key


def _skipped(detail: Any, _standard: Any, _people: Any, _step: str) -> str:
    if detail.get("key_node"):
        return _("A key node; not done before the case was closed.")
    return _("Not done before the case was closed.")


def _order(detail: Any, _standard: Any, _people: Any, _step: str) -> str:
    if detail.get("how") == "late":
        return _("Done after what should have followed it.")
    return _("Done when it was not due, and nobody had sent it back.")


def _post(detail: Any, _standard: Any, people: Mapping[int, Any], _step: str) -> str:
    if not detail.get("by"):
        return _("Done by nobody who is known.")
    return _("Done by %(who)s, who held no post responsible for it on that day.") % {"who": _name(detail["by"], people)}


def _late(detail: Any, _standard: Any, _people: Any, _step: str) -> str:
    target = detail.get("target", "")
    label = Target(target).label if target in Target.values else target
    return _("Limit exceeded (%(target)s): %(when)s.") % {
        "target": label, "when": moment(datetime.fromisoformat(detail["at"])),
    }  # fmt: skip


def _field(detail: Any, standard: Standard | None, _people: Any, _step: str) -> str:
    form = standard.form(detail.get("form")) if standard else None
    found = [(form.field(key) if form else None, key) for key in detail.get("fields", ())]
    return _("Required and not answered: %(fields)s.") % {
        "fields": _(", ").join(str(row.label) if row else key for row, key in found)
    }


def _signature(detail: Any, standard: Standard | None, people: Mapping[int, Any], step: str) -> str:
    said = []
    if posts := detail.get("posts"):
        found = standard.step(step) if standard else None
        named = {place.code: str(place) for place in found.countersigned} if found else {}
        names = _(", ").join(named.get(code, code) for code in posts)
        said.append(_("Completed without the countersignature of: %(posts)s.") % {"posts": names})
    if asked := detail.get("people"):
        names = _(", ").join(_name(key, people) for key in asked)
        said.append(_("Asked for and not given before the step was completed: %(who)s.") % {"who": names})
    return " ".join(said)


def _separation(detail: Any, standard: Standard | None, people: Mapping[int, Any], _step: str) -> str:
    who = _name(detail.get("by"), people)
    if detail.get("also") == "signature":
        return _("%(who)s completed the step and countersigned it.") % {"who": who}
    return _("%(who)s also did “%(step)s”, whose doer may not do this one.") % {
        "who": who, "step": step_words(detail.get("also", ""), standard),
    }  # fmt: skip


def _name(key: Any, people: Mapping[int, Any]) -> str:
    return str(people[key]) if key in people else _("somebody")
