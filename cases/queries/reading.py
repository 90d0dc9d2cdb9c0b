"""A case as people read it: its answers with their labels, its events in sentences, what is done and what is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from cases.models import Attachment, Case, Event, Task
from cases.models.event import EventKind
from processes.domain.standard import Field, Standard
from procstd.organisation.models import Department, User

#: What stands in the place of personal data for those who need not know (A4).
HIDDEN = "•••"


@dataclass(frozen=True)
class Answer:
    """One answer: its field's label, its value in words, and the document that it is, if it is one."""

    label: Any
    value: str
    document: Attachment | None = None
    is_long: bool = False


@dataclass(frozen=True)
class Filled:
    """A form as filled in."""

    name: Any
    answers: list[Answer]


def answers_of(
    case: Case, standard: Standard, documents: Iterable[Attachment], *, sees_personal: bool, public_only: bool = False
) -> list[Filled]:
    """Return the answers given so far, form by form. One query for people, one for departments, if any are named."""
    files = {document.file_key_text: document for document in documents}
    names = _names(case, standard)
    filled = []
    for form in standard.forms:
        given = case.data.get(form.key, {})
        answers = [
            _answer(field, given[field.key], files, names, sees_personal=sees_personal)
            for field in form.fields
            if field.key in given and (field.is_public or not public_only)
        ]
        if answers:
            filled.append(Filled(form.name, answers))
    return filled


def has_files(case: Case, standard: Standard) -> bool:
    """Tell whether an answer of *case* is a file: only then its documents are needed to read the answers."""
    return any(
        field.kind in ("file", "photo") and case.data.get(form.key, {}).get(field.key)
        for form in standard.forms
        for field in form.fields
    )


def _names(case: Case, standard: Standard) -> dict[tuple[str, str], str]:
    """Return the names of the people and departments among the answers, by kind and code."""
    codes: dict[str, set[str]] = {"person": set(), "department": set()}
    for form in standard.forms:
        for field in form.fields:
            if field.kind in codes and (code := case.data.get(form.key, {}).get(field.key)):
                codes[field.kind].add(code)
    found: dict[tuple[str, str], str] = {}
    if codes["person"]:
        people = User.objects.filter(username__in=codes["person"])
        found |= {("person", person.username): person.name for person in people}
    if codes["department"]:
        rows = Department.objects.without_tree_fields().filter(code__in=codes["department"])
        found |= {("department", row.code): row.name for row in rows}
    return found


def _answer(
    field: Field, value: Any, files: dict[str, Attachment], names: dict[tuple[str, str], str], *, sees_personal: bool
) -> Answer:
    if field.is_personal and not sees_personal:
        return Answer(field.label, HIDDEN)
    if field.kind in ("file", "photo"):
        document = files.get(value)
        return Answer(field.label, document.name if document else HIDDEN, document)
    return Answer(field.label, in_words(field, value, names), is_long=field.kind == "long_text")


def in_words(field: Field, value: Any, names: dict[tuple[str, str], str] | None = None) -> str:
    """Return an answer as people read it, in the language in force."""
    options = {key: str(words) for key, words in field.options}
    match field.kind:
        case "choice":
            return options.get(value, str(value))
        case "choices":
            return _(", ").join(options.get(one, str(one)) for one in value)
        case "yes_no":
            return _("yes") if value else _("no")
        case "person" | "department":
            return (names or {}).get((field.kind, value), str(value))
        case "date":
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        case "money":
            return "¥ " + number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True)
        case "rating":
            return _("%(rating)s of 5") % {"rating": value}
        case _:
            return str(value)


def states_of(tasks: Iterable[Task]) -> dict[str, str]:
    """Return, by step, whether it is done or being done now; a step that is done anew is now."""
    states: dict[str, str] = {}
    for task in tasks:
        if task.step_id:
            states[task.key] = "now" if task.is_open else states.get(task.key, "done")
    return states


_ICONS = {
    EventKind.OPENED: "plus",
    EventKind.CLAIMED: "user-check",
    EventKind.PUT_BACK: "inbox",
    EventKind.HANDED_OVER: "switch-horizontal",
    EventKind.COMPLETED: "check",
    EventKind.SENT_BACK: "history",
    EventKind.ASKED: "message-report",
    EventKind.ANSWERED: "message-report",
    EventKind.SIGNATURE_ASKED: "edit",
    EventKind.SIGNED: "circle-check",
    EventKind.REFUSED: "x",
    EventKind.WITHDRAWN: "x",
    EventKind.REMINDED: "clock-exclamation",
    EventKind.CUSTOMER_ADDED: "upload",
    EventKind.RATED: "user-check",
    EventKind.CLOSED: "flag",
}


def story_of(case: Case, standard: Standard) -> list[dict[str, Any]]:
    """Return the case's events as the timeline shows them. One query, and one for the people they name."""
    events = list(Event.objects.filter(case=case).select_related("by").order_by("position"))
    named = {event.body[key] for event in events for key in ("to", "for") if key in event.body}
    people = {person.username: person for person in User.objects.filter(username__in=named)} if named else {}
    return [_told(event, standard, people) for event in events]


def _told(event: Event, standard: Standard, people: dict[str, User]) -> dict[str, Any]:
    kind = EventKind(event.kind)
    step = standard.step(event.step)
    what = [str(kind.label)]
    if step:
        outcome = step.outcome(event.body.get("outcome", ""))
        what.append(f"{step.number} {step.title}" + (f" → {outcome.label}" if outcome else ""))
    if "to" in event.body:
        what.append(_("to %(who)s") % {"who": people.get(event.body["to"], event.body["to"])})
    if "for" in event.body:
        what.append(_("standing in for %(who)s") % {"who": people.get(event.body["for"], event.body["for"])})
    if kind == EventKind.RATED:
        what.append(_("%(rating)s of 5") % {"rating": event.body["rating"]})
    customers = (EventKind.CUSTOMER_ADDED, EventKind.RATED, EventKind.OPENED)
    who = event.by or (_("The customer") if kind in customers else _("The software"))
    return {
        "at": event.at,
        "who": who,
        "what": " · ".join(what),
        "why": event.body.get("reason", ""),
        "icon": _ICONS[kind],
    }
