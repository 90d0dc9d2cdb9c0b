"""What is asked at a task, and answered: comments, and countersignatures 会签."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.apps import READERS
from cases.domain import consulting
from cases.domain.acting import Broken, TooLate, needs_to_know, standard_of
from cases.domain.signing import lacking_at
from cases.domain.versions import earlier_standards
from cases.forms.acts import AnswerForm, AskForm, AskSignatureForm, CountersignForm, EmptyForm
from cases.models import Consultation
from cases.models.consultation import ConsultationKind
from cases.queries.people import people_at_work, people_in
from cases.queries.reading import answers_of, has_files
from cases.views.broken import shows_broken
from cases.views.cases import GET_OR_POST
from cases.views.tasks import act_page, task_or_404, task_page
from procstd.access import Request, allow


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def task_ask(request: Request, pk: int) -> HttpResponse:
    """Ask a colleague for a comment or a countersignature."""
    task = task_or_404(request, pk)
    people = people_at_work(on=request.user.today).exclude(pk=request.user.pk)
    form = AskForm(request.POST or None, people=people)
    if request.method == "POST" and form.carry_out(consulting.ask, task, by=request.user, at=timezone.now()):
        messages.success(request, _("%(who)s is asked.") % {"who": form.cleaned_data["person"]})
        return redirect(task)
    advice = _("The colleague sees this case and answers here; the answer stays with the case.")
    return act_page(request, task, form, _("Ask a colleague"), advice)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def task_ask_signature(request: Request, pk: int, post: str) -> HttpResponse:
    """Ask somebody of a post for the countersignature that the standard wants at this step."""
    task = task_or_404(request, pk)
    step = standard_of(task.process.definition).step(task.key)
    if step is None:
        raise Broken(_("This task is no step of the standard."))
    place = next((place for place in step.countersigned if place.code == post), None)
    if place is None:
        raise Http404
    if not task.is_open or place not in lacking_at(task, step):
        messages.info(request, _("Nothing has to be countersigned here any more."))
        return redirect(task)
    people = people_in([place], on=request.user.today).exclude(pk=request.user.pk)
    initial: dict[str, Any] = {"question": _("Please countersign “%(step)s”.") % {"step": step.title}}
    some = list(people[:2]) if request.method != "POST" else []
    if len(some) == 1:
        initial["person"] = some[0]
    form = AskSignatureForm(request.POST or None, people=people, initial=initial)
    act = partial(consulting.ask, countersign=True)
    if request.method == "POST" and form.carry_out(act, task, by=request.user, at=timezone.now()):
        messages.success(request, _("%(who)s is asked.") % {"who": form.cleaned_data["person"]})
        return redirect(task)
    advice = _("Whoever has this post reads the case and agrees or not; before that the step cannot be completed.")
    if request.method != "POST" and not some:
        advice = _("Nobody else holds this post today. Ask an administrator who is to have it.")
    title = _("Countersignature: %(post)s") % {"post": place}
    return act_page(request, task, form, title, advice, save=_("Ask for the signature"))


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@shows_broken
def consultation_answer(request: Request, pk: int) -> HttpResponse:
    """Answer a question, or give or refuse a countersignature."""
    rows = Consultation.objects.filter(person=request.user).select_related("task", "asked_by")
    asked = get_object_or_404(rows, pk=pk)
    task = task_or_404(request, asked.task_id)
    asked.task = task
    form_class = CountersignForm if asked.kind == ConsultationKind.COUNTERSIGN else AnswerForm
    form = form_class(request.POST or None)
    act = partial(consulting.answer, asked)
    if request.method == "POST" and form.carry_out(act, by=request.user, at=timezone.now()):
        messages.success(request, _("Your answer is sent."))
        return redirect("cases:inbox")
    late = isinstance(form.refusal, TooLate)
    standard = standard_of(task.process.definition)
    sees = needs_to_know(request.user, task.process, standard)
    attached = task.process.attachments.for_reader(sees_personal=sees)
    documents = list(attached) if task.process.moves or has_files(task.process, standard) else []
    context = {
        "asked": asked, "form": form, "task": task, "case": task.process, "step": standard.step(task.key),
        "filled": answers_of(
            task.process, standard, documents, sees_personal=sees, earlier=earlier_standards(task.process)
        ),
    }  # fmt: skip
    return render(request, "cases/consultation_answer.html", context, status=409 if late else 200)


@require_POST
@allow(*READERS)
@shows_broken
def consultation_withdraw(request: Request, pk: int) -> HttpResponse:
    """Want an answer or a countersignature no longer."""
    asked = get_object_or_404(Consultation.objects.select_related("task", "person"), pk=pk)
    task = task_or_404(request, asked.task_id)
    asked.task = task
    form = EmptyForm({})
    if form.carry_out(consulting.withdraw, asked, by=request.user, at=timezone.now()):
        messages.success(request, _("%(who)s is no longer asked.") % {"who": asked.person})
        return redirect(task)
    messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return task_page(request, task, status=409 if isinstance(form.refusal, TooLate) else 200)
