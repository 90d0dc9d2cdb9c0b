"""Countersignatures 会签 that the standard asks for: a step with an S cannot be completed without them (F03, F63)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.domain import consulting, working
from cases.domain.acting import needs_to_know, standard_of
from cases.domain.compiling import need_of
from cases.domain.moving import move_now
from cases.domain.opening import open_case
from cases.models import Case, Consultation
from cases.models.case import Channel
from cases.models.event import EventKind
from procstd.errors import DomainError
from procstd.organisation.models import Post, PostHolding
from procstd.roles import Role
from tests.cases.journeys import START_AT, Team, do, open_task, opened
from tests.factories import person_with
from tests.standards import also_holds, next_version, released, standard, step

pytestmark = pytest.mark.django_db
LATER = START_AT + timedelta(minutes=5)
NOTE = {"text": "It leaks"}
R = A = {"post": {"code": "service-agent"}, "department": None}
HEAD = {"post": {"code": "department-head"}, "department": {"code": "quality"}}
SUPERVISOR = {"post": {"code": "service-supervisor"}, "department": None}


def signed_standard(*places: Any) -> dict[str, Any]:
    """Return a standard whose first step is countersigned by *places*, and sends back to itself."""
    first = step("s1", "s2", "s1", posts={"R": [R], "A": [A], "S": list(places or (HEAD, SUPERVISOR))})
    first["outcomes"][1]["send_back"] = True
    return standard(first, step("s2", None, form=None))


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def case(team: Team) -> Case:
    """Return a case that waits at a step with two countersignatures, and that an agent has claimed."""
    case = opened(released(signed_standard()).process, NOTE, by=team["service-agent"], channel=Channel.STAFF)
    working.claim(open_task(case), by=team["service-agent"], at=START_AT)
    return case


def _ask(case: Case, team: Team, person: Any) -> Consultation:
    return consulting.ask(
        open_task(case), person=person, question="Agreed?", countersign=True, by=team["service-agent"], at=LATER
    )


def _sign(case: Case, team: Team, person: Any, *, agrees: bool = True) -> None:
    consulting.answer(_ask(case, team, person), text="Fine", agrees=agrees, by=person, at=LATER)


def test_every_post_with_an_s_signs_before_the_step_is_completed(case: Case, team: Team) -> None:
    with pytest.raises(DomainError, match=r"countersigned first: Department head \(Quality\), Service supervisor"):
        do(case, team, LATER, answers=NOTE)
    _sign(case, team, team["service-supervisor"])
    with pytest.raises(DomainError, match=r"countersigned first: Department head \(Quality\)\. "):
        do(case, team, LATER, answers=NOTE)
    _sign(case, team, team["department-head@quality"])

    do(case, team, LATER, answers=NOTE)

    assert open_task(case).key == "s2"
    signed = case.events.filter(kind=EventKind.SIGNED).order_by("position").values_list("body__posts", flat=True)
    assert list(signed) == [["service-supervisor"], ["department-head@quality"]]


def test_who_has_another_post_or_the_post_elsewhere_does_not_sign_for_it(case: Case, team: Team) -> None:
    _sign(case, team, team["service-supervisor"])
    for stranger in (team["department-head@sales"], team["repair-technician"]):
        _sign(case, team, stranger)

    with pytest.raises(DomainError, match=r"countersigned first: Department head \(Quality\)"):
        do(case, team, LATER, answers=NOTE)


def test_a_refusal_is_no_signature_and_can_be_asked_for_again(case: Case, team: Team) -> None:
    head = team["department-head@quality"]
    _sign(case, team, team["service-supervisor"])
    _sign(case, team, head, agrees=False)
    with pytest.raises(DomainError, match="still due"):
        do(case, team, LATER, answers=NOTE)

    _sign(case, team, head)
    do(case, team, LATER, answers=NOTE)

    assert open_task(case).key == "s2"


def test_withdrawing_does_not_do_without_what_the_standard_asks_for(case: Case, team: Team) -> None:
    agent, head = team["service-agent"], team["department-head@quality"]
    _sign(case, team, team["service-supervisor"])
    consulting.withdraw(_ask(case, team, head), by=agent, at=LATER)

    with pytest.raises(DomainError, match="countersigned first"):
        do(case, team, LATER, answers=NOTE)


def test_what_is_sent_back_needs_no_signature_and_signs_anew_when_it_comes_again(case: Case, team: Team) -> None:
    _sign(case, team, team["service-supervisor"])
    do(case, team, LATER, answers=NOTE, outcome="o2")

    with pytest.raises(DomainError, match=r"Department head \(Quality\), Service supervisor"):
        do(case, team, LATER, answers=NOTE)


def test_a_post_that_was_lost_before_signing_does_not_count(case: Case, team: Team) -> None:
    supervisor = team["service-supervisor"]
    asked = _ask(case, team, supervisor)
    PostHolding.objects.filter(person=supervisor).update(valid_until=START_AT.date())
    supervisor = type(supervisor).objects.get(pk=supervisor.pk)

    consulting.answer(asked, text="", agrees=True, by=supervisor, at=LATER)

    asked.refresh_from_db()
    assert (asked.agrees, asked.signs_for) == (True, [])


def test_a_first_step_with_an_s_is_not_completed_while_the_case_is_opened(team: Team) -> None:
    process = released(signed_standard()).process

    with pytest.raises(DomainError, match="countersigned first"):
        open_case(process, NOTE, by=team["service-agent"], at=START_AT, request_key="k" * 32, outcome="o1")

    assert not Case.objects.exists()


def test_a_version_that_wants_another_post_of_the_same_person_asks_it_again(team: Team) -> None:
    old = released(signed_standard(SUPERVISOR))
    case = opened(old.process, NOTE, by=team["service-agent"], channel=Channel.STAFF)
    signer = team["service-supervisor"]
    working.claim(open_task(case), by=team["service-agent"], at=START_AT)
    _sign(case, team, signer)
    with pytest.raises(DomainError, match="has signed already"):
        _ask(case, team, signer)

    also_holds(signer, "department-head", "quality")
    signer = type(signer).objects.get(pk=signer.pk)
    newer = next_version(old, lambda data: data["steps"][0]["posts"].update({"S": [SUPERVISOR, HEAD]}), at=LATER)
    lead = person_with(Role.PROJECT_LEAD)
    move_now(case, to=newer.definition, reason="Two signatures from now on", by=lead, at=LATER)

    moment = LATER + timedelta(minutes=5)
    with pytest.raises(DomainError, match=r"countersigned first: Department head \(Quality\)\. "):
        do(case, team, moment, answers=NOTE)
    asked = consulting.ask(
        open_task(case), person=signer, question="Again?", countersign=True, by=team["service-agent"], at=moment
    )
    consulting.answer(asked, text="", agrees=True, by=signer, at=moment)
    do(case, team, moment, answers=NOTE)
    assert open_task(case).key == "s2"


@pytest.mark.parametrize("signers", [1, 30])
def test_so_many_signatures_cost_one_statement(team: Team, signers: int) -> None:
    case = opened(released(signed_standard(SUPERVISOR)).process, NOTE, by=team["service-agent"], channel=Channel.STAFF)
    working.claim(open_task(case), by=team["service-agent"], at=START_AT)
    for _number in range(signers):
        team.people.pop("service-supervisor", None)
        _sign(case, team, team["service-supervisor"])
    task = open_task(case)
    assert team["service-agent"].duties
    with CaptureQueriesContext(connection) as asked:
        working.complete(task, outcome="o1", answers=NOTE, by=team["service-agent"], at=LATER)

    wanted = [row["sql"] for row in asked if '"signs_for"' in row["sql"] and row["sql"].startswith("SELECT")]
    assert (len(wanted), open_task(case).key) == (1, "s2")


def test_a_post_that_countersigns_what_waits_cannot_be_abolished(case: Case) -> None:
    assert "1 open task waits for this post" in str(need_of(Post.objects.get(code="service-supervisor")))
    assert need_of(Post.objects.get(code="sales-representative")) is None


def test_who_countersigns_has_to_know_whose_case_it_is(case: Case, team: Team) -> None:
    signer, other = team["service-supervisor"], team["sales-representative"]

    told = standard_of(case.definition)
    assert (needs_to_know(signer, case, told), case in Case.objects.needed_by(signer)) == (True, True)
    assert (needs_to_know(other, case, told), case in Case.objects.needed_by(other)) == (False, False)
