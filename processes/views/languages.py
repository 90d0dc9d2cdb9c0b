"""Both languages of a draft side by side: texts save themselves, or all at once by the button (F36)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from processes.apps import WRITERS
from processes.domain.languages import groups_of, lacking, only
from processes.domain.operations import apply_operations
from processes.domain.sheet import Sheet
from processes.forms.operations import MOST_LETTERS_OF_A_NAME
from processes.models import Revision
from processes.views.catalogue import GET_OR_POST
from processes.views.revisions import draft_or_404
from processes.views.write import editor_config
from procstd.access import Request, allow
from procstd.errors import DomainError

_SHOWN = ("missing", "behind")


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def draft_languages(request: Request, code: str, number: str) -> HttpResponse:
    """Every text of the draft in Chinese and English; with “show” those that lack a language, or are behind."""
    revision = draft_or_404(request, code, number)
    shown = request.GET.get("show", "")
    shown = shown if shown in _SHOWN else ""
    troubles: dict[str, dict[str, str]] = {}
    if request.method == "POST":
        troubles = _save(request, revision)
        if not troubles:
            address = reverse("processes:draft-languages", args=[code, number])
            return redirect(f"{address}?show={shown}" if shown else address)
        revision = draft_or_404(request, code, number)
    groups = groups_of(Sheet(revision))
    get_token(request)  # the scripts send it along
    behind = sum(bool(pair.behind) for group in groups for pair in group.pairs)
    context = {
        "revision": revision,
        "process": revision.process,
        "groups": only(groups, shown) if shown else groups,
        "lacks": lacking(groups),
        "lacking": sum(lacking(groups).values()),
        "behind": behind,
        "shown": shown,
        "troubles": troubles,
        "config": editor_config(revision, None),
    }
    return render(request, "processes/draft_languages.html", context)


def _changes(request: Request) -> list[dict[str, Any]]:
    """Return what the form changes, as operations of the editor."""
    operations: list[dict[str, Any]] = []
    for name in request.POST:
        kind, _mark, rest = name.partition("|")
        row, mark, cell = rest.partition("|")
        if kind != "text" or not mark or len(name) > 2 * MOST_LETTERS_OF_A_NAME:
            continue
        value, was = request.POST.get(name, ""), request.POST.get(f"was|{row}|{cell}")
        if was is not None and str(value).replace("\r\n", "\n") != str(was).replace("\r\n", "\n"):
            operations.append({"op": "set", "row": row, "field": cell, "value": str(value), "was": str(was)})
    return operations


def _save(request: Request, revision: Revision) -> dict[str, dict[str, str]]:
    """Carry out what the form says; return what was not taken, by cell: the text, and why."""
    operations = _changes(request)
    reason = request.POST.get("reason", "").replace("\x00", "")[:500]
    try:
        done = apply_operations(revision, operations, by=request.user, at=timezone.now(), reason=reason)
    except DomainError as refusal:
        # Nothing was taken, and nothing that was typed is lost.
        return {f"{one['row']}|{one['field']}": _trouble(one["value"], refusal) for one in operations}
    troubles = {f"{one['row']}|{one['field']}": _trouble(one["value"], one["message"]) for one in done.refused}
    for one in done.conflicts:
        message = _("%(who)s wrote meanwhile: “%(text)s”. Your text is kept here; save again to replace it.")
        facts = {"who": one["by"], "text": one["shown"]}
        troubles[f"{one['row']}|{one['field']}"] = _trouble(one["mine"], message % facts)
    taken = len(operations) - len(troubles)
    if taken > 0:
        messages.success(request, ngettext("%(n)d text saved.", "%(n)d texts saved.", taken) % {"n": taken})
    return troubles


def _trouble(value: str, message: object) -> dict[str, str]:
    return {"value": value, "message": str(message)}
