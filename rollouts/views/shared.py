"""What the pages of this room have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from processes.models import Definition, Revision
from processes.views.manual import altered
from procstd.access import Request
from procstd.act_pages import serve_form
from procstd.acts import ActForm

GET_OR_POST = ["GET", "HEAD", "POST"]


def definition_or_404(request: Request, pk: int) -> Definition:
    """Return a released version that the reader may read."""
    rows = Definition.objects.filter(revision__in=Revision.objects.visible_to(request.user))
    rows = rows.select_related("revision__process", "revision__variant_for").defer("content")
    return get_object_or_404(rows, pk=pk)


def form_page(
    request: Request, form: ActForm, act: Callable[..., Any], *, title: str, done: str, to: Any, back: str, **more: Any
) -> HttpResponse:
    """Serve a page of one act and one form: carry it out and go to *to*, or show it with what was typed."""
    return serve_form(request, form, act, "rollouts/form_page.html", done=done, to=to, title=title, back=back, **more)


def altered_page(request: Request, definition: Definition) -> HttpResponse:
    """Say that the stored text is not the one that was released: nothing is confirmed, trained or examined by it."""
    return altered(request, definition.revision)
