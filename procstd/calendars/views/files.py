"""Calendars as files: out as JSON and Excel, and into a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import SIGNED_IN, STAFF, Request, allow
from procstd.calendars.domain.exchange import read_plan_file, write_plan_json
from procstd.calendars.domain.versions import save_plan
from procstd.calendars.domain.workbook import SHEETS, ReadPlan, write_plan_workbook
from procstd.calendars.forms.calendars import PlanUploadForm
from procstd.calendars.models import CalendarVersion
from procstd.calendars.views.calendars import GET_OR_POST
from procstd.calendars.views.drafts import draft_or_404
from procstd.calendars.views.versions import version_or_404
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.history import version_of

_KINDS = {
    "json": ("application/json", write_plan_json),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_plan_workbook),
}
#: A page shows so many faults; whoever has mended those sees the rest.
FAULTS_SHOWN = 100


@require_safe
@allow(SIGNED_IN)
def version_export(request: Request, code: str, number: int, kind: str) -> HttpResponse:
    """A version as a file."""
    version = version_or_404(request, code, number)
    if kind not in _KINDS:
        raise Http404
    media_type, write = _KINDS[kind]
    response = HttpResponse(write(version), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="calendar-{code}-{number}.{kind}"'
    return response


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def draft_import(request: Request, code: str) -> HttpResponse:
    """Read a file into the draft: all of it, or, with a single fault, nothing."""
    version = draft_or_404(code)
    form = PlanUploadForm(request.POST or None, request.FILES or None, initial={"seen": version_of(version)})
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = _read(request, form.cleaned_data["file"])
            if not found.faults:
                _save(request, version, found, form.cleaned_data["seen"])
                messages.success(request, _("The draft is what the file says. Look at what changes, then sign it."))
                return redirect("calendars:draft-change", code)
        except DomainError as refusal:
            form.add_error("file", refusal.message)
    faults = found.faults if found else []
    context = {
        "calendar": version.calendar, "version": version, "form": form, "sheets": SHEETS,
        "faults": faults[:FAULTS_SHOWN], "fault_count": len(faults),
    }  # fmt: skip
    return render(request, "calendars/draft_import.html", context)


def _read(request: Request, upload: Any) -> ReadPlan:
    """Read what was sent: a workbook comes in by the way that all files take, checked and scanned."""
    if upload.name.lower().endswith(".json"):
        return read_plan_file(upload, upload.name)
    file = keep_upload(upload, name=upload.name, owner=request.user, at=timezone.now(), kinds={"xlsx"})
    with file.content.open("rb") as content:
        return read_plan_file(content, file.name)


def _save(request: Request, version: CalendarVersion, found: ReadPlan, seen: int | None) -> None:
    save_plan(version, **found.plan, known_until=found.known_until, by=request.user, seen=seen)
