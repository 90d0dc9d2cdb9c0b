"""Import the survey forms of departments from Excel."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import Request, allow
from procstd.sheets import write_workbook
from surveys.apps import SURVEYORS
from surveys.domain.forms_sheet import DepartmentForms, import_forms
from surveys.forms.notes import FormsSheetForm
from surveys.models import Survey
from surveys.views.questionnaires import XLSX
from surveys.views.surveys import GET_OR_POST

#: A page shows so many errors.
ERRORS_SHOWN = 100


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def forms_import(request: Request, number: str) -> HttpResponse:
    """Import a workbook: every error by row and column; with errors nothing is saved, unless that was asked for."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), number=number)
    form = FormsSheetForm(request.POST or None, request.FILES or None)
    found = None
    if request.method == "POST" and form.carry_out(import_forms, survey, by=request.user, at=timezone.now()):
        found, is_saved = form.result
        if is_saved:
            said = _("New: %(new)d, changed: %(changed)d, as they were: %(same)d, rows with errors: %(bad)d.")
            facts = {
                "new": len(found.new),
                "changed": len(found.changed),
                "same": found.unchanged,
                "bad": found.bad_rows,
            }
            messages.success(request, said % facts)
            return redirect(survey)
    context = {
        "form": form,
        "survey": survey,
        "columns": DepartmentForms.columns,
        "found": found,
        "errors": found.errors[:ERRORS_SHOWN] if found else [],
    }
    return render(request, "surveys/forms_import.html", context)


@require_safe
@allow(*SURVEYORS)
def forms_template(request: Request, number: str) -> HttpResponse:
    """An empty workbook with the columns."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), number=number)
    book = write_workbook(str(DepartmentForms.title), DepartmentForms.columns, [])
    response = HttpResponse(book, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{survey.number}-forms.xlsx"'
    return response
