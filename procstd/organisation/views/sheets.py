"""Excel import and export of the organisation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import STAFF, Request, allow
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.jobs.domain.running import start_job
from procstd.jobs.models import Job, State
from procstd.organisation.domain.sheets import KINDS
from procstd.organisation.forms.directory import SheetUploadForm
from procstd.organisation.views.people import GET_OR_POST
from procstd.sheet_import import SheetKind
from procstd.sheets import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _kind_or_404(code: str) -> type[SheetKind]:
    try:
        return KINDS[code]
    except KeyError:
        raise Http404 from None


@require_safe
@allow(STAFF)
def sheet_list(request: Request) -> HttpResponse:
    """The four lists, each with import, export and template."""
    return render(request, "organisation/sheet_list.html", {"kinds": KINDS.values()})


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def sheet_import(request: Request, sheet: str) -> HttpResponse:
    """Upload a file: a job checks it and tells what it found, before anything is saved."""
    kind = _kind_or_404(sheet)
    form = SheetUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        now = timezone.now()
        try:
            file = keep_upload(upload, name=upload.name, owner=request.user, at=now, kinds={"xlsx"})
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect(start_job("sheet-check", owner=request.user, at=now, sheet=kind.code, file=str(file.key)))
    return render(request, "organisation/sheet_import.html", {"form": form, "kind": kind})


@require_POST
@allow(STAFF)
def sheet_import_run(request: Request, pk: int) -> HttpResponse:
    """Import what a check has looked at: all rows, or the valid ones."""
    check = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, kind="sheet-check", state=State.DONE)
    facts: dict[str, Any] = {
        "sheet": check.facts["sheet"],
        "file": check.facts["file"],
        "valid_rows_only": request.POST.get("rows") == "valid",
        "reason": request.POST.get("reason", "").strip()[:500] or _("Excel import"),
    }
    return redirect(start_job("sheet-import", owner=request.user, at=timezone.now(), **facts))


@require_POST
@allow(STAFF)
def sheet_export(request: Request, sheet: str) -> HttpResponse:
    """Export a list; the file waits on the job's page."""
    kind = _kind_or_404(sheet)
    return redirect(start_job("sheet-export", owner=request.user, at=timezone.now(), sheet=kind.code))


@require_safe
@allow(STAFF)
def sheet_template(request: Request, sheet: str) -> HttpResponse:
    """An empty workbook with the columns, as an attachment."""
    kind = _kind_or_404(sheet)
    response = HttpResponse(write_workbook(str(kind.title), kind.columns, []), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{kind.code}-template.xlsx"'
    return response
