"""The pages of clocks: what they show, what they refuse, what they cost (F55, F58, F59, F60)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.domain.clocks.extending import ask_extension
from cases.domain.clocks.holding import ask_hold, wait_for_customer
from cases.domain.customer import secret_for
from cases.models import Case, Clock, Hold
from tests.cases.domain.clocks.scene import process_with_clocks
from tests.cases.journeys import Team, do, finish, open_task, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def case() -> Case:
    return opened(process_with_clocks(), at=timezone.now(), request_key="k" * 32)


def _total(case: Case) -> Clock:
    return Clock.objects.select_related("case").get(case=case, target="total")


def _post(client: Client, name: str, key: Any, **data: Any) -> Any:
    return client.post(reverse(f"cases:{name}", args=[key]), data)


def test_a_hold_is_asked_for_decided_and_ended_over_the_pages(signed_in: Any, team: Team, case: Case) -> None:
    agent, boss = signed_in(team["service-agent"]), signed_in(team["service-supervisor"])
    task = open_task(case)
    letter = SimpleUploadedFile("letter.pdf", b"%PDF-1.4\n%%EOF")

    asked = _post(agent, "task-hold", task.pk, reason="Parts", days="3", evidence=letter)
    hold = Hold.objects.get()
    inbox = boss.get("/cases/").content.decode()
    shown = boss.get(reverse("cases:hold-decide", args=[hold.pk])).content.decode()
    decided = _post(boss, "hold-decide", hold.pk, is_allowed="yes", answer="")
    page = agent.get(case.get_absolute_url()).content.decode()
    again = _post(boss, "hold-decide", hold.pk, is_allowed="no", answer="Typed for long")
    resumed = _post(agent, "case-resume", case.number)
    twice = _post(agent, "case-resume", case.number)

    assert (asked.status_code, decided.status_code, resumed.status_code) == (302, 302, 302)
    assert "Waiting for your decision" in inbox
    assert "Waiting for your decision" not in agent.get("/cases/").content.decode()
    assert "letter.pdf" in shown
    assert "On hold, " in page
    assert "if it went on now" in page
    assert (again.status_code, twice.status_code) == (409, 409)
    assert "Typed for long" in again.content.decode()
    assert "The case is not on hold." in twice.content.decode()


def test_what_lacks_stands_beside_its_field_and_what_was_typed_stays(signed_in: Any, team: Team, case: Case) -> None:
    agent = signed_in(team["service-agent"])

    answer = _post(agent, "task-hold", open_task(case).pk, reason="Typed for long", days="11")

    assert answer.status_code == 200
    assert answer.context["form"].errors == {"days": ["From 1 to 10 days, says the standard."]}
    assert "Typed for long" in answer.content.decode()


def test_more_time_is_asked_for_and_given(signed_in: Any, team: Team, case: Case) -> None:
    agent, boss = signed_in(team["service-agent"]), signed_in(team["service-supervisor"])
    clock = _total(case)

    asked = _post(agent, "clock-extend", clock.pk, amount="1", unit="working_days", reason="Parts")
    extension = clock.extensions.get()
    twice = _post(agent, "clock-extend", clock.pk, amount="1", unit="working_days", reason="Parts")
    inbox = boss.get("/cases/").content.decode()
    decided = _post(boss, "extension-decide", extension.pk, is_allowed="yes")
    page = agent.get(case.get_absolute_url()).content.decode()
    why = agent.get(reverse("cases:clock-detail", args=[clock.pk])).content.decode()

    assert (asked.status_code, twice.status_code, decided.status_code) == (302, 409, 302)
    assert reverse("cases:extension-decide", args=[extension.pk]) in inbox
    assert "first due" in page
    assert "1 working day more, asked for by" in why


def test_an_exception_is_reported_and_dealt_with(signed_in: Any, team: Team, case: Case) -> None:
    agent = signed_in(team["service-agent"])
    task = open_task(case)

    reported = _post(agent, "task-exception", task.pk, rule="e1", reason="No number")
    twice = _post(agent, "task-exception", task.pk, rule="e1", reason="No number")
    clock = Clock.objects.get(case=case, target="exception")
    page = agent.get(task.get_absolute_url()).content.decode()
    ended = _post(agent, "exception-end", clock.pk, reason="Called them")

    assert (reported.status_code, twice.status_code, ended.status_code) == (302, 409, 302)
    assert reverse("cases:exception-end", args=[clock.pk]) in page


def test_who_graded_grades_anew(signed_in: Any, team: Team, case: Case) -> None:
    for _step in range(2):
        do(case, team, timezone.now())
    boss, agent = signed_in(team["service-supervisor"]), signed_in(team["service-agent"])
    address = reverse("cases:case-regrade", args=[case.number])

    offered = address in boss.get(case.get_absolute_url()).content.decode()
    hidden = address in agent.get(case.get_absolute_url()).content.decode()
    no_reason = _post(boss, "case-regrade", case.number, grade="grading.grade=urgent")
    done = _post(boss, "case-regrade", case.number, grade="grading.grade=urgent", reason="A fire")

    assert (offered, hidden, done.status_code) == (True, False, 302)
    assert set(no_reason.context["form"].errors) == {"reason"}
    assert (_total(case).amount, _total(case).sequence) == (3, 2)


def test_a_case_that_one_may_not_see_has_no_clocks_either(signed_in: Any, case: Case) -> None:
    from procstd.roles import Role
    from tests.factories import DepartmentFactory, person_with

    stranger = signed_in(person_with(Role.FRONTLINE, DepartmentFactory(), username="stranger"))

    for name in ("clock-detail", "clock-extend", "exception-end"):
        assert stranger.get(reverse(f"cases:{name}", args=[_total(case).pk])).status_code == 404
    assert stranger.get(f"/cases/clocks/{1 << 70}/").status_code == 404


def test_a_closed_case_says_when_it_was_due_and_whether_it_was_met(signed_in: Any, team: Team) -> None:
    start = timezone.now() - timedelta(days=30)
    case = opened(process_with_clocks(), at=start)
    finish(case, team, iter([start + timedelta(days=index) for index in range(20)]))

    page = signed_in(team["service-agent"]).get(case.get_absolute_url()).content.decode()
    listed = signed_in(team["service-agent"]).get("/cases/all/").content.decode()

    assert "Late by" in page
    assert "In time" in page or "Late by" in listed
    assert "Ask for more time" not in page


def test_the_list_finds_the_overdue(signed_in: Any, team: Team) -> None:
    process = process_with_clocks()
    # The first step is due at once, within office hours that is when the case is opened: so it is opened later.
    now = timezone.now()
    late, fresh = opened(process, at=now - timedelta(days=20)), opened(process, at=now + timedelta(hours=1))
    client = signed_in(team["service-agent"])

    page = client.get("/cases/all/?overdue=yes")

    assert [case.pk for case in page.context["page"]] == [late.pk]
    assert "overdue since" in page.content.decode()
    assert {case.pk for case in client.get("/cases/all/").context["page"]} == {late.pk, fresh.pk}


def test_the_inbox_costs_the_same_with_one_request_and_with_thirty(signed_in: Any, team: Team) -> None:
    process, agent = process_with_clocks(), team["service-agent"]
    boss = signed_in(team["service-supervisor"])
    costs = []
    for count in (1, 29):
        for _each in range(count):
            case = opened(process, at=timezone.now())
            ask_extension(_total(case), amount=1, unit="working_days", reason="x", by=agent, at=timezone.now())
            ask_hold(open_task(case), reason="x", days=1, by=agent, at=timezone.now())
        boss.get("/cases/")
        with CaptureQueriesContext(connection) as captured:
            assert boss.get("/cases/").status_code == 200
        costs.append(len(captured))

    assert costs[0] == costs[1] <= 15, [row["sql"] for row in captured]


@pytest.mark.parametrize("page", ["case", "task", "clock"])
def test_a_page_costs_the_same_with_few_clocks_and_with_many(signed_in: Any, team: Team, case: Case, page: str) -> None:
    boss = signed_in(team["service-supervisor"])
    costs = []
    for rounds in (0, 4):
        for _round in range(rounds):
            do(case, team, timezone.now())
            do(case, team, timezone.now(), outcome="incomplete")
        address = {
            "case": case.get_absolute_url(),
            "task": open_task(case).get_absolute_url(),
            "clock": reverse("cases:clock-detail", args=[_total(case).pk]),
        }[page]
        boss.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert boss.get(address).status_code == 200
        costs.append(len(captured))

    assert costs[0] == costs[1] <= 20, [row["sql"] for row in captured]


def test_the_customer_reads_what_is_promised_and_that_an_answer_is_awaited(team: Team, case: Case) -> None:
    client = Client(headers={"accept-language": "en"})
    address = reverse("cases:public-status", args=[case.number, secret_for("k" * 32)])

    before = client.get(address).content.decode()
    wait_for_customer(open_task(case), reason="The number?", by=team["service-agent"], at=timezone.now())
    waiting = client.get(address).content.decode()
    client.post(address, {"text": "It is 4711"})
    after = client.get(address).content.decode()

    assert "First response: by" in before
    assert "Promised to be done by" in before
    assert "On hold, waiting for your answer" in waiting
    assert "The number?" in waiting
    assert "the time stands still" in waiting
    assert "On hold" not in after
    assert Hold.objects.get().held_until is not None


def test_the_accountable_reopens_a_closed_case_on_its_page_and_others_do_not(signed_in: Any) -> None:
    team = Team()
    case = finish(opened(), team)
    agent, supervisor = signed_in(team["service-agent"]), signed_in(team["service-supervisor"])
    address = reverse("cases:case-reopen", args=[case.number])

    assert address not in agent.get(case.get_absolute_url()).content.decode()
    assert address in supervisor.get(case.get_absolute_url()).content.decode()
    assert agent.post(address, {"step": "s8", "reason": "Leaks"}).status_code == 200
    assert supervisor.post(address, {"step": "s8", "reason": ""}).status_code == 200
    case.refresh_from_db()
    assert not case.is_open
    assert supervisor.post(address, {"step": "s8", "reason": "Leaks again"}).status_code == 302

    case.refresh_from_db()
    assert case.is_open
