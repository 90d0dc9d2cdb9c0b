"""Open cases from an Excel list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.apps import IMPORTERS
from cases.domain.importing import columns_of, form_for_import
from cases.views.cases import GET_OR_POST
from processes.models import Process
from procstd.access import Request, allow
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.jobs.domain.running import start_job
from procstd.jobs.models import Job, State
from procstd.organisation.forms.directory import SheetUploadForm
from procstd.sheets import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(GET_OR_POST)
@allow(*IMPORTERS)
def case_import(request: Request, code: str) -> HttpResponse:
    """Upload a list: a job checks it and tells what it found, before any case is opened."""
    process = get_object_or_404(Process.objects.visible_to(request.user).select_related("department"), code=code)
    now = timezone.now()
    try:
        columns = columns_of(form_for_import(process, now))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("cases:case-open-list")
    form = SheetUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = keep_upload(upload, name=upload.name, owner=request.user, at=now, kinds={"xlsx"})
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect(start_job("case-check", owner=request.user, at=now, process=code, file=str(file.key)))
    return render(request, "cases/case_import.html", {"form": form, "process": process, "columns": columns})


@require_safe
@allow(*IMPORTERS)
def case_template(request: Request, code: str) -> HttpResponse:
    """An empty workbook with the columns of the process's first form."""
    process = get_object_or_404(Process.objects.visible_to(request.user).select_related("department"), code=code)
    try:
        columns = columns_of(form_for_import(process, timezone.now()))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("cases:case-open-list")
    response = HttpResponse(write_workbook(process.name, columns, []), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{process.code}-cases.xlsx"'
    return response


@require_POST
@allow(*IMPORTERS)
def case_import_run(request: Request, pk: int) -> HttpResponse:
    """Open the cases that a check has looked at: of all rows, or of the valid ones."""
    check = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, kind="case-check", state=State.DONE)
    facts = {
        "process": check.facts["process"],
        "file": check.facts["file"],
        "valid_rows_only": request.POST.get("rows") == "valid",
    }
    return redirect(start_job("case-import", owner=request.user, at=timezone.now(), **facts))
