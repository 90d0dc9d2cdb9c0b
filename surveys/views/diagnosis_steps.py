"""The steps as they are: written in a grid, moved, taken over from Excel (F07, F10)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import Request, allow
from procstd.acts import fragment
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.files.models import StoredFile
from procstd.organisation.forms.directory import SheetUploadForm
from procstd.sheets import read_workbook, write_workbook
from surveys.apps import SURVEYORS
from surveys.domain.diagnosis.steps import edition_of_steps, move_step, write_steps
from surveys.domain.diagnosis.stepsheet import COLUMNS, ExaminedSteps, examine_steps, import_steps, rows_out
from surveys.forms.grid import lines, more_lines
from surveys.models import AsIsStep, Survey
from surveys.views.diagnosis_places import GET_OR_POST, place, survey_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A page shows so many errors.
ERRORS_SHOWN = 100


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def asis_grid(request: Request, number: str) -> HttpResponse:
    """All steps as lines of a grid: written at once, put in order by their places, with room for new ones."""
    survey = survey_or_404(request, number)
    steps = list(AsIsStep.objects.filter(survey=survey).in_order())
    refusal = ""
    seen: int | None = edition_of_steps(survey)
    if request.method == "POST":
        seen = _seen(request.POST.get("seen"))
        if "more" in request.POST:
            grid = lines(steps, more_lines(request.POST))
        else:
            grid = lines(steps, request.POST)
            if grid.is_valid():
                try:
                    write_steps(survey, grid.rows(), by=request.user, at=timezone.now(), seen=seen)
                except DomainError as fault:
                    grid.show(fault)
                    refusal = str(fault.message)
                else:
                    messages.success(request, _("The steps are saved."))
                    goal = "surveys:asis-grid" if "on" in request.POST else "surveys:diagnosis"
                    return redirect(goal, number)
            else:
                refusal = _("Nothing is saved yet: see the lines marked below.")
    else:
        after = request.GET.get("after", "")
        grid = lines(steps, after=int(after) if after.isdecimal() and len(after) < 5 else None)
    context = place(request, survey, "steps", grid=grid, seen=seen, refusal=refusal, steps=steps)
    return render(request, fragment(request, "surveys/diagnosis/grid.html", "grid"), context)


def _seen(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


@require_POST
@allow(*SURVEYORS)
def asis_move(request: Request, number: str, pk: int) -> HttpResponse:
    """Let a step change places with its neighbour."""
    survey = survey_or_404(request, number)
    step = get_object_or_404(AsIsStep.objects.filter(survey=survey), pk=pk)
    step.survey = survey
    try:
        move_step(step, up=request.POST.get("way") == "up", by=request.user, at=timezone.now())
    except DomainError as fault:
        messages.error(request, str(fault.message))
    return redirect("surveys:diagnosis", number)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def asis_import(request: Request, number: str) -> HttpResponse:
    """Upload a sheet, read what is wrong by row and column, then take over all rows, or the valid ones (F10)."""
    survey = survey_or_404(request, number)
    form, examined, file = SheetUploadForm(), None, None
    if request.method == "POST" and "kept" in request.POST:
        file = StoredFile.objects.visible_to(request.user).filter(owner=request.user, key=_key(request)).first()
        if file is None:
            messages.error(request, _("The file is not there any more. Send it again."))
            return redirect("surveys:asis-import", number)
        try:
            examined = _examined(file)
            count = import_steps(
                survey, examined, valid_rows_only=request.POST.get("rows") == "valid", by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except DomainError as fault:
            messages.error(request, str(fault.message))
        else:
            told = ngettext("%(count)d step is taken over.", "%(count)d steps are taken over.", count)
            messages.success(request, told % {"count": count})
            return redirect("surveys:diagnosis", number)
    elif request.method == "POST":
        form = SheetUploadForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                file = keep_upload(
                    upload, name=upload.name, owner=request.user, at=timezone.now(), kinds={"xlsx"}
                )  # fmt: skip
                examined = _examined(file)
            except DomainError as fault:
                form.add_error("file", fault.message)
    context = place(
        request, survey, "steps", form=form, columns=COLUMNS, examined=examined, file=file,
        errors=examined.errors[:ERRORS_SHOWN] if examined else [],
    )  # fmt: skip
    return render(request, "surveys/diagnosis/import.html", context)


def _key(request: Request) -> Any:
    """Return the key that was posted, or one that no file has."""
    try:
        return uuid.UUID(request.POST.get("kept", ""))
    except ValueError:
        return uuid.UUID(int=0)


def _examined(file: StoredFile) -> ExaminedSteps:
    with file.content.open("rb") as content:
        return examine_steps(read_workbook(content, COLUMNS))


@require_safe
@allow(*SURVEYORS)
def asis_sheet(request: Request, number: str) -> HttpResponse:
    """The steps as a workbook, to be filled in and imported again; without steps it is the template."""
    survey: Survey = survey_or_404(request, number)
    steps = list(AsIsStep.objects.filter(survey=survey).in_order())
    response = HttpResponse(write_workbook(str(_("Steps as they are")), COLUMNS, rows_out(steps)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{survey.number}-steps.xlsx"'
    return response
