"""Embedded pages of a process: made, listed, revoked by those who write standards; and the page itself, for anybody."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes.apps import WRITERS
from processes.domain.embedding import (
    count_use,
    embed_token_in_force,
    issue_embed_token,
    release_shown,
    revoke_embed_token,
)
from processes.domain.reading import standard_of_revision
from processes.forms.embed import EmbedForm
from processes.manuals.page import page_for_strangers
from processes.models import EmbedToken, Revision
from processes.models.release import DefinitionBroken
from processes.views.catalogue import GET_OR_POST
from processes.views.centre_process import process_or_404
from procstd.access import PUBLIC, Request, allow
from procstd.headers import client_network
from procstd.logs import security_log
from procstd.ratelimits import RateLimit

#: What one network may read in a minute; an office shares one address.
READINGS = RateLimit("embed", 120, 60)
#: Wrong tokens from one network. The right one still opens for everybody else.
WRONG_TOKENS = RateLimit("embed-wrong", 30, 600)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@sensitive_variables("text")
def embed_list(request: Request, code: str) -> HttpResponse:
    """The embedded pages of a process, and a form for a new one. Its address is shown once."""
    process = process_or_404(request, code)
    form = EmbedForm(request.POST or None)
    now = timezone.now()
    address = ""
    if request.method == "POST" and form.carry_out(partial(issue_embed_token, process, by=request.user, at=now)):
        _row, text = form.result
        address = settings.PUBLIC_URL + reverse("embed:page", args=[text])
        form = EmbedForm()
    rows = process.embed_tokens.select_related("created_by")
    context = {
        "process": process,
        "form": form,
        "address": address,
        "tokens": [(row, row.is_in_force(now)) for row in rows],
        "now": now,
    }
    return render(request, "processes/embed_list.html", context)


@require_POST
@allow(*WRITERS)
def embed_revoke(request: Request, code: str, pk: int) -> HttpResponse:
    """Make an embedded page worthless at once."""
    process = process_or_404(request, code)
    token = get_object_or_404(EmbedToken, process=process, pk=pk)
    revoke_embed_token(token, by=request.user, reason=_("Revoked on the page"), at=timezone.now())
    return redirect("centre:embed-list", code)


@require_safe
@allow(PUBLIC)
@sensitive_variables("token")
def embed(request: Request, token: str) -> HttpResponse:
    """The manual in force, read-only, for whoever has the token: no log-in, no names of people, no scripts."""
    network = client_network(request)
    if WRONG_TOKENS.is_spent(network) or not READINGS.hit(network):
        security_log.warning("embed_rate_limited")
        response = render(request, "processes/embed_gone.html", {"is_busy": True}, status=429)
        response["Retry-After"] = "60"
        return response
    now = timezone.now()
    row = embed_token_in_force(token, at=now)
    if row is None:
        WRONG_TOKENS.hit(network)
        return render(request, "processes/embed_gone.html", status=404)
    with translation.override(row.language):
        response = _page(request, row, now)
    count_use(row, at=now)
    response.xframe_options_exempt = True  # type: ignore[attr-defined]  # frame-ancestors says who may frame it
    response._csp_replace = {  # type: ignore[attr-defined]
        "frame-ancestors": row.origins or ["'none'"], "script-src": ["'none'"], "connect-src": ["'none'"],
        "form-action": ["'none'"],
    }  # fmt: skip
    response["X-Robots-Tag"] = "noindex"
    return response


def _page(request: Request, row: EmbedToken, now: Any) -> HttpResponse:
    release = release_shown(row.process, at=now)
    context: dict[str, Any] = {
        "name": row.process.name,
        "language": row.language,
        "release": release,
    }
    if release is None:
        return render(request, "processes/embed.html", context)
    revision: Revision = release.definition.revision
    revision.definition = release.definition
    try:
        standard, definition = standard_of_revision(revision)
    except DefinitionBroken:
        return render(request, "processes/embed.html", {**context, "release": None}, status=503)
    release.process = row.process
    context |= {"definition": definition, **page_for_strangers(standard, release, row.language, now)}
    return render(request, "processes/embed.html", context)
