"""The room's part of the demo: a survey of the complaint process, one questionnaire by name, one anonymous."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from processes.models import Process
from procstd import history
from procstd.organisation.models import Department, User
from surveys.demo_diagnosis import load_diagnosis
from surveys.demo_observations import load_observations
from surveys.domain.answering import answer, answer_anonymously
from surveys.domain.asking import ask_people, close_questionnaire, open_questionnaire, print_codes
from surveys.domain.questioning import begin_questionnaire
from surveys.domain.starting import start_survey
from surveys.models import Questionnaire, Survey

BEGAN_AT = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
_MARKS = (2, 3, 4, 3, 2, 5, 3, 1, 4, 2)


@transaction.atomic
def load() -> int:
    """Load what is not there yet; tell how many rows were made."""
    if Survey.objects.exists():
        return 0
    with history.telling_the_past():
        return _tell()


def _tell() -> int:
    history.come_to(BEGAN_AT)
    owner = User.objects.get(username="he.lin")
    departments = list(Department.objects.without_tree_fields().filter(code__in=["service", "quality", "sales"]))
    survey = start_survey(
        Process.objects.get(code="complaint"), title_zh="客户投诉处理现状调研", title_en="How complaints are handled today",
        owner=owner, departments=departments, by=owner, at=BEGAN_AT,
    )  # fmt: skip
    closed = _questionnaire(survey, "投诉处理匿名问卷", "Complaints, without names", anonymous=True)
    codes = print_codes(closed, count=len(_MARKS), department=departments[0], by=owner, at=BEGAN_AT)
    for code, mark in zip(codes[:-1], _MARKS, strict=False):
        answer_anonymously(code, answers=answers_of(closed, mark))
    close_questionnaire(closed, by=owner, at=BEGAN_AT + timedelta(days=7))
    named = _questionnaire(survey, "投诉处理问卷", "Complaints, step by step", anonymous=False)
    ask_people(named, departments=departments, by=owner, at=BEGAN_AT)
    invitations = list(named.invitations.select_related("person", "questionnaire"))
    for invitation, mark in list(zip(invitations, _MARKS, strict=False))[: len(invitations) // 2]:
        answer(invitation, answers=answers_of(named, mark), by=invitation.person, at=BEGAN_AT + timedelta(hours=mark))
    diagnosed = load_diagnosis(survey, history.come_to(BEGAN_AT + timedelta(days=10)))
    return 3 + diagnosed + load_observations(survey, history.come_to(BEGAN_AT + timedelta(days=11)))


def _questionnaire(survey: Survey, title_zh: str, title_en: str, *, anonymous: bool) -> Questionnaire:
    made = begin_questionnaire(
        survey, title_zh=title_zh, title_en=title_en, is_anonymous=anonymous, with_starter=True, by=survey.owner,
        intro_zh="请花五分钟告诉我们目前的情况。", intro_en="Please take five minutes to tell us how it is today.",
    )  # fmt: skip
    return open_questionnaire(made, by=survey.owner, at=BEGAN_AT)


def answers_of(made: Questionnaire, mark: int) -> dict[str, object]:
    """Return answers to the usual questions that fit a mark from 1 to 5."""
    answers: dict[str, object] = {}
    for question in made.questions.all():
        keys = [row["key"] for row in question.options]
        answers[str(question.pk)] = {
            "scale": mark,
            "number": 6 - mark,
            "single": keys[-mark % len(keys)] if keys else "",
            "multiple": keys[: max(1, 5 - mark)],
            "text": "质量部判定责任太慢" if mark < 3 else "",
        }[question.kind]
    return answers
