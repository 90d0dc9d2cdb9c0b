"""Ask, countersign 会签, remind 催办 (F63)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.domain import consulting, working
from cases.models import Case
from procstd.errors import DomainError
from procstd.roles import Role
from tests.cases.journeys import START_AT, Team, do, open_task, opened, told
from tests.factories import PersonFactory, person_with
from tests.standards import holder

pytestmark = pytest.mark.django_db
LATER = START_AT + timedelta(minutes=5)


@pytest.fixture
def team() -> Team:
    return Team()


def test_a_colleague_who_is_asked_sees_the_case_and_answers(team: Team) -> None:
    case, colleague = opened(), team["repair-technician"]
    outsider = person_with(Role.FRONTLINE)
    asked = consulting.ask(
        open_task(case), person=outsider, question="Seen before?", by=team["service-agent"], at=START_AT
    )

    assert (case in Case.objects.visible_to(outsider), case in Case.objects.needed_by(outsider)) == (True, False)
    with pytest.raises(DomainError, match="Somebody else"):
        consulting.answer(asked, text="No", by=colleague, at=LATER)
    answered = consulting.answer(asked, text="Twice in May", by=outsider, at=LATER)

    assert (answered.answer, answered.answered_at) == ("Twice in May", LATER)
    with pytest.raises(DomainError, match="already"):
        consulting.answer(asked, text="Again", by=outsider, at=LATER)
    assert told(case) == ["opened", "asked", "answered"]


def test_a_task_waits_for_its_countersignatures(team: Team) -> None:
    case, signer = opened(), team["service-supervisor"]
    task = open_task(case)
    asked = consulting.ask(task, person=signer, question="Sign", countersign=True, by=team["service-agent"], at=LATER)

    with pytest.raises(DomainError, match="countersignatures are still due"):
        do(case, team)
    consulting.answer(asked, text="", agrees=True, by=signer, at=LATER)
    do(case, team)

    assert open_task(case).key == "s2"


def test_a_refused_countersignature_can_be_asked_for_again(team: Team) -> None:
    case, signer, agent = opened(), team["service-supervisor"], team["service-agent"]
    task = open_task(case)
    asked = consulting.ask(task, person=signer, question="Sign", countersign=True, by=agent, at=LATER)

    with pytest.raises(DomainError, match="Say why"):
        consulting.answer(asked, text="", agrees=False, by=signer, at=LATER)
    consulting.answer(asked, text="Name lacks", agrees=False, by=signer, at=LATER)
    with pytest.raises(DomainError, match="still due"):
        do(case, team)
    again = consulting.ask(task, person=signer, question="Now?", countersign=True, by=agent, at=LATER)
    consulting.answer(again, text="", agrees=True, by=signer, at=LATER)
    with pytest.raises(DomainError, match="signed already"):
        consulting.ask(task, person=signer, question="Sign", countersign=True, by=agent, at=LATER)
    do(case, team)

    asked.refresh_from_db()
    again.refresh_from_db()
    assert (asked.agrees, asked.answer, again.agrees) == (False, "Name lacks", True)  # the refusal stays


def test_a_step_can_be_sent_back_although_signatures_are_due(team: Team) -> None:
    case = opened()
    do(case, team)
    supervisor = team["service-supervisor"]
    consulting.ask(open_task(case), person=team["quality-engineer"], question="?", countersign=True, by=supervisor,
                   at=LATER)  # fmt: skip

    do(case, team, outcome="incomplete", answers={"grade": "normal"})

    assert open_task(case).key == "s1"


def test_a_reminder_comes_at_most_once_an_hour(team: Team) -> None:
    task, boss = open_task(opened()), team["service-supervisor"]

    consulting.remind(task, by=boss, at=START_AT)
    with pytest.raises(DomainError, match="wait an hour"):
        consulting.remind(task, by=boss, at=START_AT + timedelta(minutes=59))
    consulting.remind(task, by=boss, at=START_AT + timedelta(minutes=60))

    assert open_task(task.process).reminders == 2


def test_only_somebody_who_can_answer_is_asked(team: Team) -> None:
    task, agent = open_task(opened()), team["service-agent"]

    for person in (PersonFactory(), PersonFactory(staff=True, is_active=False)):
        with pytest.raises(DomainError, match="could not answer"):
            consulting.ask(task, person=person, question="?", by=agent, at=START_AT)


def test_a_signature_of_somebody_who_has_left_can_be_done_without(team: Team) -> None:
    case, signer, agent = opened(), team["quality-engineer"], team["service-agent"]
    asked = consulting.ask(open_task(case), person=signer, question="?", countersign=True, by=agent, at=START_AT)
    signer.holdings.all().delete()

    with pytest.raises(DomainError, match="Somebody else asked"):
        consulting.withdraw(asked, by=holder("service-agent"), at=LATER)
    consulting.withdraw(asked, by=agent, at=LATER)
    with pytest.raises(DomainError, match="no longer"):
        consulting.withdraw(asked, by=agent, at=LATER)
    do(case, team)

    assert told(case) == ["opened", "signature_asked", "withdrawn", "completed"]


def test_a_refused_signature_is_done_without_by_the_accountable_post_only(team: Team) -> None:
    case, signer, agent = opened(), team["quality-engineer"], team["service-agent"]
    first = consulting.ask(open_task(case), person=signer, question="?", countersign=True, by=agent, at=START_AT)
    consulting.answer(first, text="Name lacks", agrees=False, by=signer, at=LATER)
    second = consulting.ask(open_task(case), person=signer, question="Now?", countersign=True, by=agent, at=LATER)

    with pytest.raises(DomainError, match="accountable post"):
        consulting.withdraw(first, by=agent, at=LATER)
    consulting.withdraw(second, by=team["service-supervisor"], at=LATER)
    with pytest.raises(DomainError, match="no longer asked for"):
        consulting.answer(second, text="", agrees=True, by=signer, at=LATER)

    assert open_task(case).signatures_due == 0


def test_who_countersigned_does_not_complete_the_task_too(team: Team) -> None:
    case, agent, colleague = opened(), team["service-agent"], holder("service-agent")
    asked = consulting.ask(open_task(case), person=colleague, question="?", countersign=True, by=agent, at=START_AT)
    consulting.answer(asked, text="", agrees=True, by=colleague, at=LATER)

    with pytest.raises(DomainError, match="You countersigned this task"):
        do(case, team, by=colleague)
    do(case, team, by=agent)

    assert open_task(case).key == "s2"


def test_a_colleagues_task_is_not_held_up_by_others(team: Team) -> None:
    case, agent, colleague = opened(), team["service-agent"], holder("service-agent")
    working.claim(open_task(case), by=agent, at=START_AT)

    with pytest.raises(DomainError, match="has this task since"):
        consulting.ask(open_task(case), person=agent, question="?", countersign=True, by=colleague, at=LATER)
    consulting.ask(open_task(case), person=agent, question="Only a question", by=colleague, at=LATER)
    consulting.ask(
        open_task(case), person=colleague, question="?", countersign=True, by=team["service-supervisor"], at=LATER
    )

    assert open_task(case).signatures_due == 1
