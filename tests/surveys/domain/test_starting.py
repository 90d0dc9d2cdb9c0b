from __future__ import annotations

from typing import Any

import pytest

from procstd.errors import DomainError
from procstd.roles import Role
from surveys.domain.asking import close_questionnaire
from surveys.domain.starting import end_survey, start_survey
from surveys.models import Survey
from tests.factories import DepartmentFactory, PersonFactory, person_with
from tests.surveys.field import AT, questionnaire, specialist, survey_of

pytestmark = pytest.mark.django_db


def test_surveys_are_numbered_one_after_the_other() -> None:
    owner = specialist()

    assert [survey_of(owner=owner).number for _number in range(2)] == ["S-0001", "S-0002"]


def test_a_number_taken_in_the_same_moment_is_passed_over() -> None:
    first = survey_of()
    Survey.objects.filter(pk=first.pk).update(number=f"S-{first.pk + 1:04d}")

    assert survey_of(owner=first.owner).number == f"S-{first.pk + 2:04d}"


def test_a_process_out_of_use_is_not_surveyed() -> None:
    process = survey_of().process
    process.is_active = False

    with pytest.raises(DomainError):
        start_survey(process, title_zh="一", title_en="One", owner=specialist(), departments=[], by=None, at=AT)


def test_who_leads_or_audits_sees_all_and_heads_what_covers_their_departments() -> None:
    here, below, elsewhere = DepartmentFactory(), DepartmentFactory(), DepartmentFactory()
    below.parent = here
    below.save()
    mine, other = survey_of(below), survey_of(elsewhere)

    def seen(person: Any) -> set[Survey]:
        return set(Survey.objects.visible_to(person))

    for role in (Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.AUDITOR):
        assert seen(person_with(role, elsewhere)) == {mine, other}
    assert seen(PersonFactory(staff=True)) == {mine, other}
    assert seen(person_with(Role.DEPARTMENT_HEAD, here)) == {mine}
    assert seen(person_with(Role.FRONTLINE, below)) == set()


def test_a_survey_ends_once_and_only_when_nobody_is_asked_any_more() -> None:
    made = questionnaire()
    with pytest.raises(DomainError):
        end_survey(made.survey, by=made.survey.owner, at=AT, reason="Enough")
    close_questionnaire(made, by=made.survey.owner, at=AT)

    ended = end_survey(made.survey, by=made.survey.owner, at=AT, reason="Enough")

    assert ended.ended_at == AT
    assert ended.history.count() == 2
    assert end_survey(ended, by=made.survey.owner, at=AT, reason="Again").history.count() == 2
    with pytest.raises(DomainError):
        questionnaire(ended)
