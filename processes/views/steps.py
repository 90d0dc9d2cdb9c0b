"""Bring the steps of a draft from Excel or Word: upload, look at what was found, take over."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import WRITERS
from processes.domain.stepfiles import NamedTable, likeliest, tables_in
from processes.domain.stepheaders import columns_of_template
from processes.domain.stepimport import matched_posts, take_over_steps
from processes.domain.steptable import StepTable, read_steps
from processes.forms.steps import KINDS, ReadingForm, StepFileForm, TakeOverForm
from processes.models import Revision
from processes.views.catalogue import GET_OR_POST
from processes.views.revisions import draft_or_404
from processes.views.rows import of_rows
from procstd.access import Request, allow
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.files.models import StoredFile
from procstd.organisation.models import Post
from procstd.sheets import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def steps_import(request: Request, code: str, number: str) -> HttpResponse:
    """Upload a table of steps. The file is kept for a day, for whoever sent it."""
    revision = draft_or_404(request, code, number)
    form = StepFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = keep_upload(upload, name=upload.name, owner=request.user, at=timezone.now(), kinds=KINDS)
            _tables(file)
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("processes:steps-import-check", code, number, file.key)
    context = {
        "form": form,
        "revision": revision,
        "process": revision.process,
        "columns": columns_of_template(translation.get_language()[:2]),
        "languages": [("zh", "中文"), ("en", "English")],
    }
    return render(request, "processes/steps_import.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def steps_import_check(request: Request, code: str, number: str, file: uuid.UUID) -> HttpResponse:
    """What the file holds, with its errors by row and column; taken over once it has none."""
    revision = draft_or_404(request, code, number)
    stored = get_object_or_404(StoredFile.objects.filter(owner=request.user, content_type=None), key=file)
    try:
        tables = _tables(stored)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("processes:steps-import", code, number)
    reading, chosen, table = _read(request, tables)
    posts = list(Post.objects.filter(is_active=True))
    matched = matched_posts(table.names, posts)
    initial = {"seen": revision.edition, "mode": "append", "reason": _("Import of “%(file)s”") % {"file": stored.name}}
    form = TakeOverForm(request.POST or None, initial=initial, matched=matched, posts=posts)
    is_posted = request.method == "POST" and not table.errors
    if is_posted and form.carry_out(take_over_steps, revision, table.rows, by=request.user):
        count = len(table.rows)
        told = ngettext("%(count)d step is taken over.", "%(count)d steps are taken over.", count)
        messages.success(request, told % {"count": count})
        return redirect(revision)
    context = {
        "revision": revision, "process": revision.process, "file": stored, "reading": reading, "chosen": chosen,
        "table": table, "form": form, "rows": [(row, *_posts_of(row, matched)) for row in table.rows],
        "missing": {"zh", "en"} - table.languages if table.rows else set(),
    }  # fmt: skip
    return render(request, "processes/steps_import_check.html", context)


def _read(request: Request, tables: list[NamedTable]) -> tuple[ReadingForm, NamedTable, StepTable]:
    """Return how the file is read, by the address, and what is found so."""
    usual = {"table": likeliest(tables), "language": "", "hours": ""}
    given = {name: request.GET.get(name, value) for name, value in usual.items()}
    reading = ReadingForm(given, tables=tables)
    how: dict[str, Any] = reading.cleaned_data if reading.is_valid() else usual
    chosen = tables[how["table"]]
    table = read_steps(chosen.grid, language=how["language"], in_working_time=how["hours"] == "working")
    return reading, chosen, table


def _posts_of(row: Any, matched: dict[str, Post | None]) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    return [(name, matched[name]) for name in row.posts], [(name, matched[name]) for name in row.accountable]


def _tables(file: StoredFile) -> list[NamedTable]:
    with file.content.open("rb") as content:
        return tables_in(content, file.name.rpartition(".")[2].lower())


@require_safe
@allow(*WRITERS)
@of_rows
def steps_template(request: Request, code: str, number: str, language: str) -> HttpResponse:
    """An empty workbook with the columns that an import knows, headers in *language*."""
    _revision: Revision = draft_or_404(request, code, number)
    if language not in ("zh", "en"):
        raise Http404
    with translation.override("zh-hans" if language == "zh" else "en"):
        content = write_workbook(_("Steps"), columns_of_template(language), [])
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="steps-template-{language}.xlsx"'
    return response
