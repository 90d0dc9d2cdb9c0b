"""What the pages of a pilot have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from pilots.domain.rights import may_begin, may_decide, may_keep
from pilots.models import Pilot
from processes.domain.reading import standard_of_revision
from processes.domain.standard import Standard
from processes.models.release import DefinitionBroken
from processes.views.manual import altered
from procstd.access import Request
from procstd.act_pages import serve_form
from procstd.acts import ActForm

View = Callable[..., HttpResponse]
GET_OR_POST = ["GET", "HEAD", "POST"]


def pilot_or_404(request: Request, code: str) -> Pilot:
    """Return a pilot that the reader sees."""
    rows = Pilot.objects.visible_to(request.user).select_related(
        "process", "revision__process", "revision__definition", "project", "leader", "lock"
    )
    return get_object_or_404(rows, code=code)


def kept_or_404(request: Request, code: str) -> Pilot:
    """Return a pilot that the reader keeps: for others its forms do not exist."""
    if not may_keep(request.user):
        raise Http404
    return pilot_or_404(request, code)


def standard_of(pilot: Pilot) -> Standard:
    """Return what the version says that is tried."""
    return standard_of_revision(pilot.revision)[0]


def shows_broken(view: View) -> View:
    """Let a page of a pilot say that the text which is tried was altered, instead of failing."""

    @wraps(view)
    def guarded(request: Request, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, code, *args, **kwargs)
        except DefinitionBroken:
            return altered(request, pilot_or_404(request, code).revision)

    return guarded


def rights(request: Request, pilot: Pilot, here: str = "") -> dict[str, Any]:
    """Return what a page shows tabs and buttons by."""
    keeps = may_keep(request.user)
    is_locked = hasattr(pilot, "lock")
    return {
        "pilot": pilot,
        "here": here,
        "is_locked": is_locked,
        "may_keep": keeps and not pilot.is_over,
        "may_plan": keeps and pilot.is_planned and not is_locked,
        "may_begin": pilot.is_planned and is_locked and may_begin(request.user),
        "may_lead": not pilot.is_over and may_begin(request.user),
        "may_run": keeps and pilot.is_running,
        "may_decide": pilot.is_running and may_decide(pilot, request.user),
    }


def form_page(
    request: Request, pilot: Pilot | None, form: ActForm, act: Callable[..., Any], *, title: str, done: str, to: Any,
    back: str, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Serve a page of one act and one form: carry it out and go to *to*, or show it with what was typed."""
    return serve_form(
        request, form, act, "pilots/form_page.html", done=done, to=to, title=title, back=back, pilot=pilot, **more
    )


def saved() -> str:
    return _("Saved.")
