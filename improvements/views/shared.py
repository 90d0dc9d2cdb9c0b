"""What the pages of the room have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from improvements.apps import DECIDERS
from procstd.access import Request, may_call
from procstd.act_pages import serve_form
from procstd.acts import ActForm

GET_OR_POST = ["GET", "HEAD", "POST"]


def decides(request: Request) -> bool:
    """Tell whether the reader decides on suggestions and evaluations of every process."""
    return may_call(request.user, frozenset(DECIDERS))


def form_page(
    request: Request, form: ActForm, act: Callable[..., Any], *, title: str, done: str, to: Any, back: str, **more: Any
) -> HttpResponse:
    """Serve a page of one act and one form: carry it out and go to *to*, or show it with what was typed."""
    return serve_form(
        request, form, act, "improvements/form_page.html", done=done, to=to, title=title, back=back, **more
    )
