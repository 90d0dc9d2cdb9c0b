"""Satisfaction: asked once for each close, answered by the customer alone, with consequences (F65)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from cases.domain.chain import broken_chains
from cases.domain.reopening import reopen
from cases.domain.satisfaction import OPEN_FOR, answer, open_request, request_by_token, token_for
from cases.domain.satisfaction_mails import mail_request, requests_to_mail
from cases.models import Case, SatisfactionRequest, Task
from procstd.errors import DomainError
from tests.cases.journeys import REGISTER, START_AT, Team, finish, open_task, opened, told
from tests.standards import complaint, released

pytestmark = pytest.mark.django_db
LATER = START_AT + timedelta(days=3)


def closed(**standard: Any) -> tuple[Case, Team]:
    team = Team()
    process = released(complaint(**standard)).process
    return finish(opened(process), team), team


def asked(case: Case) -> SatisfactionRequest:
    return case.satisfaction_requests.order_by("-number")[0]


def test_a_close_asks_the_customer_once_behind_a_link_that_is_not_stored() -> None:
    case, _team = closed()

    question = asked(case)
    token = token_for(case, 1)
    assert request_by_token(token) == question
    assert token not in str(SatisfactionRequest.objects.values())
    assert request_by_token("0" * 32) is None


def test_one_answer_and_no_other() -> None:
    case, _team = closed()

    answer(asked(case), rating=5, comment="Fast", at=LATER, by=AnonymousUser())

    with pytest.raises(DomainError, match="already"):
        answer(asked(case), rating=1, at=LATER)
    case.refresh_from_db()
    assert (case.rating, asked(case).comment) == (5, "Fast")
    assert "Fast" not in str(list(case.events.values_list("body", flat=True)))


def test_nobody_of_the_house_answers_for_the_customer() -> None:
    case, team = closed()

    for person in (team["service-agent"], team["service-supervisor"]):
        with pytest.raises(DomainError, match="Only the customer"):
            answer(asked(case), rating=5, at=LATER, by=person)

    assert Case.objects.get().rating is None


def test_the_link_lasts_thirty_days_and_not_a_second_longer() -> None:
    case, _team = closed()
    ends = asked(case).asked_at + OPEN_FOR

    assert open_request(case, at=ends - timedelta(seconds=1)) is not None
    assert open_request(case, at=ends) is None
    with pytest.raises(DomainError, match="over"):
        answer(asked(case), rating=5, at=ends)


@pytest.mark.parametrize("rating", [0, 6])
def test_a_rating_is_from_1_to_5(rating: int) -> None:
    case, _team = closed()

    with pytest.raises(DomainError, match="1 to 5"):
        answer(asked(case), rating=rating, at=LATER)


@pytest.mark.parametrize(("rating", "reopened"), [(2, True), (3, False)])
def test_a_dissatisfied_customer_is_called_back_as_the_standard_says(rating: int, reopened: bool) -> None:
    case, team = closed(dissatisfaction={"at_most": 2, "step": "s8"})

    answer(asked(case), rating=rating, at=LATER)

    case.refresh_from_db()
    assert case.is_open is reopened
    assert ("reopened" in told(case)) is reopened
    assert list(broken_chains([case])) == []
    if reopened:
        task = open_task(case)
        assert (task.key, task.created) == ("s8", LATER)
        assert sorted(case.clocks.open().values_list("target", flat=True)) == ["step", "total"]
        assert team.worker_of(task)


def test_after_the_case_is_solved_anew_the_customer_is_asked_again() -> None:
    case, team = closed(dissatisfaction={"at_most": 2, "step": "s8"})
    answer(asked(case), rating=1, at=LATER)

    case = finish(Case.objects.get(), team)

    assert [question.number for question in case.satisfaction_requests.all()] == [1, 2]
    with pytest.raises(DomainError, match="already"):
        answer(case.satisfaction_requests.get(number=1), rating=5, at=LATER)
    answer(asked(case), rating=4, at=LATER)
    assert Case.objects.get().rating == 4
    assert list(broken_chains(Case.objects.all())) == []


def test_the_accountable_reopens_a_closed_case_with_a_reason_and_nobody_else() -> None:
    case, team = closed()

    for person, step in ((team["service-agent"], "s8"), (team["service-supervisor"], "s99")):
        with pytest.raises(DomainError):
            reopen(case, step=step, reason="Leaks again", by=person, at=LATER)
    with pytest.raises(DomainError, match="Say why"):
        reopen(case, step="s8", reason=" ", by=team["service-supervisor"], at=LATER)
    reopen(case, step="s8", reason="Leaks again", by=team["service-supervisor"], at=LATER)

    assert open_task(Case.objects.get()).key == "s8"
    with pytest.raises(DomainError, match="open"):
        reopen(case, step="s8", reason="Again", by=team["service-supervisor"], at=LATER)


def test_the_mail_goes_to_the_customers_address_once_in_both_languages() -> None:
    team = Team()
    answers = {**{key: value for key, value in REGISTER.items() if key != "channel"}, "contact": "lihua@example.com"}
    case = opened(answers=answers)
    while Task.objects.open().filter(process=case).exists():
        task = open_task(case)
        from tests.cases.journeys import ANSWERS, do

        do(case, team, answers={**ANSWERS["s1"], "contact": "lihua@example.com"} if task.key == "s1" else None)
    case.refresh_from_db()
    question = asked(case)
    mail.outbox.clear()

    assert requests_to_mail(at=START_AT - timedelta(seconds=1)) == []
    for number in requests_to_mail(at=LATER) * 2:
        mail_request(number, at=LATER)

    (sent,) = mail.outbox
    assert sent.to == ["lihua@example.com"]
    assert re.search(r"/cases/public/satisfaction/([0-9a-f]{32})/", str(sent.body))
    assert "已结案" in sent.subject + str(sent.body) or "closed" in sent.subject
    assert sent.extra_headers["Message-ID"].startswith(f"<satisfaction-{question.pk}@")
    assert requests_to_mail(at=LATER + timedelta(days=1)) == []


def test_without_an_address_nothing_is_mailed() -> None:
    case, _team = closed()

    assert (asked(case).mail_at is None) == ("@" not in REGISTER["contact"])
