"""The weekly exception reports: the weeks, one week, as PDF and workbook; compare; be told."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.apps import REPORT_READERS
from cases.documents import report_pdf, report_workbook
from cases.domain.reports import is_reproduced, subscribe, unsubscribe
from cases.forms.reports import SubscribeForm
from cases.models import Case, ExceptionReport, ReportSubscription
from cases.models.report import ExceptionKind
from cases.queries.report_lines import ReportReading
from cases.queries.reports import figures_of, scope_of
from cases.views.sheets import XLSX
from processes.models import Process
from procstd.access import Request, allow
from procstd.documents import NotDrawable
from procstd.look.bars import bars
from procstd.look.paging import page_of

#: A quarter on a page.
WEEKS = 13
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


def report_or_404(week: str) -> ExceptionReport:
    """Return the report of a week as people write it, 2026-W47."""
    named = _WEEK.fullmatch(week) if week.isascii() else None
    try:
        monday = date.fromisocalendar(int(named[1]), int(named[2]), 1) if named else None
    except ValueError:
        monday = None
    if monday is None:
        raise Http404
    return get_object_or_404(ExceptionReport, week_from=monday)


def _reading(request: Request, week: str) -> ReportReading:
    report = report_or_404(week)
    process = request.GET.get("process", "")
    known = report.load()["processes"]
    return ReportReading(report, scope=scope_of(request.user), process=process if process in known else "")


@require_safe
@allow(*REPORT_READERS)
def exception_report_list(request: Request) -> HttpResponse:
    """The weeks, the latest first, with their figures; and whether one is told of them."""
    scope = scope_of(request.user)
    page = page_of(request, ExceptionReport.objects.defer("content"), per_page=WEEKS)
    rows: list[dict[str, Any]] = []
    for report in page:
        figures = figures_of(report.summary, scope)
        counts = [(kind.label, figures.kinds[kind]) for kind in ExceptionKind]
        rows.append({"report": report, "figures": figures, "counts": counts, "rate": figures.rate(figures.total)})
    totals = [(row["report"].week, row["figures"].total) for row in reversed(rows)]
    for place, row in enumerate(rows):
        row["bars"] = bars(totals[: len(rows) - place][-8:], most=max((value for _week, value in totals), default=0))
    told = ReportSubscription.objects.filter(person=request.user).select_related("process")
    context = {
        "page": page,
        "rows": rows,
        "kinds": list(ExceptionKind),
        "trend": bars(totals),
        "told": told,
        "is_told_of_all": any(row.process_id is None for row in told),
        "form": SubscribeForm(),
        "scope": scope,
    }
    return render(request, "cases/exception_report_list.html", context)


@require_safe
@allow(*REPORT_READERS)
def exception_report(request: Request, week: str) -> HttpResponse:
    """One week: by kind, by department, by step, one by one; beside the weeks before."""
    reading = _reading(request, week)
    page = Paginator(reading.exceptions, 25).get_page(request.GET.get("page"))
    shown = {row.case for row in page}
    context = {
        "report": reading.report,
        "reading": reading,
        "page": page,
        # Who counts an exception of a department may still not see the case (A2): its number, no link.
        "visible": set(Case.objects.visible_to(request.user).filter(pk__in=shown).values_list("pk", flat=True)),
        "processes": sorted((code, reading.process_name(code)) for code in reading.content["processes"]),
    }
    return render(request, "cases/exception_report.html", context)


@require_safe
@allow(*REPORT_READERS)
def exception_report_pdf(request: Request, week: str) -> HttpResponse:
    """The report as PDF."""
    reading = _reading(request, week)
    try:
        content = report_pdf(reading)
    except NotDrawable as refusal:
        messages.error(request, str(refusal))
        return redirect(reading.report)
    return _file(content, "application/pdf", f"exceptions-{reading.report.week}-{get_language()}.pdf")


@require_safe
@allow(*REPORT_READERS)
def exception_report_xlsx(request: Request, week: str) -> HttpResponse:
    """Every exception of the week as a workbook."""
    reading = _reading(request, week)
    return _file(report_workbook(reading), XLSX, f"exceptions-{reading.report.week}.xlsx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@allow(*REPORT_READERS)
def exception_report_check(request: Request, week: str) -> HttpResponse:
    """Compute the week anew and tell whether it gives the same bytes (F68)."""
    report = report_or_404(week)
    if is_reproduced(report):
        messages.success(request, _("Computed anew from the events: the same content, byte for byte."))
    else:
        messages.error(request, _("Computed anew, it differs from what was kept. Please tell an administrator."))
    return redirect(report)


@require_POST
@allow(*REPORT_READERS)
def report_subscribe(request: Request) -> HttpResponse:
    """Be told of each week's report, of all processes or of one."""
    form = SubscribeForm(request.POST)
    if form.carry_out(partial(subscribe, request.user, at=timezone.now())):
        messages.success(request, _("You are told as soon as a week's report is made."))
    else:
        messages.error(request, _("Choose a process from the list."))
    return redirect("cases:exception-report-list")


@require_POST
@allow(*REPORT_READERS)
def report_unsubscribe(request: Request) -> HttpResponse:
    """Be told no longer."""
    form = SubscribeForm(request.POST)
    form.fields["process"].queryset = Process.objects.all()  # type: ignore[attr-defined]
    if form.carry_out(partial(unsubscribe, request.user)):
        messages.success(request, _("You are told of it no longer."))
    return redirect("cases:exception-report-list")
