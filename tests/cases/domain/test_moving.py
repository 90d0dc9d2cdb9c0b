"""A running case and a new version of its standard: kept, moved now, moved at the next step (F52)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.domain.acting import TooLate
from cases.domain.chain import broken_chains
from cases.domain.moving import CannotMove, choose, move_now
from cases.domain.opening import release_for
from cases.domain.reporting import exceptions_of_week
from cases.domain.working import claim, complete
from cases.models import Case, Task
from cases.models.event import EventKind
from cases.queries.moving import Targets
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import Department
from procstd.roles import Role
from tests.cases.domain.moves import Moving, hours, limited, put, row
from tests.cases.journeys import START_AT, Team, do, finish, opened
from tests.factories import PersonFactory, person_with
from tests.standards import next_version, released, step, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def moving() -> Moving:
    return Moving()


# --- now -----------------------------------------------------------------------------------------------------------


def test_a_case_keeps_its_version_until_somebody_moves_it(moving: Moving) -> None:
    moving.version(limited("s2", 9))
    moving.do(1)

    assert moving.case.definition == moving.first.definition
    assert (moving.clock().unit, moving.clock().amount) == ("working_hours", 1)


def test_a_case_moves_with_its_open_step_and_runs_to_its_end_by_the_new_version(moving: Moving) -> None:
    moving.do(1)
    later = moving.version(limited("s3", 9))

    moving.choose("now", later, at=2)

    case, task = moving.case, moving.task()
    assert (case.definition, case.moves, case.moves_to) == (later.definition, 1, None)
    assert (task.step.definition, task.flow_task.flow_class, case.flow_class) == (
        later.definition, task.flow_task.flow_class, task.flow_task.flow_class
    )  # fmt: skip
    assert case.flow_class.standard.step("s3").limit.amount == 9
    body = moving.event().body
    assert (body["was"], body["definition"]) == (moving.first.definition.sha256, later.definition.sha256)
    assert (body["from_version"], body["version"], body["reason"]) == ("V1.0", "V1.1", "It is better")
    assert body["steps"] == {str(task.pk): "s2"}
    moving.do(3)
    assert moving.clock().amount == 9
    moving.do(4)
    assert moving.case.status == "DONE"
    assert moving.is_sound()


def test_moving_twice_is_moving_once(moving: Moving) -> None:
    later = moving.version()
    moving.choose("now", later, at=1)
    events = moving.case.event_count

    moving.choose("now", later, at=2)
    moving.choose("next", later, at=2)

    assert moving.case.event_count == events


def test_a_case_can_move_again_and_back_to_what_is_in_force_again(moving: Moving) -> None:
    second = moving.version(limited("s1", 5))
    moving.choose("now", second, at=1)
    third = moving.version(limited("s1", 7), at=hours(1))
    moving.choose("now", third, at=2)
    moving.do(3)

    assert moving.case.moves == 2
    assert moving.told() == ["opened", "moved", "moved", "completed"]
    assert moving.is_sound()


@pytest.mark.parametrize("who", ["lead", "owner", "admin"])
def test_leads_the_owner_of_the_process_and_administrators_move_cases(moving: Moving, who: str) -> None:
    by = {"lead": moving.lead, "admin": PersonFactory(staff=True), "owner": PersonFactory()}[who]
    if who == "owner":
        moving.process.owner = by
        moving.process.save()

    moving.choose("now", moving.version(), at=1, by=by)

    assert moving.case.moves == 1


@pytest.mark.parametrize("choice", ["now", "next", "keep"])
@pytest.mark.parametrize("role", [Role.PROCESS_SPECIALIST, Role.DEPARTMENT_HEAD, Role.AUDITOR, Role.FRONTLINE])
def test_nobody_else_does(moving: Moving, role: Role, choice: str) -> None:
    with pytest.raises(DomainError, match="Only the project lead or the owner"):
        moving.choose(choice, moving.version(), at=1, by=person_with(role))

    assert (moving.case.moves, moving.case.moves_to) == (0, None)


@pytest.mark.parametrize("choice", ["now", "next"])
def test_a_move_has_a_reason(moving: Moving, choice: str) -> None:
    with pytest.raises(DomainError, match="Say why") as refusal:
        moving.choose(choice, moving.version(), at=1, reason=" ")

    assert refusal.value.field == "reason"


@pytest.mark.parametrize("choice", ["now", "next"])
def test_a_closed_case_stays_as_it_was_closed(moving: Moving, choice: str) -> None:
    later = moving.version()
    for hour in (1, 2, 3):
        moving.do(hour)

    with pytest.raises(DomainError, match="closed"):
        moving.choose(choice, later, at=4)


def test_only_what_is_in_force_for_its_department_is_moved_to(moving: Moving) -> None:
    sales = Department.objects.get(code="sales")
    elsewhere = moving.version(departments=[sales])
    with pytest.raises(CannotMove, match=r"V1\.1 is not in force for Service\."):
        moving.choose("now", elsewhere, at=1)
    planned = moving.version(valid_from=hours(5))
    for choice in ("now", "next"):
        with pytest.raises(CannotMove, match=r"V1\.2 is not in force"):
            moving.choose(choice, planned, at=5 - 1 / 3600)

    moving.choose("now", planned, at=5)

    assert moving.case.definition == planned.definition
    with pytest.raises(CannotMove, match=r"V1\.0 is not in force"):
        moving.choose("now", moving.first, at=6)


def test_what_is_in_force_is_what_a_case_opened_there_would_run_by(moving: Moving) -> None:
    departments = {code: Department.objects.get(code=code) for code in ("sales", "service", "quality")}
    moving.version(departments=[departments["sales"]], valid_from=hours(1))
    moving.version(valid_from=hours(2))
    moving.version(departments=[departments["sales"], departments["quality"]], valid_from=hours(3))
    moving.version(valid_from=hours(4), valid_until=hours(5))

    for moment in range(1, 8):
        targets = Targets(moving.process, hours(moment))
        for department in departments.values():
            expected = release_for(moving.process, department=department, at=hours(moment))
            assert targets.for_department(department.pk) == expected
        behind = set(targets.behind(Case.objects.all()))
        assert behind == ({moving.case} if targets.for_department(departments["service"].pk) != moving.first else set())


# --- what cannot be ------------------------------------------------------------------------------------------------


def _refused(moving: Moving, later: Any, *reasons: str) -> None:
    before = moving.case.event_count
    with pytest.raises(CannotMove) as refusal:
        moving.choose("now", later, at=5)
    assert [str(reason) for reason in refusal.value.reasons] == list(reasons)
    assert (moving.case.event_count, moving.case.definition) == (before, moving.first.definition)
    assert moving.is_sound()


def test_a_step_that_the_version_does_not_have_keeps_the_case_where_it_is(moving: Moving) -> None:
    moving.do(1)

    def without(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s2"]
        row(data, "s1")["outcomes"][0]["target"] = "s3"

    _refused(moving, moving.version(without), "Step 2 “Title s2” is not in V1.1.")


def test_it_moves_before_and_after_that_step(moving: Moving) -> None:
    def without(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s2"]
        row(data, "s1")["outcomes"][0]["target"] = "s3"
        row(data, "s3")["number"] = 2

    other = moving.open()
    moving.do(1)
    moving.do(2)
    later = moving.version(without)
    choose(other, "now", to=later.definition, reason="x", by=moving.lead, at=hours(3))
    moving.choose("now", later, at=3)

    assert moving.task().step.number == 2
    moving.do(4)
    assert moving.case.status == "DONE"
    assert moving.is_sound()
    moving.number = other.pk
    moving.do(5)
    assert moving.task().key == "s3"
    assert moving.is_sound()


def _parallel() -> Moving:
    return Moving(
        step("s1", "s2"),
        step("s2", "s4", group=1, lane=1, form=None),
        step("s3", "s4", group=1, lane=2, form=None),
        step("s4", None),
    )


def _regrouped(*lanes: list[str], group: int = 7, then: str = "s4") -> Any:
    """Return the change after which these lanes stand in a group, and everything else alone, one after the other."""

    def change(data: dict[str, Any]) -> None:
        inside = {key: lane for lane, keys in enumerate(lanes, 1) for key in keys}
        for found in data["steps"]:
            found["group"] = group if found["key"] in inside else None
            found["lane"] = inside.get(found["key"], 1)
        for keys in lanes:
            for key, following in zip(keys, [*keys[1:], then], strict=True):
                row(data, key)["outcomes"][0]["target"] = following

    return change


def test_parallel_steps_move_together_and_meet_in_the_new_version() -> None:
    moving = _parallel()
    moving.do(1)
    moving.do(2, key="s2", answers={})
    later = moving.version(_regrouped(["s2"], ["s3"]))

    moving.choose("now", later, at=3)

    assert Task.objects.get(process=moving.number, finished=None, step=None).key == "join7"
    moving.do(4, key="s3", answers={})
    assert moving.task().key == "s4"
    moving.do(5)
    assert moving.case.status == "DONE"
    assert moving.is_sound()


def test_both_lanes_open_move_and_the_new_group_waits_for_both() -> None:
    moving = _parallel()
    moving.do(1)
    moving.choose("now", moving.version(_regrouped(["s3"], ["s2"])), at=2)

    moving.do(3, key="s3", answers={})
    assert moving.task().key == "s2"
    moving.do(4, key="s2", answers={})

    assert moving.task().key == "s4"
    assert moving.is_sound()


def test_a_lane_that_has_ended_may_be_gone() -> None:
    moving = Moving(
        step("s1", "s2"),
        step("s2", "s5", group=1, lane=1, form=None),
        step("s3", "s5", group=1, lane=2, form=None),
        step("s4", "s5", group=1, lane=3, form=None),
        step("s5", None),
    )
    moving.do(1)
    moving.do(2, key="s4", answers={})

    def change(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s4"]
        row(data, "s5")["number"] = 4

    moving.choose("now", moving.version(change), at=3)
    moving.do(4, key="s2", answers={})
    moving.do(5, key="s3", answers={})

    assert moving.task().key == "s5"
    assert moving.is_sound()


def test_a_lane_that_is_new_would_never_begin() -> None:
    moving = _parallel()
    moving.do(1)

    def change(data: dict[str, Any]) -> None:
        _regrouped(["s2"], ["s3"], ["s5"])(data | {"steps": [*data["steps"], added]})
        data["steps"].insert(3, added)
        for number, found in enumerate(data["steps"], 1):
            found["number"] = number

    added = step("s5", "s4", form=None)
    later = moving.version(change)
    _refused(moving, later, "Step 4 “Title s5” stands beside the open ones in V1.1, and would never begin.")


def test_a_lane_that_is_gone_while_it_is_open_keeps_the_case_where_it_is() -> None:
    moving = Moving(
        step("s1", "s2"),
        step("s2", "s5", group=1, lane=1, form=None),
        step("s3", "s5", group=1, lane=2, form=None),
        step("s4", "s5", group=1, lane=3, form=None),
        step("s5", None),
    )
    moving.do(1)

    def change(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s4"]
        row(data, "s5")["number"] = 4

    _refused(moving, moving.version(change), "Step 4 “Title s4” is not in V1.1.")


def test_a_step_alone_cannot_become_one_of_several_nor_the_other_way_round() -> None:
    alone = Moving(step("s1", "s2"), step("s2", "s3", form=None), step("s3", "s4", form=None), step("s4", None))
    alone.do(1)
    later = alone.version(_regrouped(["s2"], ["s3"]))
    _refused(alone, later, "Step 2 “Title s2” has others beside it in V1.1, which would never begin.")


def test_steps_side_by_side_stay_side_by_side() -> None:
    moving = _parallel()
    moving.do(1)

    def one_after_the_other(data: dict[str, Any]) -> None:
        _regrouped()(data)
        row(data, "s2")["outcomes"][0]["target"] = "s3"

    later = moving.version(one_after_the_other)
    _refused(
        moving, later,
        "Step 2 “Title s2” has no others beside it in V1.1; theirs would be lost.",
        "Step 3 “Title s3” has no others beside it in V1.1; theirs would be lost.",
    )  # fmt: skip


def test_two_open_steps_in_one_lane_cannot_be() -> None:
    moving = Moving(
        step("s1", "s2"),
        step("s2", "s5", group=1, lane=1, form=None),
        step("s3", "s5", group=1, lane=2, form=None),
        step("s4", "s5", group=1, lane=3, form=None),
        step("s5", None),
    )
    moving.do(1)

    later = moving.version(_regrouped(["s2", "s3"], ["s4"], then="s5"))

    _refused(moving, later, "Steps that are open side by side do not stand side by side in V1.1.")


# --- answers -------------------------------------------------------------------------------------------------------


def _field(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "text", "label": words(key), "help": words(key), **more}


def _fields(*fields: dict[str, Any]) -> Any:
    return lambda data: data["forms"][0].update(fields=list(fields))


def test_answers_stay_by_the_keys_of_form_and_field(moving: Moving) -> None:
    later = moving.version(_fields(_field("text", kind="long_text"), _field("more", required=False)))

    moving.choose("now", later, at=1)

    assert moving.case.data == {"note": {"text": "x", "way": "a"}}
    moving.do(2, answers={"text": "y", "more": "z"})
    assert moving.case.data["note"] == {"text": "y", "more": "z"}
    assert moving.is_sound()


def test_an_answer_that_could_not_be_read_keeps_the_case_where_it_is(moving: Moving) -> None:
    later = moving.version(_fields(_field("text"), _field("way", kind="date", required=False)))

    reason = "The answer to “Way” cannot be read in V1.1: the field is of another kind."
    _refused(moving, later, reason)
    with pytest.raises(CannotMove, match="cannot be read"):
        moving.choose("next", later, at=5)


def test_a_field_without_an_answer_may_become_another(moving: Moving) -> None:
    other = moving.open(answers={"text": "x"})
    later = moving.version(_fields(_field("text"), _field("way", kind="date", required=False)))

    choose(other, "now", to=later.definition, reason="x", by=moving.lead, at=hours(1))

    assert Case.objects.get(pk=other.pk).moves == 1


# --- posts ---------------------------------------------------------------------------------------------------------


def _done_by(key: str, *posts: str) -> Any:
    return lambda data: row(data, key)["posts"].update(
        R=[{"post": {"code": post}, "department": None} for post in posts]
    )


def test_a_claimed_task_goes_to_the_posts_that_do_it_then(moving: Moving) -> None:
    claim(moving.task(), by=moving.agent, at=hours(1))

    moving.choose("now", moving.version(_done_by("s1", "quality-engineer")), at=2)

    task = moving.task()
    assert (task.owner, task.assigned, moving.event().body["put_back"]) == (None, None, ["s1"])
    told = Notice.objects.get(person=moving.agent, rule="task.lost")
    assert told.body_en.endswith("where another post does this step.")
    with pytest.raises(DomainError, match="No post of yours"):
        complete(task, outcome="o1", answers={"text": "x"}, by=moving.agent, at=hours(3))
    moving.do(3)
    assert moving.task().key == "s2"
    assert moving.is_sound()


def test_who_still_may_keeps_the_task(moving: Moving) -> None:
    claim(moving.task(), by=moving.agent, at=hours(1))

    moving.choose("now", moving.version(_done_by("s1", "service-agent", "quality-engineer")), at=2)

    assert moving.task().owner == moving.agent
    assert "put_back" not in moving.event().body
    assert not Notice.objects.filter(rule="task.lost").exists()


# --- somebody else at the same time --------------------------------------------------------------------------------


def test_who_completes_a_step_of_a_case_that_has_just_moved_reads_so(moving: Moving) -> None:
    task = moving.task()  # as the page has read it
    moving.choose("now", moving.version(), at=1)

    with pytest.raises(TooLate, match="moved to another version"):
        complete(task, outcome="o1", answers={"text": "x"}, by=moving.agent, at=hours(2))

    assert moving.task().key == "s1"
    moving.do(3)
    assert moving.is_sound()


def test_a_move_costs_the_same_however_much_has_happened(moving: Moving) -> None:
    later = moving.version(limited("s1", 30), at=hours(0.5))
    fresh, old = moving.open(), moving.number
    for number in range(6):
        moving.do(1 + number)
        moving.do(1.5 + number, outcome="back", reason="Again")

    def cost(number: int) -> int:
        case = Case.objects.get(pk=number)
        with CaptureQueriesContext(connection) as captured:
            move_now(case, to=later.definition, reason="x", by=moving.lead, at=hours(9))
        return len(captured)

    cost(moving.open().pk)  # compiled
    assert cost(old) == cost(fresh.pk) <= 26


# --- what the chain proves -----------------------------------------------------------------------------------------


def test_a_case_that_was_moved_behind_the_houses_back_is_found(moving: Moving) -> None:
    later = moving.version()
    Case.objects.filter(pk=moving.number).update(definition=later.definition)

    (found,) = broken_chains([moving.case])

    assert found.why == "the case runs by another standard than it was opened under or moved to"


def test_a_plan_that_nobody_made_is_found(moving: Moving) -> None:
    Case.objects.filter(pk=moving.number).update(moves_to=moving.version().definition)

    (found,) = broken_chains([moving.case])

    assert found.why == "the case is to move to another version than its events say"


def test_a_count_of_moves_that_is_wrong_is_found(moving: Moving) -> None:
    Case.objects.filter(pk=moving.number).update(moves=1)

    (found,) = broken_chains([moving.case])

    assert found.why == "the moves from version to version do not follow each other"


# --- at the next step ----------------------------------------------------------------------------------------------


def test_a_noted_move_is_carried_out_when_the_next_step_begins(moving: Moving) -> None:
    later = moving.version(limited("s1", 20), limited("s2", 20))
    moving.choose("next", later, at=1)
    assert (moving.case.definition, moving.case.moves_to) == (moving.first.definition, later.definition)
    assert moving.clock().amount == 1
    assert moving.is_sound()

    moving.do(2)

    case, clock = moving.case, moving.clock()
    assert (case.definition, case.moves, case.moves_to) == (later.definition, 1, None)
    assert moving.task().step.definition == later.definition
    assert (clock.amount, clock.sequence, clock.started_at, moving.task().due_at) == (20, 1, hours(2), clock.due_at)
    assert moving.told() == ["opened", "move_planned", "completed", "moved"]
    assert (moving.event().by, moving.event().body["asked_by"]) == (moving.agent, moving.lead.username)
    assert moving.event().body["reason"] == "It is better"
    moving.do(3)
    moving.do(4)
    assert moving.is_sound()


def test_the_next_step_begins_as_tight_as_it_is_then_and_not_with_time_to_react(moving: Moving) -> None:
    moving.choose("next", moving.version(limited("s2", 30, "working_minutes")), at=1)

    moving.do(1.5)

    assert moving.clock().due_at == hours(2)


def test_a_send_back_is_a_next_step_too(moving: Moving) -> None:
    moving.do(1)
    later = moving.version()
    moving.choose("next", later, at=2)

    moving.do(3, outcome="back", reason="Again")

    assert (moving.case.definition, moving.task().key) == (later.definition, "s1")
    assert moving.is_sound()


def test_it_is_noted_once_and_can_be_withdrawn_before(moving: Moving) -> None:
    later = moving.version()
    moving.choose("next", later, at=1)
    moving.choose("next", later, at=2)
    moving.choose("keep", later, at=3, reason="Not yet")
    moving.choose("keep", later, at=4)

    moving.do(5)

    assert moving.told() == ["opened", "move_planned", "move_withdrawn", "completed"]
    assert (moving.case.definition, moving.case.moves_to) == (moving.first.definition, None)
    assert moving.is_sound()


def test_what_was_noted_is_done_at_once_if_told_so(moving: Moving) -> None:
    later = moving.version()
    moving.choose("next", later, at=1)
    moving.choose("now", later, at=2)

    assert (moving.case.moves, moving.case.moves_to) == (1, None)
    moving.do(3)
    assert moving.told() == ["opened", "move_planned", "moved", "completed"]
    assert moving.is_sound()


def test_another_version_takes_the_place_of_the_one_that_was_noted(moving: Moving) -> None:
    moving.choose("next", moving.version(), at=1)
    latest = moving.version(at=hours(1))
    moving.choose("next", latest, at=2)

    moving.do(3)

    assert moving.case.definition == latest.definition
    assert moving.is_sound()


def test_a_step_that_the_version_does_not_have_puts_the_move_off_to_the_step_after(moving: Moving) -> None:
    def without(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s2"]
        row(data, "s1")["outcomes"][0]["target"] = "s3"
        row(data, "s3")["number"] = 2

    later = moving.version(without)
    moving.choose("next", later, at=1)
    moving.do(2)
    assert (moving.case.definition, moving.task().key) == (moving.first.definition, "s2")
    assert moving.event(EventKind.MOVE_PUT_OFF).body["why"]["en"] == "Step 2 “Title s2” is not in V1.1."
    assert moving.clock().task_id == moving.task().pk
    assert moving.task().due_at == moving.clock().due_at
    assert moving.is_sound()

    moving.do(3)

    assert (moving.case.definition, moving.task().key) == (later.definition, "s3")
    assert moving.is_sound()


def test_a_version_that_is_not_in_force_any_more_puts_it_off(moving: Moving) -> None:
    moving.choose("next", moving.version(valid_until=hours(4)), at=1)

    moving.do(4)

    assert moving.case.moves == 0
    assert "not in force" in moving.event(EventKind.MOVE_PUT_OFF).body["why"]["en"]
    assert moving.is_sound()


def test_with_the_case_the_plan_ends(moving: Moving) -> None:
    moving.do(1)
    moving.do(2)
    moving.choose("next", moving.version(), at=3)

    moving.do(4)

    assert (moving.case.status, moving.case.moves_to, moving.case.moves) == ("DONE", None, 0)
    assert moving.told()[-2:] == ["move_withdrawn", "closed"]
    assert moving.event(EventKind.MOVE_WITHDRAWN).body["lapsed"] is True
    assert moving.is_sound()


def test_steps_side_by_side_wait_for_each_other_before_they_move() -> None:
    moving = _parallel()
    later = moving.version(_regrouped(["s2"], ["s3"]))
    moving.do(1)
    moving.choose("next", later, at=2)

    moving.do(3, key="s2", answers={})
    assert moving.case.moves == 0
    moving.do(4, key="s3", answers={})

    assert (moving.case.definition, moving.task().key) == (later.definition, "s4")
    assert moving.told().count("move_put_off") == 0
    assert moving.is_sound()


def test_all_lanes_begin_by_the_version_that_is_moved_to() -> None:
    moving = _parallel()
    later = moving.version(_regrouped(["s2"], ["s3"]), limited("s2", 6), limited("s3", 7))
    moving.choose("next", later, at=1)

    moving.do(2)

    assert {task.step.definition_id for task in Task.objects.open().filter(process=moving.number)} == {
        later.definition_id
    }
    amounts = moving.case.clocks.filter(target="step", ended_at=None).order_by("step").values_list("amount", flat=True)
    assert list(amounts) == [6, 7]
    moving.do(3, key="s3", answers={})
    moving.do(4, key="s2", answers={})
    assert moving.task().key == "s4"
    assert moving.is_sound()


def test_a_case_without_a_plan_costs_no_statement_more_and_one_with_a_plan_a_constant(moving: Moving) -> None:
    later = moving.version(at=hours(0.5))
    plain, other, planned, long = moving.open(), moving.open(), moving.open(), moving.open()
    moving.choose("now", later, at=1)  # compiled
    moving.number = long.pk
    for number in range(4):
        moving.do(1 + number)
        moving.do(1.5 + number, outcome="back", reason="Again")
    for case in (planned, long):
        choose(case, "next", to=later.definition, reason="x", by=moving.lead, at=hours(6))

    def cost(case: Case) -> int:
        moving.number = case.pk
        task = moving.task()
        with CaptureQueriesContext(connection) as captured:
            complete(task, outcome="o1", answers={"text": "x"}, by=moving.agent, at=hours(7))
        return len(captured)

    cost(plain)
    few = cost(other)
    assert few <= 10
    assert cost(planned) == cost(long) <= few + 26


def test_a_moved_case_is_finished_with_the_whole_complaint(moving: Moving) -> None:
    first, team = released(), Team()
    case = opened(first.process)
    do(case, team, hours(0.1))
    later = next_version(first, put(), at=hours(0))
    move_now(case, to=later.definition, reason="x", by=moving.lead, at=hours(0.2))

    finish(case, team, iter([hours(1) + timedelta(minutes=10 * number) for number in range(9)]))

    moving.number = case.pk
    assert moving.case.status == "DONE"
    assert moving.is_sound()


def test_the_report_of_a_week_stays_as_it_was_when_its_cases_move_later() -> None:
    moving = Moving()
    monday = START_AT.date() - timedelta(days=1)
    moving.do(1)
    moving.do(30, outcome="back", reason="Again")  # late, and sent back
    moving.do(31)
    moving.do(60)
    moving.do(61)
    before = exceptions_of_week(monday)
    later = moving.version(_done_by("s2", "quality-engineer"), at=hours(24 * 8))
    other = moving.open(at=hours(24 * 7))

    choose(other, "now", to=later.definition, reason="x", by=moving.lead, at=hours(24 * 8))

    assert exceptions_of_week(monday) == before


def test_an_open_case_is_reported_by_the_version_that_it_ran_by_in_that_week() -> None:
    moving = Moving()
    monday = START_AT.date() - timedelta(days=1)
    moving.do(30)  # late
    moving.do(31, outcome="back", reason="Again")
    before = exceptions_of_week(monday)

    def elsewhere(data: dict[str, Any]) -> None:
        data["responsibilities"] = [
            {"post": {"code": "service-agent"}, "department": {"code": "quality"}, "duty": words("All of it")}
        ]
        for found in data["steps"]:
            found["posts"]["R"] = [{"post": {"code": "service-agent"}, "department": {"code": "quality"}}]

    moving.choose("now", moving.version(elsewhere, at=hours(24 * 8)), at=24 * 8)

    assert before["rows"]
    assert exceptions_of_week(monday) == before
