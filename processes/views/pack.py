"""The reading pack: manuals kept on a device, to be read without a network until they expire (F35)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from processes.apps import READERS
from processes.manuals.drawing import read
from processes.manuals.page import page_of
from processes.models.release import DefinitionBroken
from processes.queries.pack import is_in_force, manuals_in_force
from processes.views.manual import altered, choice_of
from processes.views.revisions import revision_or_404
from processes.views.words import pack_words
from procstd.access import Request, allow

#: A stored page carries until when it may be read, in seconds since 1970; the worker refuses it from then on.
UNTIL = "X-Pack-Until"


def _kept(request: Request, response: HttpResponse) -> HttpResponse:
    """Say until when a copy of the page may be read."""
    until = timezone.now() + timedelta(days=settings.PACK_DAYS)
    response[UNTIL] = str(int(until.timestamp()))
    return response


@require_safe
@allow(*READERS)
def pack(request: Request) -> HttpResponse:
    """Which manuals are kept on this device, and which could be."""
    rows = manuals_in_force(request.user, timezone.now())
    context = {"rows": rows, "days": settings.PACK_DAYS, "words": pack_words()}
    return _kept(request, render(request, "processes/pack.html", context))


@require_safe
@allow(*READERS)
def pack_manual(request: Request, code: str, number: str) -> HttpResponse:
    """A manual in force on a page that needs nothing else, so that it can be kept."""
    revision = revision_or_404(request, code, number)
    now = timezone.now()
    if not is_in_force(revision, now):
        raise Http404
    try:
        found = read(revision, at=now)
    except DefinitionBroken:
        return altered(request, revision)
    context = {
        **page_of(found, choice_of(request)),
        "definition": revision.definition,
        "now": now,
        "until": now + timedelta(days=settings.PACK_DAYS),
    }
    return _kept(request, render(request, "processes/pack_manual.html", context))


@require_safe
@allow(*READERS)
def pack_expired(request: Request) -> HttpResponse:
    """What is shown in the place of a copy that has expired, or that was never kept."""
    return render(request, "processes/pack_expired.html")


@require_safe
@allow(*READERS)
def pack_worker(request: Request) -> HttpResponse:
    """The script that answers without a network. It is served from here because its folder is what it answers for."""
    script = (settings.BASE_DIR / "static/pack-worker.js").read_text()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
@allow(*READERS)
def pack_manifest(request: Request) -> HttpResponse:
    """What a device needs to install the pack as an app of its own."""
    home = reverse("processes:pack")
    return JsonResponse(
        {
            "name": _("procstd manuals"), "short_name": _("Manuals"), "start_url": home, "scope": home,
            "display": "standalone", "background_color": "#ffffff", "theme_color": "#1d5fd1",
            "icons": [{"src": static("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
        },
        content_type="application/manifest+json",
    )  # fmt: skip
