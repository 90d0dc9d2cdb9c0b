"""What the pages of the room have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from improvements.apps import DECIDERS
from procstd.access import Request, may_call
from procstd.acts import ActForm
from procstd.errors import DomainError

GET_OR_POST = ["GET", "HEAD", "POST"]


def decides(request: Request) -> bool:
    """Tell whether the reader decides on suggestions and evaluations of every process."""
    return may_call(request.user, frozenset(DECIDERS))


def form_page(
    request: Request, form: ActForm, act: Callable[..., Any], *, title: str, done: str, to: Any, back: str, **more: Any
) -> HttpResponse:
    """Serve a page of one act and one form: carry it out and go to *to*, or show it with what was typed."""
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, done)
        return redirect(to(form.result) if callable(to) else to)
    context = {"form": form, "title": title, "back": back, **more}
    return render(request, "improvements/form_page.html", context)


def press(request: Request, act: Callable[[], Any], *, done: str, to: Any) -> HttpResponse:
    """Carry out the act of a button; a refusal is said on the page that has it."""
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to)
