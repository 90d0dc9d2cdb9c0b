"""Surveys and questionnaires for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from procstd.organisation.models import Department, User
from procstd.roles import Role
from surveys.domain.asking import ask_people, open_questionnaire
from surveys.domain.questioning import add_question, begin_questionnaire
from surveys.domain.starting import start_survey
from surveys.models import Questionnaire, Survey
from tests.factories import DepartmentFactory, PersonFactory, person_with
from tests.standards import process_named

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


def specialist(**facts: Any) -> User:
    return person_with(Role.PROCESS_SPECIALIST, **facts)


def survey_of(*departments: Department, code: str = "complaint", owner: User | None = None) -> Survey:
    """Return a running survey of a process."""
    owner = owner or specialist()
    return start_survey(
        process_named(code), title_zh="投诉处理调研", title_en="How complaints are handled", owner=owner,
        departments=departments, by=owner, at=AT,
    )  # fmt: skip


def questionnaire(survey: Survey | None = None, *, anonymous: bool = False, is_open: bool = True) -> Questionnaire:
    """Return a questionnaire of a scale (required), a choice, several choices, a text and a number."""
    survey = survey or survey_of()
    made = begin_questionnaire(
        survey, title_zh="问卷", title_en="Questions", is_anonymous=anonymous, with_starter=False, by=survey.owner
    )
    options = [{"key": "a", "zh": "甲", "en": "Alpha"}, {"key": "b", "zh": "乙", "en": "Beta"}]
    for kind in ("scale", "single", "multiple", "text", "number"):
        add_question(
            made, kind=kind, dimension="", text_zh=f"题{kind}", text_en=f"About {kind}", options=options,
            is_required=kind == "scale", by=survey.owner,
        )  # fmt: skip
    return open_questionnaire(made, by=survey.owner, at=AT) if is_open else made


def keys(made: Questionnaire) -> dict[str, str]:
    """Return the keys of its questions, by kind."""
    return {question.kind: str(question.pk) for question in made.questions.all()}


def asked(made: Questionnaire, *departments: Department, each: int = 1) -> list[User]:
    """Ask *each* people of each department; return them."""
    people = [PersonFactory(department=row) for row in departments or [DepartmentFactory()] for _number in range(each)]
    ask_people(made, people=people, by=made.survey.owner, at=AT)
    return people
