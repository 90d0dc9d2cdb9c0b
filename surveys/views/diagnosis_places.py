"""Find what an address of the diagnosis names, among what the person may see."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from procstd.access import Request, may_call
from surveys.apps import SURVEYORS
from surveys.models import Pain, Survey

GET_OR_POST = ["GET", "HEAD", "POST"]


def survey_or_404(request: Request, number: str) -> Survey:
    """Return the survey, if this person sees it."""
    rows = Survey.objects.visible_to(request.user).select_related("process__department", "owner")
    return get_object_or_404(rows, number=number)


def pain_or_404(request: Request, number: str, pain: int) -> Pain:
    """Return a pain point of a survey that this person sees."""
    survey = survey_or_404(request, number)
    rows = Pain.objects.filter(survey=survey).select_related("carried", "ended_by")
    found: Pain = get_object_or_404(rows, number=pain)
    found.survey = survey
    return found


def place(request: Request, survey: Survey, tab: str, **more: Any) -> dict[str, Any]:
    """Return what every page of the diagnosis takes."""
    return {"survey": survey, "tab": tab, "may_write": may_call(request.user, frozenset(SURVEYORS)), **more}
