"""The report 《流程现状调研报告》: read on the page, made as PDF and Word by a job (H2.0.2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from processes.manuals.blocks import CHOICES
from processes.manuals.reports import KINDS, LANGUAGES, language_choice
from procstd.access import Request, allow
from procstd.jobs.domain.running import start_job
from surveys.apps import READERS
from surveys.queries.diagnosis import diagnosis_of
from surveys.reports.content import report_of
from surveys.views.diagnosis_places import place, survey_or_404

#: The kind of job that makes a file (surveys/longjobs_diagnosis.py).
MAKE_REPORT = "diagnosis-report"


@require_safe
@allow(*READERS)
def report(request: Request, number: str) -> HttpResponse:
    """The report as it is now."""
    survey = survey_or_404(request, number)
    choice = language_choice(request.GET.get("language", ""), get_language())
    manual, standard = report_of(diagnosis_of(survey), choice=choice, at=timezone.now())
    context = place(
        request, survey, "report", manual=manual, standard=standard, on_paper=False, choice=choice,
        languages=LANGUAGES, kinds=KINDS, make_url=reverse("surveys:diagnosis-report-make", args=[number]),
    )  # fmt: skip
    return render(request, "surveys/diagnosis/report.html", context)


@require_POST
@allow(*READERS)
def report_make(request: Request, number: str) -> HttpResponse:
    """Have the report made as a file; it waits on the job's page."""
    survey = survey_or_404(request, number)
    kind, choice = request.POST.get("kind", ""), request.POST.get("language", "")
    if kind not in KINDS or choice not in CHOICES:
        messages.error(request, _("Choose the kind of file and the language."))
        return redirect("surveys:diagnosis-report", number)
    job = start_job(
        MAKE_REPORT, owner=request.user, at=timezone.now(), survey=survey.number, format=kind, choice=choice
    )
    return redirect(job)
