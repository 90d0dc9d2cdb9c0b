"""The changes of a draft: what differs since the last release, where each comes from, and which number follows."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import READERS, WRITERS
from processes.domain.changing import (
    drop_change,
    mend_change,
    next_number,
    note_change,
    renumber_revision,
)
from processes.domain.tracing import explained
from processes.domain.versions import Redline, redline_since_release
from processes.forms.changes import ChangeForm, ChangeMendForm, DropForm, RenumberForm
from processes.models import Change, Revision
from processes.models.release import DefinitionBroken
from processes.views.catalogue import GET_OR_POST
from processes.views.manual import altered
from processes.views.places import address_of
from processes.views.revisions import draft_or_404, revision_or_404
from processes.views.rows import of_rows
from processes.views.summaries import summary_of
from procstd.access import Request, allow, may_call
from procstd.history import version_of

#: Fields of a change, as its form has them.
_FACTS = ("origin", "origin_code", "origin_text", "effect", "indicator", "figure", "text_zh", "text_en", "anchors")


@require_safe
@allow(*READERS)
def change_list(request: Request, code: str, number: str) -> HttpResponse:
    """What differs since the last release, each with its origin; what has none is advice."""
    revision = revision_or_404(request, code, number)
    try:
        found = redline_since_release(revision)
    except DefinitionBroken:
        return altered(request, revision)
    noted = list(revision.changes.select_related("by"))
    anchors = found.anchors if found else {}
    lines = {change.anchor: rows for change, rows in explained(found.changes if found else [], noted)}
    context = {
        "revision": revision,
        "process": revision.process,
        **summary_of(revision, found),
        "groups": [
            (group, address_of(revision, group.place) if _is_editable(group.place) else "",
             [(change, lines[change.anchor]) for change in group.changes])
            for group in (found.groups() if found else [])
        ],
        "noted": [(row, [anchors[name] for name in row.anchors if name in anchors],
                   sum(name not in anchors for name in row.anchors)) for row in noted],
        "may_write": revision.is_draft and may_call(request.user, frozenset(WRITERS)),
    }  # fmt: skip
    return render(request, "processes/change_list.html", context)


def _is_editable(place: str) -> bool:
    return place != "process"


def _differences(found: Redline | None, row: Change | None = None) -> list[tuple[str, Any]]:
    """Return what a form offers: what differs, and what the note names although it differs no more."""
    known = found.anchors if found else {}
    gone = [(name, _("%(what)s (differs no more)") % {"what": name}) for name in (row.anchors if row else [])
            if name not in known]  # fmt: skip
    return [*((name, change.sentence) for name, change in known.items()), *gone]


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def change_add(request: Request, code: str, number: str) -> HttpResponse:
    """Say where differences come from; the address can name those it is about."""
    revision = draft_or_404(request, code, number)
    try:
        found = redline_since_release(revision)
    except DefinitionBroken:
        return altered(request, revision)
    initial = {"anchors": request.GET.getlist("difference")}
    form = ChangeForm(request.POST or None, initial=initial, differences=_differences(found))
    act = partial(note_change, revision, by=request.user, at=timezone.now())
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, _("The change is noted with its origin."))
        return redirect("processes:change-list", code, number)
    return _form(request, revision, form, _("Where a change comes from"))


def _change_or_404(request: Request, code: str, number: str, pk: int) -> Change:
    revision = draft_or_404(request, code, number)
    row = get_object_or_404(revision.changes, pk=pk)
    row.revision = revision
    return row


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def change_mend(request: Request, code: str, number: str, pk: int) -> HttpResponse:
    """Note a change better."""
    row = _change_or_404(request, code, number, pk)
    try:
        found = redline_since_release(row.revision)
    except DefinitionBroken:
        return altered(request, row.revision)
    initial = {name: getattr(row, name) for name in _FACTS} | {"seen": version_of(row)}
    form = ChangeMendForm(request.POST or None, initial=initial, differences=_differences(found, row))
    if request.method == "POST" and form.carry_out(mend_change, row, by=request.user):
        messages.success(request, _("The change is noted with its origin."))
        return redirect("processes:change-list", code, number)
    return _form(request, row.revision, form, _("Where a change comes from"))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def change_drop(request: Request, code: str, number: str, pk: int) -> HttpResponse:
    """Take a note back."""
    row = _change_or_404(request, code, number, pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.carry_out(drop_change, row, by=request.user):
        messages.success(request, _("The note is gone; what differs still differs."))
        return redirect("processes:change-list", code, number)
    advice = _("Its differences will have no origin then, until somebody says one.")
    return _form(request, row.revision, form, _("Take the note back"), advice=advice, save=_("Take back"))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def renumber(request: Request, code: str, number: str) -> HttpResponse:
    """Give the draft the number that its changes suggest, or another one with a reason."""
    revision = draft_or_404(request, code, number)
    try:
        found = redline_since_release(revision)
    except DefinitionBroken:
        return altered(request, revision)
    if found is None or revision.is_variant:  # a variant has the number of the standard that it varies
        raise Http404
    numbers = []
    for name in ("minor", "major"):
        major, minor = next_number(revision, found.before, major=name == "major")
        words = _("V%(number)s: the way of working stays") if name == "minor" else _("V%(number)s: people do otherwise")
        numbers.append((name, words % {"number": f"{major}.{minor}"}))
    summary = summary_of(revision, found)
    initial = {"major": "major" if summary["proposal"].is_major else "minor", "seen": revision.edition}
    form = RenumberForm(request.POST or None, numbers=numbers, initial=initial)
    if request.method == "POST" and form.carry_out(renumber_revision, revision, by=request.user):
        messages.success(request, _("The draft is %(number)s now.") % {"number": form.result})
        return redirect("processes:change-list", code, form.result.number)
    return _form(request, revision, form, _("Number of the draft"), summary=summary)


def _form(request: Request, revision: Revision, form: Any, title: str, **more: Any) -> HttpResponse:
    summary = more.pop("summary", {})
    context = {
        "form": form, "title": title, "process": revision.process, "revision": revision,
        "back": f"{revision.get_absolute_url()}changes/", **summary, **more,
    }  # fmt: skip
    return render(request, "processes/change_form.html", context)
