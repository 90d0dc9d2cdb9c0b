"""The guide of a survey's interviews (H2.2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import Request, allow, may_call
from procstd.errors import DomainError
from surveys.apps import READERS, SURVEYORS
from surveys.domain.guiding import (
    add_guide_question,
    begin_guide,
    change_guide_question,
    delete_guide_question,
    move_guide_question,
)
from surveys.forms.observations import GuideQuestionForm
from surveys.models import GuideQuestion, Survey
from surveys.views.surveys import GET_OR_POST


@require_safe
@allow(*READERS)
def guide(request: Request, number: str) -> HttpResponse:
    """What is asked in each interview."""
    survey = _visible(request, number)
    may_survey = may_call(request.user, frozenset(SURVEYORS)) and survey.is_running
    context = {"survey": survey, "questions": list(survey.guide.all()), "may_survey": may_survey}
    return render(request, "surveys/guide.html", context)


@require_POST
@allow(*SURVEYORS)
def guide_begin(request: Request, number: str) -> HttpResponse:
    """Put the usual questions in."""
    survey = _visible(request, number)
    return _button(request, survey, lambda: begin_guide(survey, by=request.user))


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def guide_add(request: Request, number: str) -> HttpResponse:
    """Add a question."""
    survey = _visible(request, number)
    form = GuideQuestionForm(request.POST or None)
    if request.method == "POST" and form.carry_out(add_guide_question, survey, by=request.user):
        return redirect("surveys:guide", number)
    return _form_page(request, survey, form, _("Add a question"))


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def guide_change(request: Request, number: str, pk: int) -> HttpResponse:
    """Say a question in other words."""
    question = _question(request, number, pk)
    initial = {"text_zh": question.text_zh, "text_en": question.text_en}
    form = GuideQuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(change_guide_question, question, by=request.user):
        return redirect("surveys:guide", number)
    return _form_page(request, question.survey, form, _("Change a question"))


@require_POST
@allow(*SURVEYORS)
def guide_delete(request: Request, number: str, pk: int) -> HttpResponse:
    """Take a question out."""
    question = _question(request, number, pk)
    return _button(request, question.survey, lambda: delete_guide_question(question, by=request.user))


@require_POST
@allow(*SURVEYORS)
def guide_move(request: Request, number: str, pk: int) -> HttpResponse:
    """Move a question up or down."""
    question, up = _question(request, number, pk), request.POST.get("to") == "up"
    return _button(request, question.survey, lambda: move_guide_question(question, up=up, by=request.user))


def _visible(request: Request, number: str) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.user), number=number)


def _question(request: Request, number: str, pk: int) -> GuideQuestion:
    return get_object_or_404(GuideQuestion.objects.select_related("survey"), survey=_visible(request, number), pk=pk)


def _button(request: Request, survey: Survey, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("surveys:guide", survey.number)


def _form_page(request: Request, survey: Survey, form: GuideQuestionForm, title: str) -> HttpResponse:
    return render(request, "surveys/form_page.html", {"form": form, "survey": survey, "title": title})
