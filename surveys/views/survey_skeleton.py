"""The page of a survey: a place for its panels."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procstd.access import Request, allow
from surveys.apps import READERS
from surveys.views.diagnosis_places import survey_or_404


@require_safe
@allow(*READERS)
def survey(request: Request, number: str) -> HttpResponse:
    """A survey with its panels."""
    return render(request, "surveys/survey.html", {"survey": survey_or_404(request, number)})
