"""The page of a task says which countersignatures the standard wants, and asks for them by a click (F63)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.domain.consulting import ask
from cases.models import Case, Channel, Consultation
from processes.models import Process
from tests.cases.journeys import Team, open_task, opened
from tests.factories import SubstitutionFactory
from tests.standards import released, standard, step

pytestmark = pytest.mark.django_db

AGENT = {"post": {"code": "service-agent"}, "department": None}
HEAD = {"post": {"code": "department-head"}, "department": {"code": "quality"}}
SUPERVISOR = {"post": {"code": "service-supervisor"}, "department": None}
DONE = {"outcome": "o1", "a_text": "It leaks"}


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def process() -> Process:
    signed = step("s1", "s2", posts={"R": [AGENT], "A": [AGENT], "S": [HEAD, SUPERVISOR]})
    return released(standard(signed, step("s2", None, form=None))).process


@pytest.fixture
def case(team: Team, process: Process) -> Case:
    return opened(process, {"text": "It leaks"}, by=team["service-agent"], channel=Channel.STAFF)


def test_a_task_is_signed_by_each_post_and_then_completed(signed_in: Any, team: Team, case: Case) -> None:
    task, agent = open_task(case), signed_in(team["service-agent"])
    people = {
        "department-head@quality": team["department-head@quality"],
        "service-supervisor": team["service-supervisor"],
    }

    page = agent.get(task.get_absolute_url())
    assert page.text.count("not asked yet") == 2
    assert "Department head (Quality)" in page.text
    refused = agent.post(task.get_absolute_url(), DONE)
    assert "By the standard this step is countersigned first: Department head (Quality)" in refused.text
    assert "It leaks" in refused.text
    for post, person in people.items():
        address = reverse("cases:task-ask-signature", args=[task.pk, post])
        assert address in page.text
        form = agent.get(address)
        # The only holder of the post is chosen already, and the question is written.
        assert f'<option value="{person.pk}" selected>' in form.text
        assert "Please countersign “Title s1”." in form.text
        agent.post(address, {"person": person.pk, "question": "Please countersign."})
        assert "was asked on" in agent.get(task.get_absolute_url()).text
        asked = Consultation.objects.get(person=person)
        signed_in(person).post(reverse("cases:consultation-answer", args=[asked.pk]), {"agrees": "yes"})

    assert agent.get(task.get_absolute_url()).text.count("agreed on") == 2
    assert agent.post(task.get_absolute_url(), DONE).status_code == 302
    assert open_task(case).key == "s2"


def test_only_holders_of_the_post_can_be_asked_for_it(signed_in: Any, team: Team, case: Case) -> None:
    task, agent = open_task(case), signed_in(team["service-agent"])
    other = team["department-head@sales"]
    address = reverse("cases:task-ask-signature", args=[task.pk, "department-head@quality"])

    empty = agent.get(address)
    refused = agent.post(address, {"person": other.pk, "question": "Please"})

    assert "Nobody else holds this post today" in empty.text
    assert "person" in refused.context["form"].errors
    assert not Consultation.objects.exists()
    for unknown in ("department-head", "service-agent", "nobody@quality"):
        assert agent.get(reverse("cases:task-ask-signature", args=[task.pk, unknown])).status_code == 404


def test_a_case_with_such_a_first_step_is_opened_and_signed_afterwards(
    signed_in: Any, team: Team, process: Process
) -> None:
    agent = signed_in(team["service-agent"])
    address = reverse("cases:case-open", args=[process.code])

    page = agent.get(address)

    assert 'name="outcome" value="o1"' not in page.text
    assert "Countersigned by" in page.text
    key = page.context["form"]["request_key"].value()
    answer = agent.post(address, {"a_text": "It leaks", "request_key": key})
    assert (answer.status_code, open_task(Case.objects.get()).key) == (302, "s1")


def test_who_stands_in_for_the_holder_is_asked_and_signs(signed_in: Any, team: Team, case: Case) -> None:
    task, agent = open_task(case), signed_in(team["service-agent"])
    holding = team["service-supervisor"].holdings.get()
    substitute = SubstitutionFactory(holding=holding).substitute
    address = reverse("cases:task-ask-signature", args=[task.pk, "service-supervisor"])

    agent.post(address, {"person": substitute.pk, "question": "Please"})
    asked = Consultation.objects.get()
    signed_in(substitute).post(reverse("cases:consultation-answer", args=[asked.pk]), {"agrees": "yes"})

    asked.refresh_from_db()
    assert asked.signs_for == ["service-supervisor"]
    assert case.events.get(kind="signed").body["for"] == team["service-supervisor"].username
    # Once it is given nobody is asked again, and once the step is done nothing is.
    again = agent.get(address, follow=True)
    assert "Nothing has to be countersigned here any more." in again.text


@pytest.mark.parametrize("signers", [1, 30])
def test_a_page_costs_the_same_however_many_were_asked(signed_in: Any, team: Team, case: Case, signers: int) -> None:
    task = open_task(case)
    for _number in range(signers):
        team.people.pop("service-supervisor", None)
        ask(task, person=team["service-supervisor"], question="Agreed?", countersign=True,
            by=team["service-agent"], at=task.created)  # fmt: skip
    agent = signed_in(team["service-agent"])
    agent.get(task.get_absolute_url())

    with CaptureQueriesContext(connection) as asked:
        agent.get(task.get_absolute_url())

    assert len(asked) <= 9
