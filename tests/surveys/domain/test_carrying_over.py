"""What a project's file says of anonymous answers: what results show, and no more (A6, A8, F05)."""

from __future__ import annotations

from typing import Any

import pytest

from procstd.organisation.models import Department
from surveys.domain.answering import answer_anonymously
from surveys.domain.asking import close_questionnaire, print_codes
from surveys.domain.carrying_over import sheets_as_shown, tickets_without_codes
from surveys.models import Questionnaire, Sheet, Ticket
from surveys.queries.results import results_of
from tests.factories import DepartmentFactory
from tests.surveys.field import AT, asked, keys, questionnaire

pytestmark = pytest.mark.django_db


def answered(made: Questionnaire, department: Department, count: int, **more: Any) -> None:
    """Let *count* people of a department answer on paper."""
    by_kind = keys(made)
    for number, code in enumerate(print_codes(made, count=count, department=department, by=made.survey.owner, at=AT)):
        answers: dict[str, Any] = {by_kind["scale"]: number % 5 + 1}
        answers |= {by_kind[kind]: f"{value} {number}" for kind, value in more.items()}
        answer_anonymously(code, answers=answers)


def closed(made: Questionnaire) -> Questionnaire:
    return close_questionnaire(made, by=made.survey.owner, at=AT)


def shown(made: Questionnaire) -> Any:
    return [
        (str(row.question), row.n, row.mean, row.texts, row.departments)
        for row in results_of(made).results
        if row.is_shown
    ]


def test_other_sheets_give_the_same_results() -> None:
    made = questionnaire(anonymous=True)
    answered(made, DepartmentFactory(code="quality"), 7, text="Slow")
    answered(made, DepartmentFactory(code="sales"), 6, text="Fast")
    made = closed(made)
    before = shown(made)

    rows, told = sheets_as_shown(list(Sheet.objects.all()))
    Sheet.objects.all().delete()
    Sheet.objects.bulk_create(rows)

    assert told == []
    assert shown(made) == before != []


def test_no_row_of_the_file_is_one_person() -> None:
    made = questionnaire(anonymous=True)
    department = DepartmentFactory(code="quality")
    answered(made, department, 30, text="Slow")
    closed(made)
    by_kind = keys(made)
    people = {(row.answers[by_kind["text"]], row.answers[by_kind["scale"]]) for row in Sheet.objects.all()}

    rows, _told = sheets_as_shown(list(Sheet.objects.all()))

    pairs = {(row.answers[by_kind["text"]], row.answers[by_kind["scale"]]) for row in rows}
    assert len(pairs) == 30
    assert pairs != people
    assert not {row.pk for row in rows} & set(Sheet.objects.values_list("pk", flat=True))


def test_a_department_too_small_is_not_named() -> None:
    made = questionnaire(anonymous=True)
    answered(made, DepartmentFactory(code="quality"), 12)
    answered(made, small := DepartmentFactory(code="tiny"), 2)
    closed(made)

    rows, _told = sheets_as_shown(list(Sheet.objects.all()))

    assert small.pk not in {row.department_id for row in rows}
    assert len(rows) == 14


def test_fewer_than_five_answers_stay_and_it_is_said() -> None:
    made = questionnaire(anonymous=True)
    answered(made, DepartmentFactory(code="quality"), 4)
    closed(made)

    rows, told = sheets_as_shown(list(Sheet.objects.all()))

    assert rows == []
    assert [str(text) for text in told] == [
        "Anonymous answers to “Questions”: fewer than five, so nobody may read them."
    ]


def test_answers_to_an_open_questionnaire_stay_and_it_is_said() -> None:
    made = questionnaire(anonymous=True)
    answered(made, DepartmentFactory(code="quality"), 9)

    rows, told = sheets_as_shown(list(Sheet.objects.all()))

    assert rows == []
    assert "still open" in str(told[0])


def test_a_question_that_few_answered_stays_and_it_is_said() -> None:
    made = questionnaire(anonymous=True)
    department = DepartmentFactory(code="quality")
    answered(made, department, 6)
    answered(made, department, 3, text="Slow")
    closed(made)

    rows, told = sheets_as_shown(list(Sheet.objects.all()))

    assert len(rows) == 9
    assert {key for row in rows for key in row.answers} == {keys(made)["scale"]}
    assert len(told) == 1


def test_rights_to_answer_say_nobody_of_a_closed_one_and_open_nothing_of_an_open_one() -> None:
    over, running = questionnaire(anonymous=True), questionnaire(anonymous=True, survey=None)
    asked(over, each=3)
    closed(over)
    asked(running, each=2)
    print_codes(running, count=4, department=None, by=running.survey.owner, at=AT)

    rows, told = tickets_without_codes(list(Ticket.objects.all()))

    assert {row.invitation_id is None for row in rows if row.questionnaire_id == over.pk} == {True}
    assert sum(row.invitation_id is not None for row in rows if row.questionnaire_id == running.pk) == 2
    assert [str(text).split(" unused")[0] for text in told] == ["4"]
