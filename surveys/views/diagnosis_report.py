"""The report 《流程现状调研报告》: read on the page, made as PDF and Word by a job (H2.0.2)."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from processes.views.reports import make_report_file, show_report
from procstd.access import Request, allow
from surveys.apps import READERS
from surveys.reports.drawing import REPORT
from surveys.views.diagnosis_places import place, survey_or_404


@require_safe
@allow(*READERS)
def report(request: Request, number: str) -> HttpResponse:
    """The report as it is now."""
    survey = survey_or_404(request, number)
    return show_report(
        request, REPORT, survey, make_url=reverse("surveys:diagnosis-report-make", args=[number]),
        template="surveys/diagnosis/report.html", **place(request, survey, "report"),
    )  # fmt: skip


@require_POST
@allow(*READERS)
def report_make(request: Request, number: str) -> HttpResponse:
    """Have the report made as a file; it waits on the job's page."""
    return make_report_file(request, REPORT, survey_or_404(request, number))
