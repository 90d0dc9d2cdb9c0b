"""Evaluations: the list, one with its evidence, and the decision (F82)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from improvements.apps import DECIDERS, READERS, REPORT_READERS
from improvements.domain.evaluating import decide, may_decide, may_evaluate
from improvements.domain.planning import plan_special
from improvements.forms.evaluations import DecideForm, PlanForm
from improvements.models import Evaluation
from improvements.queries.links import links_to
from improvements.views.evidence import shown_evidence
from improvements.views.shared import GET_OR_POST, decides, form_page
from processes.models import Process
from procstd.access import Request, allow, may_call
from procstd.calendars.domain.workdays import standard_workdays
from procstd.jobs.domain.running import start_once
from procstd.look.paging import page_of

#: The kind of job that gathers evidence (improvements/longjobs.py).
GATHER_EVIDENCE = "evaluation-evidence"


@require_safe
@allow(*READERS)
def evaluation_list(request: Request) -> HttpResponse:
    """Evaluations that the reader sees: what is due first, then what is decided."""
    now = timezone.now()
    rows = Evaluation.objects.visible_to(request.user).select_related("process__owner")
    today = standard_workdays().today(now)
    waiting = list(rows.open().order_by("due_on", "pk")[:200])
    context = {
        "waiting": waiting, "overdue": [row.pk for row in waiting if row.due_on < today],
        "page": page_of(request, rows.exclude(decided_at=None).order_by("-decided_at", "-pk")),
        "may_plan": decides(request), "here": "evaluations", "today": today,
        "reads_reports": may_call(request.user, frozenset(REPORT_READERS)),
    }  # fmt: skip
    return render(request, "improvements/evaluation_list.html", context)


@require_http_methods(GET_OR_POST)
@allow(*DECIDERS)
def evaluation_plan(request: Request) -> HttpResponse:
    """Plan a special evaluation."""
    processes = Process.objects.visible_to(request.user).filter(is_active=True)
    form = PlanForm(request.POST or None, processes=processes, initial={"process": request.GET.get("process", "")[:32]})

    def act(**facts: Any) -> Evaluation:
        return plan_special(form.cleaned_data["process"], by=request.user, at=timezone.now(), **facts)

    return form_page(
        request, form, act, title=_("Plan a special evaluation"), done=_("The evaluation is planned."),
        to=lambda made: made, back=reverse("improvements:evaluation-list"), save=_("Plan"),
        advice=_("Evaluations of the calendar plan themselves. Plan one here when the business changes."),
    )  # fmt: skip


def _seen(request: Request, number: str) -> Evaluation:
    rows = Evaluation.objects.visible_to(request.user).select_related(
        "process__owner", "process__department", "evidence", "decided_by", "planned_by"
    )
    return get_object_or_404(rows, number=number)


@require_safe
@allow(*READERS)
def evaluation(request: Request, number: str) -> HttpResponse:
    """An evaluation with its evidence."""
    row, now = _seen(request, number), timezone.now()
    evidence = row.evidence or row.gathered.first()
    context = {
        "evaluation": row, "evidence": evidence, "shown": shown_evidence(evidence) if evidence else None,
        "links": links_to([row.number], at=now).get(row.number, []), "today": standard_workdays().today(now),
        "may_gather": row.is_open and may_evaluate(row, request.user, decides(request)),
        "may_decide": row.is_open and evidence is not None and may_decide(row, request.user),
    }  # fmt: skip
    return render(request, "improvements/evaluation.html", context)


@require_POST
@allow(*READERS)
def evaluation_gather(request: Request, number: str) -> HttpResponse:
    """Have the evidence gathered by the worker, and show how far it is."""
    row = _seen(request, number)
    if not may_evaluate(row, request.user, decides(request)):
        raise Http404
    if not row.is_open:
        messages.error(request, _("This evaluation is decided; its evidence stays as it was."))
        return redirect(row)
    return redirect(start_once(GATHER_EVIDENCE, owner=request.user, at=timezone.now(), evaluation=row.number))


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def evaluation_decide(request: Request, number: str) -> HttpResponse:
    """Decide: keep, revise or retire."""
    row = _seen(request, number)
    if not may_decide(row, request.user):
        raise Http404
    evidence = row.gathered.first()
    form = DecideForm(request.POST or None, initial={"seen": evidence.number if evidence else None})
    return form_page(
        request, form, partial(decide, row, by=request.user, at=timezone.now()),
        title=_("Decide %(number)s") % {"number": row}, done=_("It is decided."), to=row,
        back=row.get_absolute_url(), save=_("Decide the evaluation"), evaluation=row,
    )  # fmt: skip


@require_safe
@allow(*READERS)
def panel_waiting(request: Request) -> HttpResponse:
    """Evaluations of processes that the reader owns, on the home page; nothing for whom nothing waits."""
    rows = Evaluation.objects.open().filter(process__owner=request.user).select_related("process")
    waiting = list(rows.order_by("due_on", "pk")[:10])
    context = {"waiting": waiting, "today": standard_workdays().today(timezone.now()) if waiting else None}
    return render(request, "improvements/panel_waiting.html", context)
