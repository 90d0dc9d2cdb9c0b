"""Before and after, the decision, the report."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilots.apps import READERS, STEERERS
from pilots.domain.deciding import decide, figures_of
from pilots.forms.judging import DecideForm
from pilots.queries.cases import steps_named
from pilots.queries.comparison import compare
from pilots.queries.progress import progress_of
from pilots.queries.showing import shown
from pilots.reports.feedback import FEEDBACK
from pilots.views.shared import GET_OR_POST, pilot_or_404, rights, shows_broken, standard_of
from processes.domain.definition import hash_of
from processes.views.reports import make_report_file, show_report
from procstd.access import Request, allow


@require_safe
@allow(*READERS)
@shows_broken
def comparison(request: Request, code: str) -> HttpResponse:
    """Each criterion before and after: figures, interval, picture, and what can be said."""
    found, now = pilot_or_404(request, code), timezone.now()
    steps = steps_named(standard_of(found))
    context = {
        **rights(request, found, "comparison"),
        "rows": [shown(row, steps) for row in compare(found, at=now)],
        "progress": progress_of(found, at=now),
        "decisions": found.decisions.all(),
    }
    return render(request, "pilots/comparison.html", context)


@require_http_methods(GET_OR_POST)
@allow(*STEERERS)
@shows_broken
def pilot_decide(request: Request, code: str) -> HttpResponse:
    """Go, extend, stop: by the leader, with a reason, by the figures as they stand."""
    found, now = pilot_or_404(request, code), timezone.now()
    may = rights(request, found, "comparison")
    if not may["may_decide"]:
        raise Http404
    rows = compare(found, at=now)
    form = DecideForm(request.POST or None, initial={"seen": hash_of(figures_of(rows))})
    if request.method == "POST" and form.carry_out(decide, found, by=request.user, at=now):
        messages.success(request, _("The decision is recorded."))
        return redirect("pilots:comparison", code)
    if form.is_bound:  # the figures on the page now are those that the next click is about
        form.data = {**form.data.dict(), "seen": hash_of(figures_of(rows))}  # type: ignore[attr-defined]
    steps = steps_named(standard_of(found))
    context = {
        **may, "form": form, "rows": [shown(row, steps) for row in rows],
        "progress": progress_of(found, at=now), "back": reverse("pilots:comparison", args=[code]),
    }  # fmt: skip
    return render(request, "pilots/decide.html", context)


@require_safe
@allow(*READERS)
@shows_broken
def report(request: Request, code: str) -> HttpResponse:
    """The feedback report 《试点运行反馈报告》 as it is now (H2.4.4)."""
    found = pilot_or_404(request, code)
    return show_report(
        request, FEEDBACK, found, make_url=reverse("pilots:report-make", args=[code]), template="pilots/report.html",
        **rights(request, found, "report"),
    )  # fmt: skip


@require_POST
@allow(*READERS)
@shows_broken
def report_make(request: Request, code: str) -> HttpResponse:
    """Have the report made as a file; it waits on the job's page."""
    return make_report_file(request, FEEDBACK, pilot_or_404(request, code))
