"""A case as people read it: its answers with their labels, its events in sentences, what is done and what is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Attachment, Case, Event, Task
from cases.models.clock import Target
from cases.models.event import EventKind
from processes.domain.standard import Field, Standard
from procstd.bilingual import suffix
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
    case: Case, standard: Standard, documents: Iterable[Attachment], *, sees_personal: bool, public_only: bool = False,
    earlier: Iterable[Standard] = (),
) -> list[Filled]:  # fmt: skip
    """Return the answers given so far, form by form. One query for people, one for departments, if any are named.

    What was answered to a field that only *earlier* versions have is told by the latest one that has it (F52).
    """
    files = {document.file_key_text: document for document in documents}
    told: set[tuple[str, str]] = set()
    filled = []
    for version in (standard, *earlier):
        names = _names(case, version)
        for form in version.forms:
            given = case.data.get(form.key, {})
            fields = [row for row in form.fields if row.key in given and (form.key, row.key) not in told]
            told |= {(form.key, row.key) for row in fields}
            answers = [
                _answer(row, given[row.key], files, names, sees_personal=sees_personal)
                for row in fields
                if row.is_public or not public_only
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
    EventKind.CLOCKS: "clock",
    EventKind.HOLD_ASKED: "clock-pause",
    EventKind.HELD: "clock-pause",
    EventKind.HOLD_REFUSED: "x",
    EventKind.RESUMED: "clock",
    EventKind.MORE_TIME_ASKED: "clock",
    EventKind.EXTENDED: "clock",
    EventKind.NOT_EXTENDED: "x",
    EventKind.REGRADED: "edit",
    EventKind.EXCEPTION: "alert-triangle",
    EventKind.EXCEPTION_ENDED: "circle-check",
    EventKind.REOPENED: "history",
    EventKind.MOVE_PLANNED: "clock",
    EventKind.MOVED: "switch-horizontal",
    EventKind.MOVE_WITHDRAWN: "x",
    EventKind.MOVE_PUT_OFF: "alert-triangle",
}
#: What happened to a clock by itself; the rest is told by the act that did it.
_OF_CLOCKS = {
    "warned": gettext_lazy("Warning"),
    "breached": gettext_lazy("Overdue"),
    "escalated": gettext_lazy("Escalated"),
    "recalendared": gettext_lazy("Counted by a new calendar"),
}


def story_of(case: Case, standard: Standard, versions: Mapping[str, Standard] | None = None) -> list[dict[str, Any]]:
    """Return the case's events as the timeline shows them. One query, and one for the people they name.

    *versions* are the standards by their hash that a moved case has run by: each event is told in the words of its own.
    """
    events = list(Event.objects.filter(case=case).select_related("by").order_by("position"))
    named = {event.body[key] for event in events for key in ("to", "for", "asked_by") if event.body.get(key)}
    people = {person.username: person for person in User.objects.filter(username__in=named)} if named else {}
    rows = []
    for event in events:
        if versions and event.kind in (EventKind.OPENED, EventKind.MOVED):
            standard = versions.get(event.body["definition"], standard)
        rows += _rows_of(event, standard, people)
    return rows


def _rows_of(event: Event, standard: Standard, people: dict[str, User]) -> list[dict[str, Any]]:
    if event.kind != EventKind.CLOCKS:
        return [_told(event, standard, people)]
    return [
        {
            "at": event.at,
            "who": event.by or _("The software"),
            "what": f"{_OF_CLOCKS[change['what']]} · {clock_name(standard, change)}",
            "why": "",
            "icon": "alert-triangle" if change["what"] in ("breached", "escalated") else "clock",
        }
        for change in event.body["changes"]
        if change["what"] in _OF_CLOCKS
    ]


def clock_name(standard: Standard, facts: dict[str, Any]) -> str:
    """Return what a clock is for, in words: “4 Analyse the cause”, “Whole case”."""
    step = standard.step(facts.get("step"))
    target = Target(facts["target"])
    if target == Target.EXCEPTION and (rule := standard.exception(facts.get("rule", ""))) is not None:
        return f"{target.label}: {rule.trigger}"
    return f"{step.number} {step.title}" if target == Target.STEP and step else str(target.label)


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
    if kind in _OF_MOVES:
        what += _of_move(event, people)
    if kind == EventKind.RATED:
        what.append(_("%(rating)s of 5") % {"rating": event.body["rating"]})
    customers = (EventKind.CUSTOMER_ADDED, EventKind.RATED, EventKind.OPENED)
    who = event.by or (_("The customer") if kind in customers else _("The software"))
    return {
        "at": event.at,
        "who": who,
        "what": " · ".join(what),
        "why": event.body.get("reason", "") or event.body.get("why", {}).get(suffix(), ""),
        "icon": _ICONS[kind],
    }


_OF_MOVES = {EventKind.MOVE_PLANNED, EventKind.MOVED, EventKind.MOVE_WITHDRAWN, EventKind.MOVE_PUT_OFF}


def _of_move(event: Event, people: dict[str, User]) -> list[str]:
    """Return from which version to which a case moved, or was to move, and who wanted it."""
    body = event.body
    what = [f"{body['from_version']} → {body['version']}" if "from_version" in body else body["version"]]
    if body.get("asked_by"):
        what.append(_("as %(who)s decided") % {"who": people.get(body["asked_by"], body["asked_by"])})
    if body.get("lapsed"):
        what.append(_("the case was closed before"))
    if body.get("put_back"):
        what.append(_("back to the posts that do it now"))
    return what
