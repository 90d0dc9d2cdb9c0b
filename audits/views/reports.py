"""Audit report and score sheet: read on their pages, made as PDF and Word by a job."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits.apps import READERS
from audits.models import Audit
from audits.queries.sheets import SheetYear
from audits.reports.audit import AUDIT_REPORT
from audits.reports.scores import SCORE_SHEET, sheet_of
from audits.views.shared import audit_or_404
from processes.views.reports import make_report_file, show_report
from procstd.access import Request, allow


def _row(request: Request, number: str) -> Audit:
    audit_or_404(request, number)
    row: Audit | None = AUDIT_REPORT.find(request.user, number)
    if row is None:
        raise Http404
    return row


@require_safe
@allow(*READERS)
def audit_report(request: Request, number: str) -> HttpResponse:
    """The audit report as it is now."""
    row = _row(request, number)
    crumbs = [(reverse("audits:home"), _("Audits")), (row.get_absolute_url(), row.number)]
    return show_report(
        request, AUDIT_REPORT, row, make_url=reverse("audits:audit-report-make", args=[number]), crumbs=crumbs
    )


@require_POST
@allow(*READERS)
def audit_report_make(request: Request, number: str) -> HttpResponse:
    """Have the report made as a file; it waits on the job's page."""
    return make_report_file(request, AUDIT_REPORT, _row(request, number))


def _sheet(request: Request, code: str) -> SheetYear:
    sheet = sheet_of(request.user, f"{code}:{request.GET.get('year', '') or request.POST.get('year', '')}")
    if sheet is None:
        raise Http404
    return sheet


@require_safe
@allow(*READERS)
def score_document(request: Request, code: str) -> HttpResponse:
    """The score sheet of a department as it is now."""
    sheet = _sheet(request, code)
    make = reverse("audits:score-document-make", args=[code])
    crumbs = [
        (reverse("audits:score-list"), _("Scores")),
        (reverse("audits:score-sheet", args=[code]), sheet.department),
    ]
    return show_report(request, SCORE_SHEET, sheet, make_url=f"{make}?year={sheet.year}", crumbs=crumbs)


@require_POST
@allow(*READERS)
def score_document_make(request: Request, code: str) -> HttpResponse:
    """Have the sheet made as a file; it waits on the job's page."""
    return make_report_file(request, SCORE_SHEET, _sheet(request, code))
