"""What people do with the clocks of a case: hold, go on, more time, exceptions, another grade; and why a due time."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.apps import READERS
from cases.domain import reopening
from cases.domain.acting import Broken, TooLate, may_direct, may_see, needs_to_know, standard_of
from cases.domain.clocks import exceptions, extending, holding, regrading
from cases.domain.clocks.explaining import explain
from cases.domain.clocks.showing import as_pauses, known, ready, shown_of
from cases.domain.clocks.telling import moves_of, thresholds_told
from cases.forms.acts import EmptyForm
from cases.forms.clocks import (
    DecisionForm,
    ExceptionEndForm,
    ExceptionForm,
    HoldForm,
    MoreTimeForm,
    RegradeForm,
    ReopenForm,
    WaitForm,
)
from cases.models import Case, Clock, Extension, Hold, Task
from cases.models.clock import Target
from cases.views.broken import shows_broken
from cases.views.cases import GET_OR_POST, case_or_404, case_page
from cases.views.tasks import task_or_404
from procstd.access import Request, allow
from procstd.acts import ActForm

_CLOCKS = known(
    Clock.objects.select_related("case__definition__revision", "case__process", "version__calendar", "task")
)


def _row_or_404(request: Request, rows: Any, pk: int, case_of: Any) -> Any:
    """Return the row if the person may see its case."""
    row = rows.filter(pk=pk).first() if pk < 1 << 63 else None
    if row is None or not may_see(request.user, case_of(row)):
        raise Http404
    return row


def _clock_or_404(request: Request, pk: int) -> Clock:
    clock: Clock = _row_or_404(request, _CLOCKS, pk, lambda row: row.case)
    return ready([clock])[0]


@require_safe
@allow(*READERS)
@shows_broken
def clock_detail(request: Request, pk: int) -> HttpResponse:
    """Why this due time: day by day what was counted, and what was not (F58)."""
    clock = _clock_or_404(request, pk)
    case, now = clock.case, timezone.now()
    standard = standard_of(case.definition)
    holds = list(case.holds.filter(held_from__isnull=False).order_by("held_from"))
    at = clock.ended_at or now
    pauses = [] if clock.target == Target.EXCEPTION else as_pauses(holds, at)
    thresholds = standard.thresholds_for(clock.target, clock.step)
    grace = standard.clockwork.grace_minutes * 60
    account = explain(clock, thresholds, pauses, at, zone=ZoneInfo(timezone.get_current_timezone_name()), grace_s=grace)
    step = standard.step(clock.step)
    limit = step.limit if step is not None and clock.target == Target.STEP else None
    context = {
        "clock": clock,
        "case": case,
        "row": shown_of(clock, standard, at=now, pauses=tuple((row.begin, row.end) for row in pauses)),
        "account": account,
        "start_step": standard.step(limit.start) if limit and limit.start else None,
        "told": thresholds_told(standard, account),
        "moves": moves_of(clock),
    }
    return render(request, "cases/clock_detail.html", context)


def _page(
    request: Request, form: ActForm, *, case: Case, title: str, advice: str, back: str, **more: Any
) -> HttpResponse:
    status = 409 if isinstance(form.refusal, TooLate) else 200
    context = {"form": form, "case": case, "title": title, "advice": advice, "back": back, **more}
    return render(request, "cases/clock_act.html", context, status=status)


def _at_task(request: Request, pk: int) -> tuple[Task, Any]:
    task = task_or_404(request, pk)
    step = standard_of(task.process.definition).step(task.key)
    if step is None:
        raise Broken(_("This task is no step of the standard."))
    return task, step


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def task_hold(request: Request, pk: int) -> HttpResponse:
    """Ask that the case be put on hold."""
    task, step = _at_task(request, pk)
    most = standard_of(task.process.definition).clockwork.hold_days
    form = HoldForm(request.POST or None, request.FILES or None, most=most)
    if request.method == "POST" and form.carry_out(holding.ask_hold, task, by=request.user, at=timezone.now()):
        is_held = form.result.is_in_force
        messages.success(
            request,
            _("The case is on hold.") if is_held else _("The accountable post is asked; until then the clocks run."),
        )
        return redirect(task)
    advice = _(
        "While a case is on hold its clocks stand still, but those of exceptions. The accountable post decides; "
        "completing the task or going on ends the hold."
    )
    return _page(request, form, case=task.process, title=_("Put on hold"), advice=advice,
                 back=task.get_absolute_url(), step=step)  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def task_wait(request: Request, pk: int) -> HttpResponse:
    """Wait for the customer's answer."""
    task, step = _at_task(request, pk)
    form = WaitForm(request.POST or None)
    if request.method == "POST" and form.carry_out(holding.wait_for_customer, task, by=request.user, at=timezone.now()):
        messages.success(request, _("The clocks stand still until the customer answers."))
        return redirect(task)
    advice = _(
        "The clocks stand still until the customer answers on the status page, you go on, or %(days)d days are over."
    ) % {"days": step.customer_days}
    return _page(request, form, case=task.process, title=_("Wait for the customer"), advice=advice,
                 back=task.get_absolute_url(), step=step)  # fmt: skip


@require_POST
@allow(*READERS)
@shows_broken
def case_resume(request: Request, number: str) -> HttpResponse:
    """Let the case go on."""
    case = case_or_404(request, number)
    form = EmptyForm({})
    if form.carry_out(holding.resume_case, case, by=request.user, at=timezone.now()):
        messages.success(request, _("The case goes on; its clocks run."))
        return redirect(case)
    messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return case_page(request, case, status=409 if isinstance(form.refusal, TooLate) else 200)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def hold_decide(request: Request, pk: int) -> HttpResponse:
    """Allow or refuse a hold."""
    rows = Hold.objects.select_related("case__definition", "case__process", "task", "asked_by", "evidence")
    hold: Hold = _row_or_404(request, rows, pk, lambda row: row.case)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.carry_out(holding.decide_hold, hold, by=request.user, at=timezone.now()):
        messages.success(request, _("The case is on hold.") if form.result.is_allowed else _("The hold is refused."))
        return redirect(hold.case)
    standard = standard_of(hold.case.definition)
    sees = needs_to_know(request.user, hold.case, standard)
    return _page(
        request, form, case=hold.case, title=_("Decide about a hold"), back=hold.case.get_absolute_url(),
        advice=_("From your answer on the clocks of the case stand still, for as many days at most."),
        step=standard.step(hold.task.key), asked=hold, evidence=hold.evidence if sees else None,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def clock_extend(request: Request, pk: int) -> HttpResponse:
    """Ask for more time."""
    clock = _clock_or_404(request, pk)
    standard, now = standard_of(clock.case.definition), timezone.now()
    form = MoreTimeForm(request.POST or None, clock=clock)
    if request.method == "POST" and form.carry_out(extending.ask_extension, clock, by=request.user, at=now):
        messages.success(request, _("The accountable post is asked; until then the limit stays."))
        return redirect(clock.case)
    advice = _("Ask before the limit is over. The accountable post decides; the first due time stays visible.")
    return _page(request, form, case=clock.case, title=_("Ask for more time"), advice=advice,
                 back=clock.case.get_absolute_url(), row=shown_of(clock, standard, at=now))  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def extension_decide(request: Request, pk: int) -> HttpResponse:
    """Give or refuse more time."""
    rows = Extension.objects.select_related("clock__case__definition", "clock__case__process", "asked_by")
    extension: Extension = _row_or_404(request, rows, pk, lambda row: row.clock.case)
    clock, now = _clock_or_404(request, extension.clock_id), timezone.now()
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.carry_out(extending.decide_extension, extension, by=request.user, at=now):
        messages.success(
            request, _("There is more time.") if form.result.is_allowed else _("The request for more time is refused.")
        )
        return redirect(clock.case)
    return _page(
        request, form, case=clock.case, title=_("Decide about more time"), back=clock.case.get_absolute_url(),
        advice=_("The clock keeps the due time it was started with, for all to see."),
        row=shown_of(clock, standard_of(clock.case.definition), at=now), asked=extension,
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def task_exception(request: Request, pk: int) -> HttpResponse:
    """Report that an exception of the standard has come up."""
    task, step = _at_task(request, pk)
    rules = tuple(row for row in standard_of(task.process.definition).exceptions if row.step == step.key)
    form = ExceptionForm(request.POST or None, rules=rules)
    act = partial(exceptions.report_exception, task)
    if request.method == "POST" and form.carry_out(act, by=request.user, at=timezone.now()):
        messages.success(request, _("The exception is reported; its clock runs."))
        return redirect(task)
    advice = _("The exception gets a clock of its own. If it is not dealt with in time, it goes one step up.")
    return _page(request, form, case=task.process, title=_("Report an exception"), advice=advice,
                 back=task.get_absolute_url(), step=step, rules=rules)  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def exception_end(request: Request, pk: int) -> HttpResponse:
    """Say how an exception was dealt with."""
    clock = _clock_or_404(request, pk)
    form = ExceptionEndForm(request.POST or None)
    if clock.task is not None:
        clock.task.process = clock.case
    if request.method == "POST" and form.carry_out(exceptions.end_exception, clock, by=request.user, at=timezone.now()):
        messages.success(request, _("The exception is dealt with; its clock has stopped."))
        return redirect(clock.case)
    standard = standard_of(clock.case.definition)
    rule = standard.exception(clock.rule)
    return _page(
        request, form, case=clock.case, title=_("Exception dealt with"), back=clock.case.get_absolute_url(),
        advice=str(rule.response) if rule else "", row=shown_of(clock, standard, at=timezone.now()),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def case_regrade(request: Request, number: str) -> HttpResponse:
    """Grade the case anew: its limits follow."""
    case = case_or_404(request, number)
    standard = standard_of(case.definition)
    found = regrading.grades(standard, case)
    given = {path: regrading.answer_at(case, path) for path, _field in found}
    form = RegradeForm(request.POST or None, grades=found, given=given)
    if request.method == "POST" and form.carry_out(regrading.regrade, case, by=request.user, at=timezone.now()):
        messages.success(request, _("Graded anew. The clocks follow the new grade."))
        return redirect(case)
    advice = _(
        "The clocks keep their start. A tighter limit leaves time to react, and never makes somebody late at once; "
        "what was overdue stays so."
    )
    return _page(request, form, case=case, title=_("Grade anew"), advice=advice, back=case.get_absolute_url())


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def case_reopen(request: Request, number: str) -> HttpResponse:
    """Open a closed case again at a step: the accountable post of the step (F65)."""
    case = case_or_404(request, number)
    standard = standard_of(case.definition)
    steps = [step for step in standard.steps if step.group is None and may_direct(request.user, step)]
    form = ReopenForm(request.POST or None, steps=steps)
    if request.method == "POST" and form.carry_out(reopening.reopen, case, by=request.user, at=timezone.now()):
        messages.success(request, _("The case is open again."))
        return redirect(case)
    advice = _(
        "The total starts anew; what was overdue stays so. When it is closed again, the customer is asked again."
    )
    if not steps:
        advice = _("Only the accountable post of a step may reopen the case there.")
    return _page(request, form, case=case, title=_("Reopen the case"), advice=advice, back=case.get_absolute_url())
