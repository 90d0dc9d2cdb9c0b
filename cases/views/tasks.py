"""One task: its step's form, and what else one can do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.apps import READERS
from cases.domain import consulting, working
from cases.domain.acting import Broken, TooLate, is_barred, may_direct, may_see, may_work, needs_to_know, standard_of
from cases.domain.clocks.panel import panel_of
from cases.domain.signing import wanted_at
from cases.domain.versions import earlier_standards, version_at
from cases.forms.acts import EmptyForm, HandOverForm
from cases.forms.step import StepForm
from cases.models import Task
from cases.queries.people import people_for
from cases.queries.reading import answers_of, has_files
from cases.views.broken import shows_broken
from cases.views.cases import GET_OR_POST
from procstd.access import Request, allow
from procstd.acts import ActForm
from procstd.prepared import Prepared

_ROWS = Task.objects.select_related("process__definition", "owner").exclude(step=None)
_SHOWN: Prepared[Task] = Prepared(lambda pk: _ROWS.defer("flow_task", "process__flow_class").filter(pk=pk), pk=int)


def task_or_404(request: Request, pk: int) -> Task:
    task = _SHOWN.one(pk=pk) if pk < 1 << 63 else None
    if task is None:
        raise Http404
    if not may_see(request.user, task.process):
        raise Http404
    return task


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def task_detail(request: Request, pk: int) -> HttpResponse:
    """The step's form; posting it completes the task with the outcome whose button was pressed."""
    task = task_or_404(request, pk)
    if request.method != "POST":
        return task_page(request, task)
    form = _step_form(task, request)
    if form.carry_out(working.complete, task, by=request.user, at=timezone.now()):
        step = standard_of(task.process.definition).step(task.key)
        messages.success(request, _("Done: %(step)s.") % {"step": step.title if step else ""})
        return redirect("cases:inbox")
    return task_page(request, task, status=409 if isinstance(form.refusal, TooLate) else 200, form=form)


def _step_form(task: Task, request: Request | None = None) -> StepForm:
    standard = standard_of(task.process.definition)
    step = standard.step(task.key)
    if step is None:
        raise Broken(_("This task is no step of the standard."))
    form = standard.form(step.form)
    given = task.process.data.get(step.form, {}) if step.form else {}
    data, files = (request.POST, request.FILES) if request is not None else (None, None)
    return StepForm(form, step.outcomes, data, files, given=given)


def task_page(request: Request, task: Task, status: int = 200, **forms: Any) -> HttpResponse:
    case, user = task.process, request.user
    standard = version_at(task)
    step = standard.step(task.key)
    if step is None:
        raise ValueError(f"The task {task.pk} is no step of its standard.")
    works, directs = may_work(user, step), may_direct(user, step)
    can_work = task.is_open and works and task.owner_id in (None, user.pk)
    bars = can_work and is_barred(task, user)
    can_work = can_work and not bars
    sees_personal = needs_to_know(user, case, standard) or task.owner_id == user.pk
    attached = case.attachments.for_reader(sees_personal=sees_personal)
    documents = list(attached) if case.moves or has_files(case, standard) else []
    asked = list(task.consultations.select_related("person", "asked_by")) if task.consulted else []
    context: dict[str, Any] = {
        "task": task,
        "case": case,
        "step": step,
        "standard": standard,
        "can_work": can_work,
        "barred_by": standard.step(step.not_by) if bars else None,
        "can_put_back": task.is_open and task.owner_id is not None and (task.owner_id == user.pk or directs),
        "can_claim": can_work and task.owner_id is None,
        "form": forms.get("form") or (_step_form(task) if can_work else None),
        "filled": answers_of(case, standard, documents, sees_personal=sees_personal, earlier=earlier_standards(case)),
        "asked": asked,
        "signatures": [row for row in wanted_at(step, asked) if task.is_open or row.asked],
        "may_withdraw": task.is_open,
        "directs": directs,
    }
    context["clocks"] = panel = panel_of(case, standard, user=user, at=timezone.now(), task=task)
    context["can_hold"] = panel.may_act and panel.hold is None and panel.asked is None
    context["exceptions"] = [rule for rule in standard.exceptions if rule.step == step.key]
    context["can_ask"] = task.is_open and (works or directs or task.owner_id == user.pk)
    context["can_hand_over"] = task.is_open and (can_work or directs)
    return render(request, "cases/task_detail.html", context, status=status)


def _button(request: Request, pk: int, act: Any, done: str) -> HttpResponse:
    """Carry out an act that needs no more than a button, and come back to the task."""
    task = task_or_404(request, pk)
    form = EmptyForm({})
    if form.carry_out(act, task, by=request.user, at=timezone.now()):
        messages.success(request, done)
        return redirect(task)
    messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return task_page(request, task, status=409 if isinstance(form.refusal, TooLate) else 200)


@require_POST
@allow(*READERS)
@shows_broken
def task_claim(request: Request, pk: int) -> HttpResponse:
    """Take the task."""
    return _button(request, pk, working.claim, _("The task is yours."))


@require_POST
@allow(*READERS)
@shows_broken
def task_put_back(request: Request, pk: int) -> HttpResponse:
    """Give the task back to its posts."""
    return _button(request, pk, working.put_back, _("The task is back with its posts."))


@require_POST
@allow(*READERS)
@shows_broken
def task_remind(request: Request, pk: int) -> HttpResponse:
    """Remind whoever has the task 催办."""
    return _button(request, pk, consulting.remind, _("They are reminded."))


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def task_hand_over(request: Request, pk: int) -> HttpResponse:
    """Give the task to a colleague, with a reason."""
    task = task_or_404(request, pk)
    step = standard_of(task.process.definition).step(task.key)
    if step is None:
        raise Broken(_("This task is no step of the standard."))
    people = people_for(step, on=request.user.today).exclude(pk=request.user.pk)
    form = HandOverForm(request.POST or None, people=people)
    if request.method == "POST" and form.carry_out(working.hand_over, task, by=request.user, at=timezone.now()):
        messages.success(request, _("%(who)s has the task now.") % {"who": form.cleaned_data["to"]})
        return redirect(task)
    advice = _(
        "The colleague finds it in the inbox, with your reason. Only people whose post does this step can have it."
    )
    return act_page(request, task, form, _("Hand over"), advice)


def act_page(request: Request, task: Task, form: ActForm, title: str, advice: str, *, save: str = "") -> HttpResponse:
    """Answer with the page of one act at a task; *save* is what its button says, else the title."""
    step = standard_of(task.process.definition).step(task.key)
    context = {
        "task": task, "step": step, "case": task.process, "form": form, "title": title, "advice": advice,
        "save": save or title,
    }  # fmt: skip
    status = 409 if isinstance(form.refusal, TooLate) else 200
    return render(request, "cases/task_act.html", context, status=status)
