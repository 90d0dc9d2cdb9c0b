"""The manual: a revision as a document, on the page, as PDF and as Word, in either language or in both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from processes.apps import READERS
from processes.domain.validity import Standing
from processes.manuals.blocks import CHOICES
from processes.manuals.drawing import Read, read
from processes.manuals.facts import facts_of
from processes.manuals.making import MAKE_MANUAL
from processes.manuals.page import page_of
from processes.manuals.store import KINDS, kept
from processes.models import Revision
from processes.models.release import DefinitionBroken
from processes.views.revisions import revision_or_404
from procstd.access import Request, allow
from procstd.jobs.domain.running import start_once

#: What people call the languages that a manual is read in.
LANGUAGES = {"zh-hans": "中文", "en": "English", "both": "中文 + English"}
_TITLES = {"pdf": "PDF", "docx": "Word"}


@dataclass(frozen=True)
class Download:
    """A file of a manual: is it there, or is it made when somebody asks?"""

    kind: str
    choice: str
    title: str
    is_made: bool


def choice_of(request: Request) -> str:
    """Return the languages that are asked for; else that of the reader."""
    wanted = request.GET.get("language", "") or request.POST.get("language", "")
    return wanted if wanted in CHOICES else get_language() or "en"


def altered(request: Request, revision: Revision) -> HttpResponse:
    """Say that the released text was altered and is not shown."""
    context = {"revision": revision, "process": revision.process}
    return render(request, "processes/altered.html", context, status=503)


@require_safe
@allow(*READERS)
def manual(request: Request, code: str, number: str) -> HttpResponse:
    """Read the manual."""
    revision, now = revision_or_404(request, code, number), timezone.now()
    try:
        found = read(revision, at=now)
    except DefinitionBroken:
        return altered(request, revision)
    choice = choice_of(request)
    context = {
        **page_of(found, choice),
        "revision": revision,
        "process": revision.process,
        "definition": getattr(revision, "definition", None),
        "choice": choice,
        "languages": LANGUAGES.items(),
        "downloads": [(_TITLES[kind], _downloads(found, kind)) for kind in KINDS],
        "effective_from": _effective_from(found, now),
    }
    return render(request, "processes/manual.html", context)


def _downloads(found: Read, kind: str) -> list[Download]:
    facts = found.facts
    return [
        Download(kind, choice, title, kept(found.revision, facts, choice, kind) is not None)
        for choice, title in LANGUAGES.items()
    ]


def _effective_from(found: Read, now: datetime) -> datetime | None:
    """Return when a released version takes effect for the first time, if that is to come (F26)."""
    if found.facts.status is not Standing.PLANNED:
        return None
    return min(row.start for row in found.facts.periods if row.start > now)


@require_safe
@allow(*READERS)
def manual_pdf(request: Request, code: str, number: str) -> HttpResponseBase:
    """The manual as PDF."""
    return _file(request, code, number, "pdf")


@require_safe
@allow(*READERS)
def manual_word(request: Request, code: str, number: str) -> HttpResponseBase:
    """The manual as Word document."""
    return _file(request, code, number, "docx")


def _file(request: Request, code: str, number: str, kind: str) -> HttpResponseBase:
    """Return the file as it was made; where it is not yet, a page that has it made."""
    revision, choice = revision_or_404(request, code, number), choice_of(request)
    definition = getattr(revision, "definition", None)
    now = timezone.now()
    if definition is not None and not definition.is_intact:
        return altered(request, revision)
    facts = facts_of(revision, sha256=definition.sha256, at=now) if definition else read(revision, at=now).facts
    place = kept(revision, facts, choice, kind)
    if place is None:
        context = {
            "revision": revision,
            "process": revision.process,
            "download": Download(kind, choice, LANGUAGES[choice], is_made=False),
            "kind_title": _TITLES[kind],
        }
        return render(request, "processes/manual_missing.html", context, status=404)
    name = f"{code}-V{revision.number}-{choice}.{kind}"
    return FileResponse(place.open("rb"), content_type=KINDS[kind], as_attachment=True, filename=name)


@require_POST
@allow(*READERS)
def manual_make(request: Request, code: str, number: str) -> HttpResponse:
    """Have a file of the manual made by the worker, and show how far it is."""
    revision = revision_or_404(request, code, number)
    kind = request.POST.get("kind", "")
    facts: dict[str, Any] = {
        "revision": revision.pk,
        "choice": choice_of(request),
        "format": kind if kind in KINDS else "pdf",
    }
    return redirect(start_once(MAKE_MANUAL, owner=request.user, at=timezone.now(), **facts))


@require_safe
@allow(*READERS)
def definition(request: Request, code: str, number: str) -> HttpResponse:
    """The released bytes, for whoever wants to check their SHA-256."""
    revision = revision_or_404(request, code, number)
    released = getattr(revision, "definition", None)
    if released is None:
        return redirect(revision)
    response = HttpResponse(released.content.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{revision.process.code}-V{revision.number}.json"'
    return response
