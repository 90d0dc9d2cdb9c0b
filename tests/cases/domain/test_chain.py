"""Nobody changes what happened unseen (S8)."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cases.models import Case, Event
from processes.models import Definition
from tests.cases.journeys import Team, do, finish, opened

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("act", ["update", "delete", "bulk"])
def test_the_database_refuses_to_change_an_event(act: str) -> None:
    event = opened().events.get()
    acts = {
        "update": lambda: Event.objects.update(kind="claimed"),
        "delete": lambda: Event.objects.all().delete(),
        "bulk": lambda: Event.objects.bulk_update([event], ["body"]),
    }

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        acts[act]()

    assert Event.objects.get() == event


def test_the_command_finds_nothing_where_nothing_was_altered() -> None:
    finish(opened(), Team())
    out = StringIO()

    call_command("verify_cases", stdout=out)

    assert out.getvalue() == "1 cases and all definitions are as they were written.\n"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE cases_event SET step = 's9' WHERE position = 2", "an event was changed"),
        ("DELETE FROM cases_event WHERE position = 1", "an event is missing"),
        ("DELETE FROM cases_event WHERE position = 3", "the end of the chain is not the one the case knows"),
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
