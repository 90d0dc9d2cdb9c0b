"""Practice is the whole flow, and nobody but who practises ever hears of it (H2.5.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.domain.acting import may_see
from cases.domain.chain import broken_chains
from cases.domain.clocks import watching
from cases.domain.compiling import need_of
from cases.domain.practising import (
    example_answers,
    form_to_practise,
    open_steps,
    practise_step,
    start_practice,
    stop_practice,
)
from cases.domain.reopening import reopen
from cases.domain.reporting import exceptions_of_week
from cases.domain.wall import wall_for
from cases.domain.working import claim, complete
from cases.models import Case, Clock, Consultation, SatisfactionRequest, Task
from cases.models.case import Status
from cases.queries.facts import facts_of
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import Post
from procstd.roles import Role
from tests.cases.journeys import START_AT, flow_standard
from tests.factories import person_with
from tests.reviews import fresh
from tests.standards import complaint, holder, released, standard, step, words

pytestmark = pytest.mark.django_db


def done(case: Case, person: Any, *, until: str = "", at: Any = START_AT) -> Case:
    """Practise *case* to its end, or to a step, with example answers and first outcomes."""
    while steps := open_steps(Case.objects.get(pk=case.pk)):
        task, now = steps[0]
        if now.key == until:
            break
        form = form_to_practise(flow_standard(task).form(now.form))
        at += timedelta(minutes=10)
        case = practise_step(
            case, task, outcome=now.outcomes[0].key, by=person, at=at,
            answers=example_answers(form, by=person, at=at),
        )  # fmt: skip
    return case


def test_one_person_goes_through_the_whole_standard() -> None:
    release = released(complaint())
    agent = holder("service-agent")

    case = done(start_practice(release.definition, by=agent, at=START_AT), agent)

    assert case.status == Status.DONE
    finished = Task.objects.filter(process=case, finished__isnull=False).exclude(step=None)
    assert set(finished.values_list("owner", flat=True)) == {agent.pk}
    assert finished.count() >= 5
    assert list(broken_chains([case])) == []


def test_example_answers_are_taken_by_every_form_of_the_standard() -> None:
    agent = holder("service-agent")
    definition = released(complaint()).definition

    from cases.domain.acting import standard_of
    from cases.domain.answers import settle

    for form in standard_of(definition).forms:
        practised = form_to_practise(form)
        assert practised is not None
        settle(practised, example_answers(practised, by=agent, at=START_AT))


def test_practice_is_in_no_inbox_no_wall_no_figure_no_report_and_tells_nobody() -> None:
    release = released(complaint())
    agent, colleague = holder("service-agent"), holder("service-agent")
    lead = person_with(Role.PROJECT_LEAD)
    case = start_practice(release.definition, by=agent, at=START_AT)

    for person in (agent, colleague, lead):
        assert not Task.objects.for_posts_of(person).exists()
        assert not Task.objects.mine(person).exists()
        assert not Task.objects.open().visible_to(person).exists()
        assert not Case.objects.visible_to(person).exists()
        assert not may_see(person, case)
        assert wall_for(person, at=START_AT).tally.open == 0
    case = done(case, agent)

    assert not Clock.objects.filter(case=case).exists()
    assert not SatisfactionRequest.objects.exists()
    assert not Notice.objects.exists()
    assert list(facts_of(Case.objects.all(), at=START_AT + timedelta(days=1))) == []
    monday = timezone.localdate(START_AT) - timedelta(days=timezone.localdate(START_AT).weekday())
    week = exceptions_of_week(monday)
    assert (week["rows"], week["opened"], week["closed"]) == ([], [], [])
    watching.put_right(at=START_AT)
    assert watching.count(at=START_AT + timedelta(days=9)).overdue == 0


def test_a_post_that_only_practice_waits_for_may_be_abolished_as_before() -> None:
    release = released(complaint())
    agent = holder("service-agent")
    start_practice(release.definition, by=agent, at=START_AT)

    assert "open task" not in str(need_of(Post.objects.get(code="service-agent")))


def test_no_other_act_works_on_it() -> None:
    release = released(standard(step("s1", "s2"), step("s2", None)))
    agent = holder("service-agent")
    case = start_practice(release.definition, by=agent, at=START_AT)
    ((task, _step),) = open_steps(case)
    task = Task.objects.select_related("process__definition").get(pk=task.pk)

    with pytest.raises(DomainError, match="practice case"):
        claim(task, by=agent, at=START_AT)
    with pytest.raises(DomainError, match="practice case"):
        complete(task, outcome="o1", answers={"text": "x"}, by=agent, at=START_AT)
    case = done(case, agent)
    with pytest.raises(DomainError, match="practice case"):
        reopen(case, step="s1", reason="Because", by=agent, at=START_AT + timedelta(days=1))
    assert not Consultation.objects.exists()


def test_nobody_practises_on_somebody_elses_case_nor_on_a_real_one() -> None:
    from tests.cases.journeys import open_task, opened

    release = released(standard(step("s1", "s2"), step("s2", None)))
    agent, colleague = holder("service-agent"), holder("service-agent")
    case = start_practice(release.definition, by=agent, at=START_AT)
    ((task, _step),) = open_steps(case)
    real = opened(release.process, {"text": "It leaks"}, channel="staff", by=agent)

    for whose, which, person in ((case, task, colleague), (real, open_task(real), agent)):
        with pytest.raises(DomainError, match="no practice case of yours"):
            practise_step(whose, which, outcome="o1", answers={"text": "x"}, by=person, at=START_AT)


def test_what_is_sent_back_is_done_again_and_lanes_join() -> None:
    data = standard(
        step("s1", "s2"), step("s2", "s4", group=1, lane=1), step("s3", "s4", group=1, lane=2, form=None),
        step("s4", None),
    )  # fmt: skip
    data["steps"][3]["outcomes"].append({"key": "back", "label": words("Back"), "target": "s1", "send_back": True})
    release = released(data)
    agent = holder("service-agent")
    case = start_practice(release.definition, by=agent, at=START_AT)
    first = open_steps(case)
    case = practise_step(case, first[0][0], outcome="o1", answers={"text": "x"}, by=agent, at=START_AT)

    both = [now.key for _task, now in open_steps(case)]
    last = done(case, agent, until="s4")
    back = practise_step(
        last, open_steps(last)[0][0], outcome="back", answers={"text": "x"}, by=agent, at=START_AT, reason="Again"
    )
    again = [now.key for _task, now in open_steps(back)]
    case = done(back, agent)

    assert (both, again, case.status) == (["s2", "s3"], ["s1"], Status.DONE)
    assert list(broken_chains([case])) == []


def test_one_goes_on_with_what_one_has_begun_and_may_stop_it() -> None:
    release = released(standard(step("s1", "s2"), step("s2", None)))
    agent = holder("service-agent")

    first = start_practice(release.definition, by=agent, at=START_AT)
    again = start_practice(release.definition, by=fresh(agent), at=START_AT)
    stopped = stop_practice(first, by=agent, at=START_AT + timedelta(hours=1))
    third = start_practice(release.definition, by=agent, at=START_AT + timedelta(hours=2))

    assert first == again != third
    assert (stopped.status, open_steps(stopped)) == (Status.CANCELED, [])
    assert list(broken_chains([stopped])) == []


def test_who_practises_needs_nobody_to_countersign() -> None:
    post, head = ({"post": {"code": code}, "department": None} for code in ("service-agent", "department-head"))
    signed = step("s1", None, posts={"R": [post], "A": [post], "S": [head]})
    agent = holder("service-agent")

    case = done(start_practice(released(standard(signed)).definition, by=agent, at=START_AT), agent)

    assert (case.status, Consultation.objects.exists()) == (Status.DONE, False)
