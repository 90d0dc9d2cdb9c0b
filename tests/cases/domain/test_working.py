"""A case from its opening to its close: who may do what, and what is written (F50, F63, W2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from cases.domain.acting import Broken, TooLate, is_barred
from cases.domain.answers import AnswersRefused
from cases.domain.chain import broken_chains
from cases.domain.working import claim, complete, hand_over, put_back
from cases.models import Case, Event, Task
from cases.models.case import Status
from procstd.errors import DomainError
from procstd.organisation.domain.posts import change_post
from procstd.organisation.models import Department, Post, User
from tests.cases.journeys import (
    ANSWERS,
    REGISTER,
    START_AT,
    Team,
    clock,
    do,
    finish,
    flow_standard,
    open_task,
    opened,
    told,
)
from tests.factories import DepartmentFactory, PostFactory
from tests.standards import RELEASED_AT, also_holds, complaint, holder, process_named, released

pytestmark = pytest.mark.django_db
LATER = START_AT + timedelta(hours=2)


@pytest.fixture
def team() -> Team:
    return Team()


def _at_step(key: str, team: Team) -> Case:
    case = opened()
    while open_task(case).key != key:
        do(case, team)
    return Case.objects.get(pk=case.pk)


def steps_done(case: Case) -> list[Task]:
    return list(Task.objects.filter(process=case).exclude(step=None))


def test_a_complaint_is_worked_from_the_customer_to_its_close(team: Team) -> None:
    case = finish(opened(), team)

    assert (case.status, [task.key for task in steps_done(case)]) == (
        Status.DONE,
        ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"],
    )
    assert case.data["grading"] == {"grade": "normal"}
    assert case.finished == START_AT + 7 * timedelta(minutes=10)


def test_a_step_costs_eight_statements_and_its_transaction(team: Team, django_capture_on_commit_callbacks) -> None:
    case = _at_step("s3", team)
    task, agent = open_task(case), team["service-agent"]
    assert agent.duties

    with CaptureQueriesContext(connection) as captured:
        complete(task, outcome="assigned", answers={}, by=agent, at=LATER)

    statements = [query["sql"].split()[0] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert statements == ["SELECT", "UPDATE", "INSERT", "INSERT", "INSERT", "UPDATE", "INSERT"]


def test_the_acts_time_is_the_only_time_that_is_written(team: Team) -> None:
    case = finish(opened(), team, clock())

    written = list(Task.objects.filter(process=case))
    latest = START_AT + 7 * timedelta(minutes=10)
    assert all(START_AT <= moment <= latest for task in written for moment in (task.created, task.finished))


def test_who_holds_no_post_of_the_step_is_refused(team: Team) -> None:
    task = open_task(opened())

    for act in (claim, lambda task, **facts: complete(task, outcome="received", answers=ANSWERS["s1"], **facts)):
        with pytest.raises(DomainError, match="No post of yours"):
            act(task, by=team["quality-engineer"], at=LATER)


def test_a_substitute_works_under_their_own_name(team: Team) -> None:
    from procstd.organisation.domain.substitution import hand_over as stand_in

    agent, colleague = team["service-agent"], holder("repair-technician")
    today = agent.today
    case = opened()
    stand_in(
        agent.holdings.all(), substitute=colleague, valid_from=today, valid_until=today + timedelta(days=2), by=agent,
        reason="Away", on=today,
    )  # fmt: skip

    do(case, team, by=colleague)

    event = Event.objects.get(case=case, kind="completed")
    assert (event.by, event.body["for"]) == (colleague, agent.username)


def test_a_claimed_task_is_only_its_owners(team: Team) -> None:
    case, other = opened(), holder("service-agent")
    agent = team["service-agent"]
    claim(open_task(case), by=agent, at=START_AT)

    for act in (claim, lambda task, **facts: complete(task, outcome="received", answers=ANSWERS["s1"], **facts)):
        with pytest.raises(TooLate, match="has this task since"):
            act(open_task(case), by=other, at=LATER)
    claim(open_task(case), by=agent, at=LATER)

    assert open_task(case).assigned == START_AT


def test_a_task_put_back_can_be_claimed_by_a_colleague(team: Team) -> None:
    case, other = opened(), holder("service-agent")
    claim(open_task(case), by=team["service-agent"], at=START_AT)

    put_back(open_task(case), by=team["service-agent"], at=LATER)
    claim(open_task(case), by=other, at=LATER)

    assert open_task(case).owner == other
    assert told(case) == ["opened", "claimed", "put_back", "claimed"]


def test_the_accountable_post_takes_a_task_from_its_owner(team: Team) -> None:
    case = opened()
    claim(open_task(case), by=team["service-agent"], at=START_AT)

    with pytest.raises(TooLate):
        put_back(open_task(case), by=holder("service-agent"), at=LATER)
    put_back(open_task(case), by=team["service-supervisor"], at=LATER)

    assert open_task(case).owner is None


def test_a_task_is_handed_over_with_a_reason_to_somebody_who_may_do_it(team: Team) -> None:
    case, other = opened(), holder("service-agent")
    agent = team["service-agent"]

    with pytest.raises(DomainError, match="Say why"):
        hand_over(open_task(case), to=other, reason=" ", by=agent, at=LATER)
    with pytest.raises(DomainError, match="holds no post"):
        hand_over(open_task(case), to=team["quality-engineer"], reason="Busy", by=agent, at=LATER)
    hand_over(open_task(case), to=other, reason="Busy", by=agent, at=LATER)

    event = Event.objects.get(case=case, kind="handed_over")
    assert (open_task(case).owner, event.body) == (other, {"to": other.username, "reason": "Busy"})


def test_what_is_done_cannot_be_done_again_and_says_who_was_first(team: Team) -> None:
    case = opened()
    stale = open_task(case)
    do(case, team)

    with pytest.raises(TooLate) as refusal:
        complete(stale, outcome="received", answers=ANSWERS["s1"], by=holder("service-agent"), at=LATER)

    assert str(team["service-agent"]) in str(refusal.value)
    assert Task.objects.filter(process=case, key="s2").count() == 1


def test_a_step_sent_back_is_done_again_and_the_reason_is_kept(team: Team) -> None:
    case = _at_step("s2", team)

    with pytest.raises(DomainError, match="Say why"):
        do(case, team, outcome="incomplete", answers={"grade": "normal"}, reason="")
    do(case, team, outcome="incomplete", answers={"grade": "normal"}, reason="No telephone number")

    assert open_task(case).key == "s1"
    assert Event.objects.get(case=case, kind="sent_back").body["reason"] == "No telephone number"


def test_an_answer_chooses_the_branch(team: Team) -> None:
    case = _at_step("s6", team)

    do(case, team, answers={"confirmed": False, "said": "Too late"})

    assert open_task(case).key == "s4"


def test_an_outcome_that_the_step_does_not_have_is_refused(team: Team) -> None:
    with pytest.raises(DomainError, match="Choose how"):
        do(opened(), team, outcome="closed")


def test_a_field_that_the_form_does_not_have_never_reaches_the_case(team: Team) -> None:
    case = _at_step("s2", team)

    with pytest.raises(AnswersRefused) as refusal:
        do(case, team, answers={"grade": "normal", "status": "DONE", "owner": 1})

    assert set(refusal.value.errors) == {"status", "owner"}
    assert open_task(case).key == "s2"


def test_a_person_or_department_that_does_not_exist_is_refused(team: Team) -> None:
    case = _at_step("s4", team)

    with pytest.raises(AnswersRefused) as refusal:
        do(case, team, answers={**ANSWERS["s4"], "department": "nowhere"})

    assert set(refusal.value.errors) == {"department"}


def test_cases_keep_their_definition_to_the_end(team: Team) -> None:
    """F51, W14: V1.1 has another first step's title, another post and one field more; the open case knows nothing."""
    old = opened()
    changed = complaint()
    changed["steps"][1]["posts"]["R"] = [{"post": {"code": "quality-engineer"}, "department": None}]
    changed["steps"][1]["title"] = {"zh": "新", "en": "New grading"}
    changed["forms"][1]["fields"].append(
        {
            "key": "why",
            "kind": "text",
            "label": {"zh": "理由", "en": "Why"},
            "help": {"zh": "为何", "en": "Why this grade"},
        }
    )
    before = old.definition_id
    released(changed, at=RELEASED_AT + timedelta(days=2))

    do(old, team)
    do(old, team, by=team["service-supervisor"], answers={"grade": "urgent", "risk": "Oil on the floor"})
    new = opened(process_named("complaint"), at=RELEASED_AT + timedelta(days=3))
    do(new, team)

    assert (old.definition_id, new.definition_id == before) == (before, False)
    with pytest.raises(DomainError, match="No post of yours"):
        do(new, team, by=team["service-supervisor"], answers={"grade": "normal", "why": "One customer"})
    do(new, team, by=team["quality-engineer"], answers={"grade": "normal", "why": "One customer"})


def test_a_definition_changed_by_one_byte_stops_its_cases_and_no_others(team: Team) -> None:
    from processes.models import Definition

    broken, sound = opened(), opened(released(code="other").process)
    content = broken.definition.content
    Definition.objects.filter(pk=broken.definition_id).update(content=content.replace("一般", "一股"))

    with pytest.raises(Broken):
        do(broken, team)
    do(sound, team)

    assert [case.number for case in Case.objects.all()] == [sound.number, broken.number]


def test_every_event_is_chained_to_the_one_before(team: Team) -> None:
    case = finish(opened(), team)

    assert list(broken_chains([case])) == []
    assert case.event_count == case.events.count()
    assert len(told(case)) == 10


def test_an_overseer_sees_all_cases_and_a_stranger_none(team: Team) -> None:
    case = opened()
    stranger = User.objects.create(username="stranger", name_en="S", name_zh="S")
    elsewhere = holder("repair-technician")
    also_holds(elsewhere, "department-head", "service")

    seen = {person.username: case in Case.objects.visible_to(person) for person in (stranger, elsewhere)}

    assert seen == {"stranger": False, elsewhere.username: True}


def test_who_may_see_a_case_is_the_same_asked_of_the_case_and_of_the_list(team: Team) -> None:
    from cases.domain.acting import may_see, needs_to_know, standard_of
    from cases.domain.consulting import ask
    from tests.factories import PersonFactory

    case = opened()
    do(case, team)
    asked, opener = PersonFactory(staff=True), team["sales-representative"]
    ask(open_task(case), person=asked, question="Why?", by=team["service-supervisor"], at=START_AT)
    asked.is_staff = False  # an administrator no longer
    Case.objects.filter(pk=case.pk).update(opened_by=opener)
    case = Case.objects.select_related("definition").get(pk=case.pk)
    DepartmentFactory(code="works")
    above = holder("department-head", "works")
    Department.objects.filter(code="service").update(parent=Department.objects.get(code="works"))
    assert (may_see(above, case), may_see(team["department-head@sales"], case)) == (True, False)
    people = [
        asked, opener, PersonFactory(), PersonFactory(staff=True), holder("repair-technician", "sales"),
        team["service-agent"], team["service-supervisor"], team["quality-engineer"], team["repair-technician"],
        team["department-head@quality"], team["department-head@sales"], team["department-head@service"], above,
    ]  # fmt: skip

    for person in people:
        assert may_see(person, case) == (case in Case.objects.visible_to(person)), person
        knows = needs_to_know(person, case, standard_of(case.definition))
        assert knows == (case in Case.objects.needed_by(person)), person


def test_who_drafted_the_solution_cannot_approve_it(team: Team) -> None:
    both = team["quality-engineer"]
    also_holds(both, "department-head", "quality")
    case = opened()
    for _step in range(3):
        do(case, team)
    do(case, team, by=both)
    task = open_task(case)

    for act in (
        lambda: claim(task, by=both, at=START_AT),
        lambda: complete(task, outcome="approved", answers={}, by=both, at=START_AT),
    ):
        with pytest.raises(DomainError, match="somebody else has to do this one"):
            act()
    with pytest.raises(DomainError, match="choose somebody else"):
        hand_over(task, to=both, reason="Please", by=team["department-head@quality"], at=START_AT)
    do(case, team, by=team["department-head@quality"])

    assert open_task(case).key == "s6"


def test_whoever_did_it_before_a_send_back_may_approve_what_another_drafted(team: Team) -> None:
    both, other = team["quality-engineer"], holder("quality-engineer", "quality")
    also_holds(both, "department-head", "quality")
    case = opened()
    for _step in range(3):
        do(case, team)
    do(case, team, by=both)
    do(case, team, by=team["department-head@quality"], outcome="rejected")
    do(case, team, by=other)

    do(case, team, by=both)

    assert open_task(case).key == "s6"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["open", "complete"])
def test_an_act_that_breaks_off_at_any_statement_leaves_nothing_behind(act: str) -> None:
    """As a kill would: the statement with the number *at* fails, for every number there is (W3).

    In no transaction but the act's own, so that nothing else undoes what it left half done.
    """
    team, process = Team(), released().process
    case = opened(process)
    do(case, team)
    worker = team["service-supervisor"]

    def state() -> tuple[object, ...]:
        tasks = list(Task.objects.order_by("pk").values_list("pk", "status", "owner", "finished"))
        cases = list(Case.objects.order_by("pk").values_list("pk", "head", "data", "status"))
        return tasks, cases, Event.objects.count()

    def carry_out(at: int) -> bool:
        """Carry out the act with a fault at statement *at*; tell whether it came so far."""
        count = 0

        def fail(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
            nonlocal count
            count += 1
            if count == at:
                raise OperationalError("The server closed the connection unexpectedly")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            if act == "open":
                opened(process, request_key=f"broken-{at}")
            else:
                do(case, team, by=worker)
        return count >= at

    before, at = state(), 0
    while True:
        at += 1
        try:
            carry_out(at)
        except OperationalError:
            assert state() == before, at
            continue
        break

    assert at > 6
    assert state() != before  # without a fault it is carried out


def test_no_step_is_skipped_or_done_again_by_an_old_address(team: Team) -> None:
    case = finish(opened(), team)
    before = Event.objects.count()

    for task in Task.objects.filter(process=case).exclude(step=None).select_related("process__definition", "step"):
        for outcome in flow_standard(task).step(task.key).outcomes:
            with pytest.raises(TooLate):
                complete(task, outcome=outcome.key, answers=ANSWERS.get(task.key, {}), by=team.worker_of(task),
                         at=START_AT, reason="Again")  # fmt: skip

    assert Event.objects.count() == before


def test_whoever_lost_the_post_can_no_longer_complete_what_they_had_claimed(team: Team) -> None:
    case = opened()
    do(case, team)
    person = holder("service-supervisor")
    also_holds(person, "service-agent", "service")
    claim(open_task(case), by=person, at=START_AT)
    person.holdings.filter(post__code="service-supervisor").delete()
    person = User.objects.get(pk=person.pk)

    with pytest.raises(DomainError, match="No post of yours does this step"):
        do(case, team, by=person)
    put_back(open_task(case), by=person, at=START_AT)
    do(case, team)

    assert open_task(case).key == "s3"


def test_whoever_filled_in_the_first_form_is_barred_like_who_completed_it() -> None:
    team, data = Team(), complaint()
    data["steps"][1]["not_by"] = "s1"
    process, opener = released(data).process, team["service-supervisor"]
    case = opened(process, answers=REGISTER, by=opener, channel="staff")
    do(case, team, by=team["service-agent"])

    with pytest.raises(DomainError, match="somebody else has to do this one"):
        do(case, team, by=opener)
    assert is_barred(open_task(case), opener)
    do(case, team, by=holder("service-supervisor"))

    assert open_task(case).key == "s3"


def test_a_post_that_open_tasks_or_standards_need_is_not_abolished(team: Team, admin_person: User) -> None:
    case = opened()
    post = Post.objects.get(code="service-agent")

    with pytest.raises(DomainError, match="1 open task waits for this post"):
        change_post(post, by=admin_person, reason="Gone", is_active=False)
    do(case, team)
    with pytest.raises(DomainError, match="Standards in force need this post: Complaint process V1"):
        change_post(post, by=admin_person, reason="Gone", is_active=False)
    change_post(PostFactory(code="spare"), by=admin_person, reason="Gone", is_active=False)
    change_post(post, by=admin_person, reason="Renamed", name_en="Agent")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database.")
def test_a_step_locks_the_case_before_its_task_as_all_acts_do(team: Team) -> None:
    task = open_task(opened())

    with CaptureQueriesContext(connection) as captured:
        claim(task, by=team["service-agent"], at=LATER)

    locks = [query["sql"] for query in captured if "FOR UPDATE" in query["sql"]]
    assert 'FOR UPDATE OF "cases_case", "cases_task"' in locks[0]
