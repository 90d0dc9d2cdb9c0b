"""What answers say is quoted as the evidence of a pain point; of anonymous ones nothing that may not be shown (A8)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from surveys.domain.answering import answer, answer_anonymously
from surveys.domain.asking import close_questionnaire, print_codes
from surveys.models import Evidence, Invitation, Pain, Questionnaire, Source
from surveys.queries.quoting import quote
from tests.surveys.diagnosis.conftest import AT
from tests.surveys.field import asked, questionnaire, specialist

pytestmark = pytest.mark.django_db


def _answers(made: Questionnaire, scale: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in made.questions.all():
        options = [row["key"] for row in question.options]
        found[str(question.pk)] = {
            "scale": scale, "single": options[:1] and options[0], "multiple": options[:1], "text": "Slow", "number": 3,
        }[question.kind]  # fmt: skip
    return found


def _named() -> Questionnaire:
    made = questionnaire()
    for person, scale in zip(asked(made, *made.survey.departments.all(), each=2), (1, 2), strict=False):
        answer(made.invitations.get(person=person), answers=_answers(made, scale), by=person, at=AT)
    return made


def test_the_mean_is_quoted_in_both_languages_with_the_number_of_answers() -> None:
    made = _named()
    question = made.questions.filter(kind="scale").first()

    found = quote(made.survey, question.pk)

    assert found is not None
    assert found.number == f"Q{made.pk}-{question.position}"
    assert "1.5" in found.figure_en
    assert f"n = {Invitation.objects.exclude(response=None).count()}" in found.figure_en
    assert question.text_zh in found.figure_zh


def test_an_option_is_quoted_in_the_words_of_each_language() -> None:
    made = _named()

    found = quote(made.survey, made.questions.get(kind="single").pk)

    assert found is not None
    assert "甲" in found.figure_zh
    assert "Alpha" in found.figure_en


def test_a_question_of_another_survey_is_not_quoted() -> None:
    made = _named()
    other = questionnaire()

    assert quote(other.survey, made.questions.first().pk) is None
    assert quote(made.survey, 10**9) is None


def test_of_anonymous_answers_nothing_is_quoted_until_it_may_be_shown() -> None:
    made = questionnaire(anonymous=True)
    codes = print_codes(made, count=6, department=made.survey.departments.first(), by=specialist(), at=AT)
    question = made.questions.filter(kind="scale").first()
    for code in codes[:4]:
        answer_anonymously(code, answers=_answers(made, 2))
    assert quote(made.survey, question.pk) is None
    answer_anonymously(codes[4], answers=_answers(made, 2))
    assert quote(made.survey, question.pk) is None, "It is still open."

    close_questionnaire(made, by=specialist(), at=AT)

    assert quote(made.survey, question.pk) is not None


def test_a_pain_point_named_from_results_has_the_answers_as_its_evidence(signed_in: Any) -> None:
    made = _named()
    question = made.questions.filter(kind="scale").first()
    client = signed_in(made.survey.owner)
    results = client.get(reverse("surveys:questionnaire-results", args=[made.pk])).content.decode()
    address = f"{reverse('surveys:pain-add', args=[made.survey.number])}?question={question.pk}"
    assert address in results

    page = client.get(address).content.decode()
    client.post(address, {"text_zh": "", "text_en": "Nobody knows who decides", "source": "asked"})

    assert "1.5 on average" in page
    evidence = Evidence.objects.get(pain=Pain.objects.get())
    assert (evidence.kind, evidence.number) == (Source.ASKED, f"Q{made.pk}-{question.position}")
    assert "1.5 on average" in evidence.figure_en
