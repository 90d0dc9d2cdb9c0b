from __future__ import annotations

import pytest

from procstd.organisation.management.commands.demo import load_all
from surveys.models import Response, Sheet, Survey
from surveys.queries.results import results_of

pytestmark = pytest.mark.django_db


def test_the_demo_shows_a_survey_with_answers_and_loads_once() -> None:
    load_all()

    survey = Survey.objects.get(process__code="complaint")
    anonymous, named = survey.questionnaires.all()
    assert all(result.is_shown for result in results_of(anonymous).results if result.question.is_required)
    assert 0 < results_of(named).whole.answered < results_of(named).whole.asked
    before = (Sheet.objects.count(), Response.objects.count())
    load_all()
    assert (Sheet.objects.count(), Response.objects.count()) == before
