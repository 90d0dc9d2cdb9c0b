"""The manual: a revision as a document, on the page and as PDF, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from processes.apps import READERS
from processes.documents import manual_pdf_of
from processes.domain.picture import draw
from processes.domain.reading import standard_of_revision
from processes.models import Revision
from processes.models.release import DefinitionBroken
from processes.views.revisions import revision_or_404
from procstd.access import Request, allow
from procstd.documents import NotDrawable


def context_of(revision: Revision) -> dict[str, Any]:
    """Return what the manual shows. Raises DefinitionBroken when the released bytes were altered."""
    standard, definition = standard_of_revision(revision)
    return {
        "revision": revision,
        "process": revision.process,
        "standard": standard,
        "definition": definition,
        "picture": draw(standard),
        "language": get_language(),
    }


def _altered(request: Request, revision: Revision) -> HttpResponse:
    context = {"revision": revision, "process": revision.process}
    return render(request, "processes/altered.html", context, status=503)


@require_safe
@allow(*READERS)
def manual(request: Request, code: str, number: str) -> HttpResponse:
    """Read the manual."""
    revision = revision_or_404(request, code, number)
    try:
        return render(request, "processes/manual.html", context_of(revision))
    except DefinitionBroken:
        return _altered(request, revision)


@require_safe
@allow(*READERS)
def manual_pdf(request: Request, code: str, number: str) -> HttpResponse:
    """The manual as PDF; the one of a released revision is drawn once for each language."""
    revision = revision_or_404(request, code, number)
    try:
        content = manual_pdf_of(revision, lambda: context_of(revision))
    except DefinitionBroken:
        return _altered(request, revision)
    except NotDrawable as refusal:
        messages.error(request, str(refusal))
        return redirect("processes:manual", code, number)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{revision.process.code}-V{revision.number}-{get_language()}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
