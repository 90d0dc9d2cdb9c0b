"""The practice case: the whole flow by oneself, one's own steps with one's own answers (H2.5.2)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.domain.acting import Broken, standard_of
from cases.domain.practising import (
    example_answers,
    form_to_practise,
    is_own_step,
    open_steps,
    practise_step,
    start_practice,
    stop_practice,
)
from cases.forms.step import StepForm
from cases.models import Case, Task
from cases.queries.reading import states_of
from processes.domain.picture import draw
from processes.domain.standard import Step
from procstd.access import Request, allow
from procstd.act_pages import press
from rollouts.apps import READERS
from rollouts.views.shared import GET_OR_POST, altered_page, definition_or_404


def practice_or_404(request: Request, number: str) -> Case:
    """Return a practice case of the reader's own."""
    digits = number.removeprefix("C-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        raise Http404
    rows = Case.objects.practised_by(request.user).select_related("definition__revision__process", "process")
    return get_object_or_404(rows, pk=int(digits))


@require_POST
@allow(*READERS)
def practice_start(request: Request, pk: int) -> HttpResponse:
    """Begin a practice case, or go on with the one begun."""
    definition = definition_or_404(request, pk)
    try:
        case = start_practice(definition, by=request.user, at=timezone.now())
    except Broken:
        return altered_page(request, definition)
    return redirect("rollouts:practice", case.number)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def practice(request: Request, number: str) -> HttpResponse:
    """The step at which one practises: its form, empty where it is one's own, filled in where it is a colleague's."""
    case = practice_or_404(request, number)
    try:
        steps = open_steps(case)
        standard = standard_of(case.definition)
    except Broken:
        return altered_page(request, case.definition)
    task, step = _asked_for(request, steps)
    if request.method == "POST" and task is None:
        messages.warning(request, _("That step is done already, and was not done a second time. Here you are now."))
        return redirect("rollouts:practice", case.number)
    is_own = step is not None and is_own_step(request.user, step)
    form = None
    if task is not None and step is not None:
        now = timezone.now()
        made = form_to_practise(standard.form(step.form))
        given = case.data.get(step.form or "") or ({} if is_own else example_answers(made, by=request.user, at=now))
        form = StepForm(made, step.outcomes, request.POST or None, given=given)
        if request.method == "POST" and form.carry_out(practise_step, case, task, by=request.user, at=now):
            messages.success(request, _("Done: %(step)s.") % {"step": step.title})
            return redirect("rollouts:practice", case.number)
    tasks = list(Task.objects.filter(process=case).defer("flow_task").select_related("owner"))
    states = {**states_of(tasks), **{row.key: "now" for _task, row in steps}}
    context: dict[str, Any] = {
        "case": case, "process": case.process, "definition": case.definition, "standard": standard, "steps": steps,
        "task": task, "step": step, "form": form, "is_own": is_own, "picture": draw(standard, states),
        "done": sum(bool(row.finished and row.step_id) for row in tasks),
    }  # fmt: skip
    return render(request, "rollouts/practice.html", context)


def _asked_for(request: Request, steps: list[tuple[Task, Step]]) -> tuple[Task | None, Step | None]:
    """Return the step that is asked for. Answers are meant for one step, and never taken for the next instead."""
    is_sent = request.method == "POST"
    asked = (request.POST if is_sent else request.GET).get("task", "")
    found = next((row for row in steps if str(row[0].pk) == asked), None)
    if found is None and steps and not is_sent:
        return steps[0]
    return found or (None, None)


@require_POST
@allow(*READERS)
def practice_stop(request: Request, number: str) -> HttpResponse:
    """Leave the practice case as it is."""
    case = practice_or_404(request, number)
    return press(
        request, partial(stop_practice, case, by=request.user, at=timezone.now()),
        done=_("The practice case is ended. You can begin another one."),
        to=reverse("rollouts:material", args=[case.definition_id]),
    )  # fmt: skip
