"""Every trap of running Viewflow, each with its test (docs/decisions/0008)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from cases import flows
from cases.engine import compiler
from cases.engine.compiler import NotCompiled, flow_of, name_of
from cases.models import Case, CompiledStep, Task
from processes.domain.releasing import NotReleasable
from processes.models import Definition
from tests.cases.journeys import Team, do, finish, open_task, opened
from tests.standards import complaint, process_named, released, standard, step

pytestmark = pytest.mark.django_db


def test_a_flow_is_found_by_the_path_that_viewflow_stores() -> None:
    case = opened()
    with connection.cursor() as cursor:
        cursor.execute("SELECT flow_class FROM cases_case")
        (stored,) = cursor.fetchone()

    assert stored == f"cases/flows.{name_of(case.definition.sha256)}"
    assert import_string(stored.replace("/", ".")) is flow_of(case.definition)


def test_a_process_that_never_saw_the_flow_compiles_it_from_its_definition() -> None:
    definition = released().definition
    compiler._classes.clear()

    found = getattr(flows, name_of(definition.sha256))

    assert {node.name for node in found.instance.nodes()} == {"begin", "end", *(f"s{number}" for number in range(1, 9))}


def test_a_hash_that_no_definition_has_is_an_error_and_not_no_flow() -> None:
    """An ImportError or AttributeError would read as “no flow”, and a case without one."""
    with pytest.raises(NotCompiled):
        getattr(flows, "F" + "0" * 32)
    with pytest.raises(AttributeError):
        _ = flows.anything_else


def test_a_definition_rolled_back_serves_no_stale_flow_to_the_next() -> None:
    """SQLite gives the primary key of a rolled-back row to the next one; the name goes by the hash."""
    process_named("complaint")
    with transaction.atomic():
        first = released().definition
        first_flow = flow_of(first)
        transaction.set_rollback(True)
    other = complaint()
    other["steps"][0]["title"]["en"] = "Another"
    second = released(other).definition

    assert flow_of(second) is not first_flow
    assert flow_of(second).standard.steps[0].title.en == "Another"


def test_the_same_content_released_anew_finds_its_own_steps() -> None:
    """Same hash, so the same class, but other rows of CompiledStep: they are found by definition."""
    process_named("complaint")
    with transaction.atomic():
        opened(released().process)
        transaction.set_rollback(True)

    case = opened()

    assert open_task(case).step in CompiledStep.objects.filter(definition=case.definition)


def test_a_definition_that_cannot_compile_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise ValueError("no such node")

    compiler._classes.clear()
    monkeypatch.setattr(compiler, "compile_standard", fail)

    with pytest.raises(NotCompiled), transaction.atomic():
        released()

    assert not Definition.objects.exists()


@pytest.mark.parametrize(
    "key", ["lock", "cancel", "node", "urls", "instance", "begin", "end", "split1", "join1", "standard"]
)
def test_a_step_may_not_be_called_as_the_class_or_the_engine_calls_its_own(key: str) -> None:
    with pytest.raises(NotReleasable) as refusal:
        released(standard(step("s1", key), {**step("s2", None), "key": key}))

    assert f"step:{key}" in {fault.place for fault in refusal.value.faults}


def test_lists_of_cases_never_read_a_flow() -> None:
    opened()
    compiler._classes.clear()

    with CaptureQueriesContext(connection) as captured:
        assert [case.number for case in Case.objects.all()]
        assert [task.key for task in Task.objects.all()] == ["begin", "s1"]

    assert (len(captured), compiler._classes) == (2, {})


def test_two_lanes_start_together_and_their_join_waits_for_both() -> None:
    data = standard(
        step("s1", "s2"),
        step("s2", "s4", group=1, lane=1),
        step("s3", "s4", group=1, lane=2, form=None),
        step("s4", None),
    )
    data["steps"][0]["outcomes"][0]["target"] = "s2"
    team, answers = Team(), {"text": "x"}
    case = opened(released(data, code="lanes").process, answers=answers, channel="staff", by=team["service-agent"])

    do(case, team, answers=answers)
    assert {task.key for task in Task.objects.open().filter(process=case)} == {"s2", "s3"}
    do(case, team, key="s3")
    assert {task.key for task in Task.objects.open().filter(process=case)} == {"s2"}
    do(case, team, key="s2", answers=answers)

    assert open_task(case).key == "s4"
    assert Task.objects.filter(process=case, key="join1").count() == 1
    do(case, team, answers=answers)
    assert Case.objects.get().status == "DONE"


def test_a_group_that_ends_the_case_closes_it_once() -> None:
    data = standard(step("s1", "s2"), step("s2", None, group=1, lane=1), step("s3", None, group=1, lane=2, form=None))
    team, answers = Team(), {"text": "x"}
    case = opened(released(data, code="lanes").process, answers=answers, channel="staff", by=team["service-agent"])

    for _round in range(3):
        task = Task.objects.open().filter(process=case).first()
        do(case, team, key=task.key, answers=answers if task.key != "s3" else {})

    assert (Case.objects.get().status, Task.objects.filter(key="end").count()) == ("DONE", 1)


def test_sending_back_is_an_arc_and_every_round_is_a_task_of_its_own() -> None:
    case, team = opened(), Team()
    do(case, team)
    do(case, team, outcome="incomplete", answers={"grade": "normal"})
    case = finish(case, team)

    keys = [task.key for task in Task.objects.filter(process=case).exclude(step=None)]
    assert keys == ["s1", "s2", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]
