"""How much each of the four methods has brought in (H2.2.1)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.models import DepartmentForm, Interview, Observation, Paper, Response, Sheet, Survey


def method_counts(survey: Survey) -> list[tuple[Any, int]]:
    """Return each method with the number of what it brought in. Six statements."""
    named = Response.objects.filter(invitation__questionnaire__survey=survey).count()
    unnamed = Sheet.objects.filter(questionnaire__survey=survey).count()
    return [
        (_("Interviews"), Interview.objects.filter(survey=survey).count()),
        (_("Answers to questionnaires"), named + unnamed),
        (_("Observations"), Observation.objects.filter(survey=survey).count()),
        (_("Documents analysed"), Paper.objects.filter(survey=survey).count()),
        (_("Survey forms of departments"), DepartmentForm.objects.filter(survey=survey).count()),
    ]
