from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procstd.gates import Asked, Phase, criteria
from surveys.domain.answering import answer, answer_anonymously
from surveys.domain.asking import print_codes
from surveys.exits import survey_answered
from surveys.models import Invitation
from tests.surveys.field import AT, asked, keys, questionnaire

pytestmark = pytest.mark.django_db


def test_four_of_five_answers_are_enough_and_both_kinds_count() -> None:
    named, secret = questionnaire(), questionnaire(anonymous=True)
    asked(named, each=4)
    codes = print_codes(secret, count=1, department=None, by=secret.survey.owner, at=AT)
    for invitation in Invitation.objects.all()[:3]:
        answer(invitation, answers={keys(named)["scale"]: 3}, by=invitation.person, at=AT)
    project = Asked(7, (named.survey.process_id,), AT)
    before = survey_answered([project], AT)[7]

    answer_anonymously(codes[0], answers={keys(secret)["scale"]: 3})
    fact = survey_answered([project], AT)[7]

    assert not before.is_met
    assert fact.is_met
    assert str(fact.sentence) == "4 of 5 answered (80 %)."
    late = Asked(8, (named.survey.process_id,), AT + timedelta(days=1))
    assert not survey_answered([late], AT)[8].is_met
    assert any(row.code == "surveys.answered" and row.phase == Phase.MAPPING for row in criteria())


def test_many_projects_cost_as_many_queries_as_one() -> None:
    made = questionnaire()
    asked(made, each=3)

    def queries(count: int) -> int:
        projects = [Asked(number, (made.survey.process_id,)) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert len(survey_answered(projects, AT)) == count
        return len(captured)

    assert queries(1) == queries(30) == 4
