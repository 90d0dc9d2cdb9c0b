"""Surveys: what is surveyed, one survey with what both halves of the room know of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import SIGNED_IN, Request, allow, may_call
from surveys.apps import ASKED, READERS, SURVEYORS
from surveys.domain.starting import end_survey, start_survey
from surveys.forms.surveys import EndForm, SurveyForm
from surveys.models import Invitation, Survey
from surveys.queries.observations import observations_of, observed_by

GET_OR_POST = ["GET", "HEAD", "POST"]
#: What stands on the page of a survey, in this order, each served under its name for the survey's number.
PANELS = ("surveys:panel-methods", "surveys:panel-diagnosis")


@require_safe
@allow(*ASKED)
def home(request: Request) -> HttpResponse:
    """What is surveyed, and what waits for one's own answer."""
    surveys = (
        Survey.objects.visible_to(request.user)
        .select_related("process", "owner")
        .annotate(questionnaire_count=Count("questionnaires"))
    )
    context = {
        "reads": may_call(request.user, frozenset(READERS)),
        "may_start": may_call(request.user, frozenset(SURVEYORS)),
        "surveys": surveys,
        **_asked(request.user),
    }
    return render(request, "surveys/home.html", context)


def _asked(user: Any) -> dict[str, Any]:
    mine = Invitation.objects.of(user).select_related("questionnaire__survey__process")
    waiting = list(mine.waiting())
    # What was answered anonymously is not listed: nobody looks over a shoulder to see it here.
    answered = mine.filter(response__isnull=False, questionnaire__state="open").select_related("response")
    return {"waiting": waiting, "answered": list(answered), "observing": observed_by(user)}


@require_safe
@allow(SIGNED_IN)
def panel_waiting(request: Request) -> HttpResponse:
    """Home panel: questionnaires that wait for one's own answer, observations one keeps; nothing when there is none."""
    context = _asked(request.user)
    if not context["waiting"] and not context["observing"]:
        return HttpResponse("")
    return render(request, "surveys/panel_waiting.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def survey_start(request: Request) -> HttpResponse:
    """Start a survey of a process."""
    initial = {"owner": request.user.pk, "process": request.GET.get("process", "")}
    form = SurveyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        process = form.cleaned_data.pop("process")
        if form.carry_out(start_survey, process, by=request.user, at=timezone.now()):
            messages.success(request, _("“%(what)s” is started.") % {"what": form.result})
            return redirect(form.result)
    return render(request, "surveys/form_page.html", {"form": form, "title": _("Start a survey"), "save": _("Start")})


@require_safe
@allow(*READERS)
def survey(request: Request, number: str) -> HttpResponse:
    """One survey: what is asked and noted by the four methods, and what is concluded."""
    found = _visible(request, number)
    context = {
        "survey": found,
        "departments": found.departments.without_tree_fields(),  # type: ignore[attr-defined]
        "may_survey": may_call(request.user, frozenset(SURVEYORS)),
        "panels": [name for name in PANELS if _is_there(name, number)],
    }
    return render(request, "surveys/survey.html", context)


def _is_there(name: str, number: str) -> bool:
    try:
        reverse(name, args=[number])
    except NoReverseMatch:
        return False
    return True


@require_safe
@allow(*READERS)
def panel_methods(request: Request, number: str) -> HttpResponse:
    """Panel of a survey's page: the four methods and what each has brought so far."""
    found = _visible(request, number)
    context = {
        "survey": found,
        "may_survey": may_call(request.user, frozenset(SURVEYORS)) and found.is_running,
        "questionnaires": found.questionnaires.annotate(question_count=Count("questions")),
        "observations": observations_of(found),
        "interviews": found.interviews.select_related("post").prefetch_related("steps", "answers"),
        "papers": found.papers.all(),
        "department_forms": found.department_forms.select_related("department"),
    }
    return render(request, "surveys/panel_methods.html", context)


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def survey_end(request: Request, number: str) -> HttpResponse:
    """End a survey."""
    found = _visible(request, number)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.carry_out(end_survey, found, by=request.user, at=timezone.now()):
        messages.success(request, _("The survey is ended."))
        return redirect(found)
    context = {
        "form": form,
        "survey": found,
        "title": _("End %(what)s") % {"what": found},
        "advice": _("Nothing is added to it any more; everything stays to be read."),
        "save": _("End"),
    }
    return render(request, "surveys/form_page.html", context)


def _visible(request: Request, number: str) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.user).select_related("process", "owner"), number=number)
