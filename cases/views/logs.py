"""Take cases out as an event log (F88)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from cases.apps import LOG_READERS
from cases.domain.eventlog.choosing import cases_of_log
from cases.domain.eventlog.traces import MOST_CASES
from cases.forms.logs import EventLogForm
from cases.views.cases import GET_OR_POST
from procstd.access import Request, allow
from procstd.errors import DomainError
from procstd.jobs.domain.running import start_job

#: The kind of job that writes the file (cases/longjobs_log.py).
WRITE_LOG = "case-log"


@require_http_methods(GET_OR_POST)
@allow(*LOG_READERS)
def case_log(request: Request) -> HttpResponse:
    """Choose process, days and format; a job writes the file."""
    now = timezone.now()
    today = timezone.localdate(now)
    usual = {
        "process": request.GET.get("process"), "opened_from": today - timedelta(days=90), "opened_until": today,
        "format": "xes", "language": get_language(),
    }  # fmt: skip
    form = EventLogForm(request.POST or None, initial=usual, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        process = facts["process"]
        days = {name: facts[name] for name in ("opened_from", "opened_until")}
        try:
            cases_of_log(process, request.user, **days)
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            told = {name: day.isoformat() for name, day in days.items()}
            chosen = {name: facts[name] for name in ("format", "language", "by_name")}
            return redirect(start_job(WRITE_LOG, owner=request.user, at=now, process=process.code, **told, **chosen))
    return render(request, "cases/case_log.html", {"form": form, "most": MOST_CASES})
