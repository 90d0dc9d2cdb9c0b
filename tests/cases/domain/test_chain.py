"""Nobody changes what happened unseen (S8)."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cases.models import Case, Event, Task
from processes.domain.definition import hash_of
from processes.models import Definition
from tests.cases.journeys import Team, do, finish, opened
from tests.standards import released, standard, step

pytestmark = pytest.mark.django_db


def _verified() -> str:
    """Return what the command complains of."""
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_cases", stderr=err)
    return err.getvalue()


def _unguarded(statement: str, *values: object) -> None:
    """Do what an administrator of the database could: switch the guard off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
        else:
            for act in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER cases_event_no_{act}")
        cursor.execute(statement, values)


@pytest.mark.parametrize("act", ["update", "delete", "bulk", "replace"])
def test_the_database_refuses_to_change_an_event(act: str) -> None:
    event = opened().events.first()
    if act == "replace" and connection.vendor != "sqlite":
        pytest.skip("Only SQLite knows INSERT OR REPLACE.")

    def replace() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT OR REPLACE INTO cases_event SELECT * FROM cases_event")

    acts = {
        "replace": replace,
        "update": lambda: Event.objects.update(kind="claimed"),
        "delete": lambda: Event.objects.all().delete(),
        "bulk": lambda: Event.objects.bulk_update([event], ["body"]),
    }

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        acts[act]()

    assert Event.objects.first() == event


def test_the_command_finds_nothing_where_nothing_was_altered() -> None:
    finish(opened(), Team())
    out = StringIO()

    call_command("verify_cases", stdout=out)

    assert out.getvalue() == "1 cases, all definitions and all seals are as they were written.\n"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE cases_event SET step = 's9' WHERE position = 2", "an event was changed"),
        ("DELETE FROM cases_event WHERE position = 1", "an event is missing"),
        ("DELETE FROM cases_event WHERE position = 6", "the end of the chain is not the one the case knows"),
    ],
)
def test_the_command_finds_what_was_altered_behind_the_guard(statement: str, why: str) -> None:
    case, team = opened(), Team()
    do(case, team)
    do(case, team)
    _unguarded(statement)
    err = StringIO()

    with pytest.raises(CommandError, match="1 chains and 0 definitions are broken"):
        call_command("verify_cases", stderr=err)

    assert err.getvalue().startswith(f"{case.number}, event ")
    assert why in err.getvalue()


def test_the_command_finds_a_definition_altered_by_one_byte() -> None:
    case = opened()
    Definition.objects.update(content=case.definition.content.replace("HY-200", "HY-201"))

    with pytest.raises(CommandError, match="0 chains and 1 definitions are broken"):
        call_command("verify_cases", stderr=StringIO())


def test_erasing_answers_breaks_no_chain() -> None:
    case = finish(opened(), Team())
    Case.objects.update(data={})
    out = StringIO()

    call_command("verify_cases", stdout=out)

    assert "Lihua" not in str(list(case.events.values_list("body", flat=True)))
    assert out.getvalue().startswith("1 cases")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rating": 5}, "the rating is not the one that was given"),
        ({"status": "NEW"}, "the case is closed or open, and its events say otherwise"),
        ({"opened_by": "somebody"}, "somebody else who opened it"),
        ({"definition": "another"}, "another standard than it was opened under"),
    ],
)
def test_the_command_finds_a_case_that_says_what_its_events_do_not(change: dict[str, Any], why: str) -> None:
    case, team = opened(), Team()
    finish(case, team)
    other = released(standard(step("s1", None)), code="other").definition
    known = {"another": other, "somebody": team["service-agent"]}
    Case.objects.update(**{name: known.get(value, value) for name, value in change.items()})

    assert why in _verified()


@pytest.mark.parametrize("change", [{"outcome": "incomplete"}, {"owner": None}])
def test_the_command_finds_a_completed_task_that_was_changed(change: dict[str, Any]) -> None:
    case, team = opened(), Team()
    do(case, team)
    do(case, team)
    Task.objects.filter(key="s2").update(**change)

    assert "the completed tasks are not those that the events tell of" in _verified()


def test_the_command_finds_a_definition_that_was_exchanged_with_its_hash() -> None:
    case = opened()
    content = case.definition.content.replace("HY-200", "HY-201")
    Definition.objects.update(content=content, sha256=hash_of(content))

    assert "another standard than it was opened under" in _verified()


def test_the_command_finds_a_case_without_any_event() -> None:
    case = opened()
    _unguarded("DELETE FROM cases_event")
    Case.objects.update(head="", event_count=0)

    assert f"{case.number}, event 1: an event is missing" in _verified()
