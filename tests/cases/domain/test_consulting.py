"""Ask, countersign 会签, remind 催办 (F63)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.domain import consulting
from cases.models import Case
from procstd.errors import DomainError
from tests.cases.journeys import START_AT, Team, do, open_task, opened
from tests.standards import holder

pytestmark = pytest.mark.django_db
LATER = START_AT + timedelta(minutes=5)


@pytest.fixture
def team() -> Team:
    return Team()


def test_a_colleague_who_is_asked_sees_the_case_and_answers(team: Team) -> None:
    case, colleague = opened(), team["repair-technician"]
    outsider = holder("sales-representative")
    outsider.holdings.all().delete()
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
    assert list(case.events.values_list("kind", flat=True)) == ["opened", "asked", "answered"]


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

    assert again == asked


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
