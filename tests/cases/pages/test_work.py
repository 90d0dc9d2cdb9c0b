"""The pages of work: inbox, task, case. What they cost, what they refuse, what they keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.domain.consulting import ask
from cases.domain.working import claim
from cases.models import Consultation, Task
from processes.models import Process
from tests.cases.journeys import ANSWERS, START_AT, Team, do, finish, open_task, opened
from tests.standards import released

pytestmark = pytest.mark.django_db

#: What a form posts for each step when all goes well.
FILLED = {
    key: {f"a_{name}": {True: "yes", False: "no"}.get(value, value) for name, value in answers.items()}
    for key, answers in ANSWERS.items()
}


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def process() -> Process:
    return released().process


def _post(client: Client, task: Task, **fields: Any) -> Any:
    first = {"s1": "received", "s2": "graded", "s3": "assigned", "s4": "drafted", "s5": "approved", "s6": "answered",
             "s7": "done", "s8": "closed"}  # fmt: skip
    return client.post(task.get_absolute_url(), {"outcome": first[task.key], **FILLED.get(task.key, {}), **fields})


def test_a_case_is_worked_to_its_close_over_the_pages(signed_in: Any, team: Team, process: Process) -> None:
    case = opened(process)

    while Task.objects.open().filter(process=case).exists():
        task = open_task(case)
        answer = _post(signed_in(team.worker_of(task)), task)
        assert answer.status_code == 302, answer.context["form"].errors
    case.refresh_from_db()

    assert case.status == "DONE"
    assert case.data["follow_up"] == {"satisfaction": 5}


def test_a_step_costs_at_most_twelve_statements(signed_in: Any, team: Team, process: Process) -> None:
    case = opened(process)
    do(case, team)
    task = open_task(case)
    client = signed_in(team.worker_of(task))
    _post(client, task)  # the first call compiles the standard and reads the session's plans

    task = open_task(case)
    client = signed_in(team.worker_of(task))
    with CaptureQueriesContext(connection) as captured:
        answer = _post(client, task)

    assert answer.status_code == 302
    # What a test adds: the savepoints of atomic() inside the test's own transaction.
    statements = [row["sql"] for row in captured if "SAVEPOINT" not in row["sql"]]
    assert len(statements) + 2 <= 12, "\n".join(row[:400] for row in statements)  # BEGIN and COMMIT


@pytest.mark.parametrize(
    ("address", "most"),
    [("/cases/", 15), ("/cases/all/", 15), ("/cases/panels/inbox/", 15), ("/cases/open/", 15), ("/", 20)],
)
def test_a_list_costs_the_same_with_one_case_and_with_thirty(
    signed_in: Any, team: Team, process: Process, address: str, most: int
) -> None:
    agent = team["service-agent"]
    costs = []
    for count in (1, 29):
        for _each in range(count):
            case = opened(process)
            claim(open_task(opened(process)), by=agent, at=timezone.now())
            consult = Consultation(task=open_task(case), person=agent, asked_by=agent, kind="comment", question="?")
            consult.asked_at = timezone.now()
            consult.save()
        client = signed_in(agent)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        costs.append(len(captured))

    assert costs[0] == costs[1] <= most, [row["sql"] for row in captured]


def test_the_page_of_a_case_costs_the_same_however_much_happened(signed_in: Any, team: Team, process: Process) -> None:
    short, long = opened(process), opened(process)
    for _round in range(6):
        do(long, team)
        do(long, team, outcome="incomplete")
    costs = []
    for case in (short, long):
        client = signed_in(team["service-supervisor"])
        client.get(case.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            assert client.get(case.get_absolute_url()).status_code == 200
            assert client.get(open_task(case).get_absolute_url()).status_code == 200
        costs.append(len(captured))

    assert costs[0] == costs[1] <= 2 * 20


def test_an_empty_form_says_what_lacks_beside_each_field_and_keeps_the_rest(
    signed_in: Any, team: Team, process: Process
) -> None:
    case = opened(process)
    for _step in range(3):
        do(case, team)
    task = open_task(case)

    answer = signed_in(team.worker_of(task)).post(
        task.get_absolute_url(), {"outcome": "drafted", "a_cause": "A worn seal", "a_kind": "compensate"}
    )
    errors = answer.context["form"].errors

    assert answer.status_code == 200
    assert set(errors) == {"a_department", "a_amount", "a_plan"}
    assert "A worn seal" in answer.content.decode()
    assert Task.objects.open().filter(pk=task.pk).exists()


def test_every_required_field_empty_in_chinese(signed_in: Any, team: Team, process: Process) -> None:
    task = open_task(opened(process))
    worker = team.worker_of(task)
    worker.language = "zh-hans"
    worker.save()

    answer = signed_in(worker).post(task.get_absolute_url(), {"outcome": "received"})

    assert answer.content.decode().count("该字段是必填项。") == 4, answer.context["form"].errors


def test_a_stale_page_reads_who_was_first_and_keeps_what_was_typed(
    signed_in: Any, team: Team, process: Process
) -> None:
    case = opened(process)
    task = open_task(case)
    late = signed_in(team["service-agent"])
    late.get(task.get_absolute_url())
    do(case, team, at=timezone.now())

    answer = _post(late, task, a_problem="Typed for ten minutes")
    text = answer.content.decode()

    assert answer.status_code == 409
    assert "completed this task on" in text
    assert "Typed for ten minutes" in text
    assert Task.objects.filter(process=case, key="s2").count() == 1


def test_a_send_back_needs_a_reason(signed_in: Any, team: Team, process: Process) -> None:
    case = opened(process)
    do(case, team)
    task = open_task(case)
    client = signed_in(team.worker_of(task))

    refused = client.post(task.get_absolute_url(), {"outcome": "incomplete", "a_grade": "normal"})
    accepted = client.post(
        task.get_absolute_url(), {"outcome": "incomplete", "a_grade": "normal", "reason": "No photo"}
    )

    assert refused.context["form"].errors["reason"] == ["Say why, for whoever works on it next."]
    assert accepted.status_code == 302
    assert "No photo" in client.get(case.get_absolute_url()).content.decode()


def test_claim_put_back_hand_over_ask_answer_and_remind(signed_in: Any, team: Team, process: Process) -> None:
    case = opened(process)
    task = open_task(case)
    first, boss = team["service-agent"], team["service-supervisor"]
    team.people.pop("service-agent")
    second = team["service-agent"]

    def call(who: Any, name: str, **data: Any) -> Any:
        return signed_in(who).post(reverse(f"cases:{name}", args=[task.pk]), data, follow=True)

    assert "The task is yours." in call(first, "task-claim").content.decode()
    taken = call(second, "task-claim")
    assert taken.status_code == 409
    assert "has this task since" in taken.content.decode()
    assert "The task is back" in call(first, "task-put-back").content.decode()
    call(first, "task-claim")
    handed = call(first, "task-hand-over", to=second.pk, reason="I am away tomorrow")
    assert "has the task now" in handed.content.decode()
    call(second, "task-ask", person=boss.pk, question="Is it urgent?", countersign="on")
    assert "countersignatures are still due" in _post(signed_in(second), task).content.decode()
    asked = Consultation.objects.get()
    assert "Is it urgent?" in signed_in(boss).get("/cases/").content.decode()
    signed_in(boss).post(reverse("cases:consultation-answer", args=[asked.pk]), {"agrees": "yes"})
    assert "They are reminded." in call(boss, "task-remind").content.decode()
    assert "wait an hour" in call(boss, "task-remind").content.decode()
    assert _post(signed_in(second), task).status_code == 302


def test_a_list_shows_what_waits_longest_first_and_what_was_reminded_before(
    signed_in: Any, team: Team, process: Process
) -> None:
    now = timezone.now()
    cases = [opened(process, at=now - timedelta(hours=hours)) for hours in (1, 5, 3)]
    Task.objects.filter(process=cases[0], finished=None).update(reminded_at=now, reminders=1)

    page = signed_in(team["service-agent"]).get("/cases/")

    assert [task.process_id for task in page.context["posts"]] == [cases[0].pk, cases[1].pk, cases[2].pk]


def test_cases_are_found_by_number_words_process_and_state(signed_in: Any, team: Team, process: Process) -> None:
    closed = finish(opened(process), team)
    other = opened(process, {"customer": "B", "contact": "b", "product": "QV-40", "problem": "It whistles"})
    client = signed_in(team["service-agent"])

    def found(**query: str) -> set[int]:
        return {case.pk for case in client.get("/cases/all/", query).context["page"]}

    assert found(q=closed.number) == {closed.pk}
    assert found(q="whistles") == {other.pk}
    assert found(status="DONE") == {closed.pk}
    assert found(q="nowhere") == set()
    assert found(process=str(process.pk)) == {closed.pk, other.pk}
    assert found(q="%") == set()


def test_an_auditor_finds_no_trace_of_who_the_customer_is(signed_in: Any, team: Team, process: Process) -> None:
    from procstd.roles import Role
    from tests.factories import PersonFactory, PostFactory, PostHoldingFactory

    auditor = PersonFactory(username="auditor")
    PostHoldingFactory(person=auditor, post=PostFactory(role=Role.AUDITOR))
    canary = {"customer": "CANARY Trading", "contact": "canary@example.com", "product": "HY-200", "problem": "It leaks"}
    case = opened(process, canary)
    do(case, team, answers={**ANSWERS["s1"], **canary})
    client = signed_in(auditor)

    for address in (case.get_absolute_url(), open_task(case).get_absolute_url(), "/cases/all/?q=canary", "/cases/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "canary" not in answer.content.decode().replace("?q=canary", "").replace('value="canary"', "").lower()
    assert "CANARY" in signed_in(team["service-agent"]).get(case.get_absolute_url()).content.decode()


def test_a_case_of_an_altered_standard_says_so(signed_in: Any, team: Team, process: Process) -> None:
    from cases.engine.compiler import _classes
    from processes.models import Definition

    case = opened(process)
    task = open_task(case)
    definition = Definition.objects.get()
    Definition.objects.update(content=definition.content.replace("分级", "定级", 1))
    _classes.clear()
    client = signed_in(team["service-agent"])

    for address in (case.get_absolute_url(), task.get_absolute_url()):
        answer = client.get(address)
        assert (answer.status_code, "was altered after its release" in answer.content.decode()) == (503, True)
    assert client.get("/cases/").status_code == 200
    assert client.get("/cases/all/").status_code == 200
    _classes.clear()


def test_a_release_for_one_department_is_used_for_cases_of_that_department(signed_in: Any, team: Team) -> None:
    from procstd.organisation.models import Department
    from tests.standards import standard, step

    process = released().process
    quality = Department.objects.get(code="quality")
    pilot = standard(step("s1", None))
    pilot["forms"][0]["name"] = {"zh": "试点表", "en": "Pilot form"}
    released(pilot, at=timezone.now(), departments=[quality])
    client = signed_in(team["service-agent"])

    listed = client.get("/cases/open/").content.decode()
    here = client.get("/cases/open/complaint/").content.decode()
    there = client.get("/cases/open/complaint/?department=quality")
    posted = {"a_text": "It leaks", "request_key": "p" * 32, "outcome": "o1"}
    answer = client.post("/cases/open/complaint/?department=quality", posted)

    assert "?department=quality" in listed
    assert "V1.0" in here
    assert "V1.1" in there.content.decode()
    assert answer.status_code == 302
    case = process.cases.get()
    assert (case.department, case.definition.revision.number) == (quality, "1.1")
    assert client.get("/cases/open/complaint/?department=nowhere").status_code == 404


def test_only_who_can_withdraw_a_signature_is_offered_to(signed_in: Any, team: Team, process: Process) -> None:
    task, agent = open_task(opened(process)), team["service-agent"]
    asked = ask(task, person=team["quality-engineer"], question="?", countersign=True, by=agent, at=START_AT)
    address = f"/cases/questions/{asked.pk}/withdraw/"

    offered = {
        name: address in signed_in(team[name]).get(task.get_absolute_url()).content.decode()
        for name in ("service-agent", "service-supervisor", "quality-engineer", "sales-representative")
    }
    signed_in(agent).post(address)

    assert offered == {
        "service-agent": True, "service-supervisor": True, "quality-engineer": False, "sales-representative": False,
    }  # fmt: skip
    asked.refresh_from_db()
    assert asked.withdrawn_at is not None
