"""The two views that every report has: read on its page, made as a file by a job."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from processes.manuals.blocks import CHOICES
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import KINDS, LANGUAGES, language_choice
from procstd.access import Request
from procstd.jobs.domain.running import start_once


def show_report(
    request: Request, report: ReportKind, row: Any, *, make_url: str, template: str = "processes/report.html",
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """Serve the page of a report: what it says of *row* now, in the languages that the reader asks for.

    *make_url* is the address of the other view. A template of one's own includes ``processes/report_page.html``.
    """
    choice = language_choice(request.GET.get("language", ""), get_language())
    manual, standard = report.write(row, choice=choice, at=timezone.now())
    context = {
        "title": report.title, "row": row, **context, "manual": manual, "standard": standard, "on_paper": False,
        "choice": choice, "languages": LANGUAGES, "kinds": KINDS, "make_url": make_url,
    }  # fmt: skip
    return render(request, template, context)


def make_report_file(request: Request, report: ReportKind, row: Any) -> HttpResponse:
    """Have the report of *row* made as a file; it waits on the job's page."""
    format, choice = request.POST.get("kind", ""), request.POST.get("language", "")
    if format not in KINDS or choice not in CHOICES:
        messages.error(request, _("Choose the kind of file and the language."))
        return redirect(report.address(row))
    job = start_once(
        report.code, owner=request.user, at=timezone.now(), key=report.key(row), format=format, choice=choice
    )
    return redirect(job)
