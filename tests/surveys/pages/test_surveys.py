from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procstd.roles import Role
from surveys.models import Invitation, Questionnaire, Response, State, Survey
from surveys.views.surveys import PANELS
from tests.factories import DepartmentFactory, PersonFactory, person_with
from tests.standards import process_named
from tests.surveys.field import asked, keys, questionnaire, specialist, survey_of

pytestmark = pytest.mark.django_db


def queries_of(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_specialist_starts_a_survey_and_ends_it(signed_in: Any) -> None:
    process, department, owner = process_named("complaint"), DepartmentFactory(), specialist()
    client = signed_in(owner)
    facts = {
        "process": process.code, "title_zh": "调研", "title_en": "A survey", "owner": owner.pk,
        "departments": [department.pk],
    }  # fmt: skip

    started = client.post("/surveys/start/", facts, follow=True)

    made = Survey.objects.get()
    assert started.redirect_chain == [(f"/surveys/{made.number}/", 302)]
    assert list(made.departments.all()) == [department]
    assert "No questionnaire yet" in started.content.decode()
    client.post(f"/surveys/{made.number}/end/", {"reason": "Enough"})
    made.refresh_from_db()
    assert not made.is_running


def test_a_form_that_is_refused_keeps_what_was_typed(signed_in: Any) -> None:
    page = signed_in(specialist()).post("/surveys/start/", {"title_zh": "只有中文"})

    assert page.status_code == 200
    assert "只有中文" in page.content.decode()


def test_the_page_shows_the_panels_of_both_halves_as_far_as_they_are_there(signed_in: Any) -> None:
    made = questionnaire()

    page = signed_in(made.survey.owner).get(made.survey.get_absolute_url())

    assert PANELS == ("surveys:panel-methods", "surveys:panel-diagnosis")
    assert "questionnaires-title" in page.content.decode()
    assert "could not be shown" not in page.content.decode()


def test_who_is_asked_finds_it_on_the_front_page_and_at_home_until_answered(signed_in: Any) -> None:
    made = questionnaire()
    person = person_with(Role.FRONTLINE)
    Invitation.objects.create(questionnaire=made, person=person, asked_at=made.opened_at)
    client = signed_in(person)
    address = f"/surveys/asked/{made.pk}/"
    for page in ("/", "/surveys/"):
        assert f'href="{address}"' in client.get(page).content.decode()
    assert "All surveys" not in client.get("/surveys/").content.decode()

    client.post(address, {f"q{keys(made)['scale']}": "5"})

    assert Response.objects.get().answers == {keys(made)["scale"]: 5}
    assert f'href="{address}"' not in client.get("/").content.decode()
    assert "can still be changed" in client.get("/surveys/").content.decode()


def test_who_is_not_asked_does_not_see_the_questions(signed_in: Any) -> None:
    made = questionnaire()
    (person,) = asked(made)

    assert signed_in(person).get(f"/surveys/asked/{made.pk}/").status_code == 200
    assert signed_in(person_with(Role.FRONTLINE)).get(f"/surveys/asked/{made.pk}/").status_code == 404
    assert signed_in(PersonFactory(staff=True)).get(f"/surveys/asked/{made.pk}/").status_code == 404


def test_missing_answers_are_told_beside_their_questions_and_the_others_kept(signed_in: Any) -> None:
    made = questionnaire()
    (person,) = asked(made)

    page = signed_in(person).post(f"/surveys/asked/{made.pk}/", {f"q{keys(made)['text']}": "Kept"}).content.decode()

    assert "Please answer this question." in page
    assert "Kept" in page
    assert not Response.objects.exists()


def test_a_questionnaire_is_built_previewed_opened_asked_and_closed_on_its_pages(signed_in: Any) -> None:
    survey = survey_of(DepartmentFactory())
    PersonFactory(department=survey.departments.get())
    client = signed_in(survey.owner)
    client.post(
        f"/surveys/{survey.number}/questionnaires/add/",
        {"title_zh": "问", "title_en": "Ask", "intro_zh": "", "intro_en": "", "with_starter": "on"},
    )
    made = Questionnaire.objects.get()
    address = made.get_absolute_url()
    question = made.questions.first()
    assert question is not None
    client.post(f"/surveys/questions/{question.pk}/move/", {"to": "down"})
    client.post(f"/surveys/questions/{question.pk}/delete/")
    added = {"kind": "single", "text_zh": "选", "text_en": "Choose", "options": "a = 甲 / Alpha\nb = 乙 / Beta"}
    client.post(f"{address}questions/add/", added)
    assert made.questions.count() == 8
    assert "Alpha" in client.get(f"{address}preview/").content.decode()

    client.post(f"{address}open/")
    client.post(f"{address}ask/", {"departments": [survey.departments.get().pk]})
    reminded = client.post(f"{address}remind/", follow=True)
    again = client.post(f"{address}remind/", follow=True)
    client.post(f"{address}close/")

    made.refresh_from_db()
    assert made.state == State.CLOSED
    assert Invitation.objects.count() == 1
    assert "1 person is reminded." in reminded.content.decode()
    assert "reminded today already" in again.content.decode()


def test_printed_codes_open_the_questionnaire_and_are_shown_once(signed_in: Any, client: Any) -> None:
    made = questionnaire(anonymous=True)

    page = signed_in(made.survey.owner).post(f"{made.get_absolute_url()}codes/", {"count": 3}).content.decode()

    codes = [part.partition("<")[0].replace(" ", "") for part in page.split('class="slip-code">')[1:]]
    assert len(codes) == 3
    assert page.count('class="qr"') == 3
    opened = client.get(f"/surveys/answer/{codes[0]}/", headers={"accept-language": "en"})
    assert opened.status_code == 200
    assert "Anonymous" in opened.content.decode()


def test_the_poster_leads_to_the_questionnaire(signed_in: Any) -> None:
    made = questionnaire()

    page = signed_in(made.survey.owner).get(f"{made.get_absolute_url()}poster/").content.decode()

    assert f"/surveys/asked/{made.pk}/" in page
    assert 'class="qr"' in page


def test_results_ask_as_many_questions_of_the_database_for_one_answer_as_for_thirty(signed_in: Any) -> None:
    made = questionnaire()
    client = signed_in(made.survey.owner)
    departments = [DepartmentFactory() for _number in range(6)]
    addresses = [
        f"{made.get_absolute_url()}results/",
        made.get_absolute_url(),
        f"{made.get_absolute_url()}results.xlsx",
    ]

    def answered(people: list[Any]) -> list[int]:
        for invitation in Invitation.objects.filter(person__in=people):
            answers = {keys(made)["scale"]: 3, keys(made)["text"]: "Slow"}
            Response.objects.create(
                invitation=invitation, answers=answers, answered_at=made.opened_at, changed_at=made.opened_at
            )
        return [queries_of(client, address) for address in addresses]

    one = answered(asked(made, departments[0]))
    assert answered(asked(made, *departments, each=5)) == one


def test_the_list_asks_as_many_questions_of_the_database_for_one_survey_as_for_thirty(signed_in: Any) -> None:
    owner = specialist()
    client = signed_in(owner)
    survey_of(owner=owner)
    one = queries_of(client, "/surveys/")
    for _number in range(30):
        survey_of(owner=owner)

    assert queries_of(client, "/surveys/") == one
    assert client.get("/surveys/").content.decode().count("S-00") >= 31
