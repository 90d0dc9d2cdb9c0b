from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from procstd.errors import DomainError
from procstd.notices.models import Delivery, Notice
from surveys.domain.answering import AnswersRefused, answer
from surveys.domain.asking import ask_people, close_questionnaire, open_questionnaire, print_codes, remind
from surveys.domain.questioning import (
    add_question,
    begin_questionnaire,
    change_question,
    change_questionnaire,
    delete_question,
    move_question,
)
from surveys.models import Dimension, Invitation, Response
from surveys.queries.results import results_of
from tests.factories import DepartmentFactory, PersonFactory
from tests.surveys.field import AT, asked, keys, questionnaire, survey_of

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def test_the_usual_questions_ask_about_all_three_dimensions_in_both_languages() -> None:
    survey = survey_of()

    made = begin_questionnaire(
        survey, title_zh="问卷", title_en="Q", is_anonymous=False, with_starter=True, by=survey.owner
    )

    found = list(made.questions.all())
    assert {question.dimension for question in found if question.dimension} == set(Dimension)
    assert all(question.text_zh and question.text_en for question in found)
    assert {question.kind for question in found} == {"scale", "single", "multiple", "text", "number"}


def test_questions_are_moved_changed_and_taken_out_until_it_is_open() -> None:
    made = questionnaire(is_open=False)
    owner = made.survey.owner
    first, second = made.questions.all()[:2]

    move_question(first, up=False, by=owner)
    assert list(made.questions.all()[:2]) == [second, first]
    move_question(second, up=True, by=owner)
    assert made.questions.first() == second
    delete_question(second, by=owner)
    assert made.questions.first() == first

    open_questionnaire(made, by=owner, at=AT)
    facts: dict[str, Any] = {
        "kind": "text", "dimension": "", "text_zh": "新", "text_en": "New", "options": [], "is_required": False,
    }  # fmt: skip
    for act in (
        lambda: move_question(first, up=False, by=owner),
        lambda: delete_question(first, by=owner),
        lambda: change_question(first, by=owner, **facts),
        lambda: add_question(made, by=owner, **facts),
        lambda: change_questionnaire(
            made, by=owner, title_zh="", title_en="", intro_zh="", intro_en="", is_anonymous=1
        ),
        lambda: open_questionnaire(made, by=owner, at=AT),
    ):
        with pytest.raises(DomainError):
            act()


def test_a_choice_without_options_is_refused_beside_its_field() -> None:
    made = questionnaire(is_open=False)

    with pytest.raises(DomainError) as refused:
        add_question(
            made, kind="single", dimension="", text_zh="一", text_en="One", is_required=True, by=None,
            options=[{"key": "a", "zh": "甲", "en": "A"}],
        )  # fmt: skip

    assert refused.value.field == "options"


def test_whole_departments_and_single_people_are_asked_once_and_told_by_bell_and_mail() -> None:
    above, below = DepartmentFactory(), DepartmentFactory()
    below.parent = above
    below.save()
    inside, beside = PersonFactory(department=below), PersonFactory()
    PersonFactory(department=below, gone=True)
    made = questionnaire()

    first = ask_people(made, people=[beside, inside], departments=[above], by=made.survey.owner, at=AT)
    again = ask_people(made, departments=[above], by=made.survey.owner, at=LATER)

    assert (first, again) == (2, 0)
    assert set(Invitation.objects.values_list("person", flat=True)) == {inside.pk, beside.pk}
    assert set(Notice.objects.values_list("person", "url")) == {
        (person.pk, f"/surveys/asked/{made.pk}/") for person in (inside, beside)
    }
    assert Delivery.objects.filter(channel="mail").count() == 2


def test_a_named_answer_is_kept_per_person_and_changed_until_it_is_closed() -> None:
    made = questionnaire()
    (person,) = asked(made)
    invitation = Invitation.objects.get()
    key = keys(made)

    answer(invitation, answers={key["scale"]: "4", key["text"]: " Slow "}, by=person, at=AT)
    kept = answer(invitation, answers={key["scale"]: "5"}, by=person, at=LATER)

    assert Response.objects.get() == kept
    assert kept.answers == {key["scale"]: 5}
    assert (kept.answered_at, kept.changed_at) == (AT, LATER)
    assert [row.answers for row in kept.history.order_by("history_id")] == [
        {key["scale"]: 4, key["text"]: "Slow"},
        {key["scale"]: 5},
    ]
    close_questionnaire(made, by=made.survey.owner, at=LATER)
    with pytest.raises(DomainError):
        answer(invitation, answers={key["scale"]: "1"}, by=person, at=LATER)


def test_nobody_answers_for_another() -> None:
    made = questionnaire()
    asked(made)

    with pytest.raises(DomainError):
        answer(Invitation.objects.get(), answers={keys(made)["scale"]: "4"}, by=made.survey.owner, at=AT)

    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("scale", "6"), ("scale", "0"), ("scale", "x"), ("single", "c"), ("multiple", ["a", "c"]), ("number", "NaN"),
        ("number", "1e400"), ("number", "many"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_by_its_question(kind: str, value: Any) -> None:
    made = questionnaire()
    (person,) = asked(made)
    key = keys(made)

    with pytest.raises(AnswersRefused) as refused:
        answer(Invitation.objects.get(), answers={key["scale"]: "3", key[kind]: value}, by=person, at=AT)

    assert set(refused.value.errors) == {key[kind]}


def test_a_required_question_wants_an_answer() -> None:
    made = questionnaire()
    (person,) = asked(made)

    with pytest.raises(AnswersRefused) as refused:
        answer(Invitation.objects.get(), answers={}, by=person, at=AT)

    assert set(refused.value.errors) == {keys(made)["scale"]}


def test_a_reminder_goes_to_who_has_not_answered_and_not_more_than_daily() -> None:
    made = questionnaire()
    diligent, slow = asked(made, each=2)
    answer(Invitation.objects.get(person=diligent), answers={keys(made)["scale"]: 3}, by=diligent, at=AT)

    assert remind(made, by=made.survey.owner, at=AT) == 1
    with pytest.raises(DomainError):
        remind(made, by=made.survey.owner, at=LATER)
    assert remind(made, by=made.survey.owner, at=AT + timedelta(days=1)) == 1

    reminded = Notice.objects.filter(rule="survey.reminded")
    assert set(reminded.values_list("person", flat=True)) == {slow.pk}
    assert reminded.count() == 2
    answer(Invitation.objects.get(person=slow), answers={keys(made)["scale"]: 3}, by=slow, at=AT)
    with pytest.raises(DomainError):
        remind(made, by=made.survey.owner, at=AT + timedelta(days=2))


def test_rates_and_means_are_told_by_department() -> None:
    one, two = DepartmentFactory(name_en="One"), DepartmentFactory(name_en="Two")
    made = questionnaire()
    people = asked(made, one, two, each=2)
    key = keys(made)
    for person, mark in zip(people[:3], (1, 2, 5), strict=True):
        answers = {key["scale"]: mark, key["single"]: "a", key["multiple"]: ["a", "b"], key["number"]: "2.5"}
        answer(Invitation.objects.get(person=person), answers=answers, by=person, at=AT)

    found = results_of(made)

    assert (found.whole.asked, found.whole.answered, found.whole.percent) == (4, 3, 75)
    assert [(rate.name, rate.asked, rate.answered) for rate in found.by_department] == [("One", 2, 2), ("Two", 2, 1)]
    scale, single, multiple, text, number = found.results
    assert (scale.n, scale.mean) == (3, 2.67)
    assert [bar.count for bar in scale.bars] == [1, 1, 0, 0, 1]
    assert scale.departments == (("One", 2, 1.5), ("Two", 1, 5.0))
    assert [(bar.label, bar.count, bar.percent) for bar in single.bars] == [("Alpha", 3, 100), ("Beta", 0, 0)]
    assert [bar.count for bar in multiple.bars] == [3, 3]
    assert not text.is_shown
    assert number.mean == 2.5


def test_codes_are_for_anonymous_questionnaires_only() -> None:
    made = questionnaire()

    with pytest.raises(DomainError):
        print_codes(made, count=1, department=None, by=made.survey.owner, at=AT)
