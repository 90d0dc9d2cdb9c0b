"""Note what the other methods bring: interviews, papers, the survey form of a department."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from procstd.access import Request, allow
from surveys.apps import SURVEYORS
from surveys.domain.noting import note_form, note_interview, note_paper
from surveys.forms.notes import DepartmentFormForm, InterviewForm, PaperForm
from surveys.models import Survey
from surveys.views.surveys import GET_OR_POST


def _note(request: Request, number: str, form_class: Any, act: Any, title: Any) -> HttpResponse:
    survey = get_object_or_404(Survey.objects.visible_to(request.user), number=number)
    form = form_class(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.carry_out(act, survey, by=request.user, at=timezone.now()):
        return redirect(survey)
    return render(request, "surveys/note_page.html", {"form": form, "title": title, "survey": survey})


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def interview_add(request: Request, number: str) -> HttpResponse:
    """Note an interview, with the guide beside the notes."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), number=number)
    form = InterviewForm(request.POST or None, survey=survey)
    if request.method == "POST" and form.carry_out(note_interview, survey, by=request.user, at=timezone.now()):
        return redirect(survey)
    return render(request, "surveys/interview_page.html", {"form": form, "survey": survey})


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def paper_add(request: Request, number: str) -> HttpResponse:
    """Note what a document says and what practice does."""
    return _note(request, number, PaperForm, note_paper, _("Note a document"))


@require_http_methods(GET_OR_POST)
@allow(*SURVEYORS)
def department_form_add(request: Request, number: str) -> HttpResponse:
    """Keep the survey form of a department (H2.2.4)."""
    return _note(request, number, DepartmentFormForm, note_form, _("Survey form of a department"))
