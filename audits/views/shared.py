"""What the pages of this room have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from audits.models import Audit, Finding, Item
from procstd.access import Request
from procstd.act_pages import serve_form
from procstd.acts import ActForm

GET_OR_POST = ["GET", "HEAD", "POST"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def audit_or_404(request: Request, number: str) -> Audit:
    """Return an audit that the reader sees, with its population and its result."""
    rows = Audit.objects.visible_to(request.user).select_related("process", "opened_by", "population", "conclusion__by")
    return get_object_or_404(rows, number=number)


def item_or_404(request: Request, number: str, position: int) -> Item:
    """Return a case of a sample that the reader sees."""
    rows = Item.objects.visible_to(request.user).select_related("audit__process", "case", "department", "draw")
    return get_object_or_404(rows, audit__number=number, position=position)


def finding_or_404(request: Request, number: str) -> Finding:
    """Return a finding that the reader sees, by its number."""
    head, _dash, serial = number.rpartition("-")
    year = head.removeprefix("NC-")
    known = number.isascii() and year.isdecimal() and serial.isdecimal() and len(year) == 4 and len(serial) < 7
    rows = Finding.objects.visible_to(request.user).select_related("process", "department", "audit", "recurs")
    if not known:
        raise Http404
    return get_object_or_404(rows, year=int(year), serial=int(serial))


def form_page(
    request: Request, form: ActForm, act: Callable[..., Any], *, title: str, done: str, to: Any, back: str,
    crumbs: list[tuple[str, Any]] | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Serve a page of one act and one form: carry it out and go to *to*, or show it with what was typed."""
    return serve_form(
        request,
        form,
        act,
        "audits/form_page.html",
        done=done,
        to=to,
        title=title,
        back=back,
        crumbs=crumbs or [],
        **more,
    )


def file_answer(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Hand out a file."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
