"""Hold a survey while its diagnosis changes: numbers and places run within it."""

from __future__ import annotations

from surveys.models import Survey


def locked(survey: Survey) -> Survey:
    """Return the survey, locked until the end of the transaction."""
    return Survey.objects.select_for_update().get(pk=survey.pk)
