"""The trace of a process from suggestion to effect (F81), and the annual report."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from improvements.apps import READERS, REPORT_READERS
from improvements.domain.effects import WEEKS
from improvements.models import Evaluation
from improvements.queries.annual import years_told
from improvements.queries.trace import traced
from improvements.reports.annual import ANNUAL, AnnualYear, find_year
from improvements.reports.effects import effect_rows
from improvements.reports.evaluation import EVALUATION, find_evaluation
from processes.models import Process
from processes.views.reports import make_report_file, show_report
from procstd.access import Request, allow


@require_safe
@allow(*READERS)
def trace(request: Request, code: str) -> HttpResponse:
    """Each version with its changes, where they come from, and what the version brought."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    versions = traced(process, request.user, weeks=WEEKS, at=timezone.now())
    rows = [(row, effect_rows(row.effect.data) if row.effect else []) for row in versions]
    return render(request, "improvements/trace.html", {"process": process, "versions": rows, "weeks": WEEKS})


@require_safe
@allow(*REPORT_READERS)
def annual_list(request: Request) -> HttpResponse:
    """The years that can be reported on."""
    context = {"years": years_told(at=timezone.now()), "here": "reports", "reads_reports": True}
    return render(request, "improvements/annual_list.html", context)


def _year_or_404(request: Request, year: int) -> AnnualYear:
    row = find_year(request.user, str(year))
    if row is None:
        raise Http404
    return row


@require_safe
@allow(*REPORT_READERS)
def annual(request: Request, year: int) -> HttpResponse:
    """The annual report as it is now."""
    row = _year_or_404(request, year)
    return show_report(
        request, ANNUAL, row, make_url=reverse("improvements:annual-make", args=[year]),
        template="improvements/annual.html", here="reports", reads_reports=True,
    )  # fmt: skip


@require_POST
@allow(*REPORT_READERS)
def annual_make(request: Request, year: int) -> HttpResponse:
    """Have the annual report made as a file; it waits on the job's page."""
    return make_report_file(request, ANNUAL, _year_or_404(request, year))


def _evaluation_or_404(request: Request, number: str) -> Evaluation:
    row = find_evaluation(request.user, number)
    if row is None:
        raise Http404
    return row


@require_safe
@allow(*READERS)
def evaluation_report(request: Request, number: str) -> HttpResponse:
    """An evaluation as a document: its evidence with the charts, and what was decided."""
    row = _evaluation_or_404(request, number)
    return show_report(
        request, EVALUATION, row, make_url=reverse("improvements:evaluation-report-make", args=[row.number]),
        crumbs=[(reverse("improvements:evaluation-list"), _("Evaluations")), (row.get_absolute_url(), row.number)],
    )  # fmt: skip


@require_POST
@allow(*READERS)
def evaluation_report_make(request: Request, number: str) -> HttpResponse:
    """Have the document made as a file; it waits on the job's page."""
    return make_report_file(request, EVALUATION, _evaluation_or_404(request, number))
