"""What the pages of this room have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from processes.models import Definition, Revision
from processes.views.manual import altered
from procstd.access import Request
from procstd.acts import ActForm
from procstd.errors import DomainError

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
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, done)
        return redirect(to(form.result) if callable(to) else to)
    return render(request, "rollouts/form_page.html", {"form": form, "title": title, "back": back, **more})


def press(request: Request, act: Callable[[], Any], *, done: str, to: Any) -> HttpResponse:
    """Carry out the act of a button; a refusal is said on the page that has it."""
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to)


def altered_page(request: Request, definition: Definition) -> HttpResponse:
    """Say that the stored text is not the one that was released: nothing is confirmed, trained or examined by it."""
    return altered(request, definition.revision)
