"""Pages of one act: a form that is carried out or shown again, a button that is pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from procstd.acts import ActForm
from procstd.errors import DomainError


def serve_form(
    request: HttpRequest, form: ActForm, act: Callable[..., Any], template: str, *, done: str, to: Any, **context: Any
) -> HttpResponse:
    """Serve a page of one act and one form: carry it out and go to *to*, or show it with what was typed.

    *to* is an address, a row, or what makes one of the act's result.
    """
    if request.method == "POST" and form.carry_out(act):
        messages.success(request, done)
        return redirect(to(form.result) if callable(to) else to)
    return render(request, template, {"form": form, **context})


def press(request: HttpRequest, act: Callable[[], Any], *, done: str, to: Any) -> HttpResponse:
    """Carry out the act of a button; a refusal is said on the page that has it."""
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to)
