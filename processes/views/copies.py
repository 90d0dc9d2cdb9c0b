"""The register of copies of a manual: handed out, recalled, taken back (F34)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import WRITERS
from processes.domain.copying import current_definitions, hand_out_copy, settle_copy
from processes.forms.copies import CopyForm, SettleForm
from processes.manuals.drawing import read
from processes.manuals.pdf import copy_pdf as drawn
from processes.models import CopyState
from processes.models.release import DefinitionBroken
from processes.views.catalogue import GET_OR_POST
from processes.views.centre_process import process_or_404
from processes.views.manual import altered
from procstd.access import Request, allow
from procstd.documents import NotDrawable
from procstd.look.paging import page_of


@require_safe
@allow(*WRITERS)
def copy_list(request: Request, code: str) -> HttpResponse:
    """Who has which copy of which version; what is recalled comes first in mind: it is counted."""
    process = process_or_404(request, code)
    rows = process.copies.select_related("definition__revision", "holder", "issued_by").defer("definition__content")
    context = {
        "process": process,
        "page": page_of(request, rows, per_page=50),
        "recalled": process.copies.filter(state=CopyState.RECALLED).count(),
        "out": process.copies.filter(state=CopyState.OUT).count(),
        "may_add": bool(current_definitions(process, at=timezone.now())),
    }
    return render(request, "processes/copy_list.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def copy_add(request: Request, code: str) -> HttpResponse:
    """Hand a copy out."""
    process = process_or_404(request, code)
    now = timezone.now()
    form = CopyForm(request.POST or None, definitions=current_definitions(process, at=now))
    if request.method == "POST" and form.carry_out(_hand_out, by=request.user, at=now):
        messages.success(request, _("Copy %(copy)s is recorded.") % {"copy": form.result})
        return redirect("centre:copy-list", code)
    return _form_page(request, process, _("Hand out a copy"), form)


def _hand_out(*, definition: Any, **facts: Any) -> Any:
    return hand_out_copy(definition, **facts)


@require_safe
@allow(*WRITERS)
def copy_pdf(request: Request, code: str, pk: int) -> HttpResponse:
    """The file that a copy is printed from: its number and its holder stand on each sheet."""
    process = process_or_404(request, code)
    rows = process.copies.select_related("holder", "definition__revision__process__department")
    rows = rows.select_related("definition__revision__process__owner").filter(state=CopyState.OUT, recalled_at=None)
    copy = get_object_or_404(rows, pk=pk)
    revision = copy.definition.revision
    try:
        content = drawn(read(revision, at=timezone.now()), copy)
    except DefinitionBroken:
        return altered(request, revision)
    except NotDrawable as refusal:
        messages.error(request, str(refusal))
        return redirect("centre:copy-list", code)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{copy}-V{revision.number}-{copy.language}.pdf"'
    return response


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def copy_settle(request: Request, code: str, pk: int) -> HttpResponse:
    """Note that a copy came back, was destroyed or lost."""
    process = process_or_404(request, code)
    copy = get_object_or_404(process.copies, pk=pk)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.carry_out(partial(settle_copy, copy, by=request.user, at=timezone.now())):
        messages.success(request, _("Copy %(copy)s is settled.") % {"copy": copy})
        return redirect("centre:copy-list", code)
    return _form_page(request, process, _("Settle copy %(copy)s") % {"copy": copy}, form)


def _form_page(request: Request, process: Any, title: str, form: Any) -> HttpResponse:
    context = {
        "process": process, "title": title, "form": form, "back": reverse("centre:copy-list", args=[process.code]),
        "story": None,
    }  # fmt: skip
    return render(request, "processes/centre_question.html", context)
