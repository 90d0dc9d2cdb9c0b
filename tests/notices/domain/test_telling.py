"""Telling: once per person and key, in the caller's transaction, at a constant price, at the right time."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from procstd.notices.domain.preferring import choose
from procstd.notices.domain.telling import Note, is_local, tell
from procstd.notices.models import Delivery, Notice, Preference, Robot
from procstd.notices.rules import rule
from tests.factories import DepartmentFactory, PersonFactory
from tests.notices.conftest import AT, EVENING

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


def note(person: Any, rule: str = "test.alarm", key: str = "clock:1", **facts: Any) -> Note:
    return Note(person.pk, rule, key, **{"title_zh": "即将超时", "title_en": "Due soon", "url": "/cases/", **facts})


def ways(**facts: Any) -> dict[str, datetime]:
    return dict(Delivery.objects.filter(**facts).values_list("key", "next_at"))


def test_a_person_is_told_once_by_a_key_however_often_it_is_tried(engineer: Any, head: Any) -> None:
    assert tell([note(engineer), note(engineer), note(head)], at=AT) == 2
    assert tell([note(engineer), note(head), note(head, key="clock:2")], at=EVENING) == 1

    assert sorted(Notice.objects.values_list("person", "key")) == sorted(
        [(engineer.pk, "clock:1"), (head.pk, "clock:1"), (head.pk, "clock:2")]
    )
    assert ways() == {
        f"clock:1:{engineer.pk}:mail": AT,
        f"clock:1:{head.pk}:mail": AT,
        f"clock:2:{head.pk}:mail": EVENING,
    }


def test_nothing_is_told_when_the_transaction_of_the_caller_ends_badly(engineer: Any) -> None:
    with transaction.atomic():
        tell([note(engineer)], at=AT)
        transaction.set_rollback(True)

    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_a_worker_is_woken_only_when_something_is_due_now(
    engineer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as woken:
        tell([note(engineer, rule="test.working")], at=EVENING)
        assert woken == []
        tell([note(engineer, key="clock:2")], at=EVENING)

    assert len(woken) == 1


def test_four_hundred_notes_cost_as_many_statements_as_one(engineer: Any) -> None:
    people = PersonFactory.create_batch(20, department=engineer.department)
    Robot.objects.create(name="Group", kind="webhook", address="https://example.com/", rules=["test.alarm"])
    tell([note(engineer, key="before")], at=AT)
    with CaptureQueriesContext(connection) as few:
        tell([note(engineer, key="few")], at=AT)

    with CaptureQueriesContext(connection) as many:
        tell([note(person, key=f"many:{number}") for person in people for number in range(20)], at=AT)

    inserts = sum(query["sql"].startswith("INSERT") for query in many)
    assert sum(query["sql"].startswith("INSERT") for query in few) == 2
    assert len(many) - inserts == len(few) - 2
    # SQLite takes fewer values in one statement.
    assert inserts == 2 or connection.vendor == "sqlite"


def test_by_default_a_rule_says_when_and_a_choice_of_the_person_goes_before(engineer: Any) -> None:
    rules = ("test.alarm", "test.working", "test.digest", "test.silent", "test.inside")
    tell([note(engineer, rule=name, key=f"default:{name}") for name in rules], at=EVENING)
    Preference.objects.create(person=engineer, rule="test.alarm", timing="never_mail")
    Preference.objects.create(person=engineer, rule="test.silent", timing="at_once")
    tell([note(engineer, rule=name, key=f"chosen:{name}") for name in rules], at=EVENING)

    digest_at = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert ways() == {
        f"default:test.alarm:{engineer.pk}:mail": EVENING,
        f"default:test.working:{engineer.pk}:mail": MORNING,
        f"default:test.digest:{engineer.pk}:mail": digest_at,
        f"chosen:test.working:{engineer.pk}:mail": MORNING,
        f"chosen:test.digest:{engineer.pk}:mail": digest_at,
        f"chosen:test.silent:{engineer.pk}:mail": EVENING,
        f"digest:{engineer.pk}:2026-11-25": digest_at,
    }
    assert Notice.objects.count() == 10


def test_quiet_hours_hold_mails_back_and_never_the_bell(engineer: Any) -> None:
    choose(engineer, timings={}, quiet_from=time(18), quiet_until=time(7), digest_at=time(8, 30))

    tell([note(engineer)], at=EVENING)

    assert ways() == {f"clock:1:{engineer.pk}:mail": datetime(2026, 11, 24, 23, 0, tzinfo=UTC)}
    assert Notice.objects.get().created_at == EVENING


def test_who_has_left_is_told_nothing_and_who_has_no_address_is_not_mailed(quality: Any) -> None:
    gone, unreachable = PersonFactory(gone=True), PersonFactory(email="")

    assert tell([note(gone), note(unreachable)], at=AT) == 1
    assert not Delivery.objects.exists()


def test_a_robot_is_told_once_about_what_it_listens_to_and_where(engineer: Any, head: Any, seller: Any) -> None:
    lab = PersonFactory(department=DepartmentFactory(parent=engineer.department))
    facts = {"kind": "webhook", "address": "https://example.com/", "rules": ["test.alarm"]}
    everywhere = Robot.objects.create(name="everywhere", **facts)
    quality = Robot.objects.create(name="quality", department=engineer.department, **facts)
    Robot.objects.create(name="off", is_active=False, **facts)
    Robot.objects.create(name="other", **{**facts, "rules": ["test.working"]})

    tell([note(engineer), note(head), note(seller, key="sales"), note(lab, key="lab")], at=AT)

    assert set(ways(channel="robot")) == {
        f"clock:1:robot:{everywhere.pk}",
        f"clock:1:robot:{quality.pk}",
        f"sales:robot:{everywhere.pk}",
        f"lab:robot:{everywhere.pk}",
        f"lab:robot:{quality.pk}",
    }


def test_a_robot_waits_for_working_time_when_its_rule_does(engineer: Any) -> None:
    robot = Robot.objects.create(
        name="group", kind="webhook", address="https://example.com/", rules=["test.working", "test.inside"]
    )

    tell([note(engineer, rule="test.working"), note(engineer, rule="test.inside", key="inside")], at=EVENING)

    assert ways(channel="robot") == {f"clock:1:robot:{robot.pk}": MORNING}


def test_a_title_is_one_line(engineer: Any) -> None:
    tell([note(engineer, title_en="Due\r\nBcc: all@example.com\n" + "x" * 300)], at=AT)

    title = Notice.objects.get().title_en
    assert title.startswith("Due Bcc: all@example.com xxx")
    assert len(title) == 200


@pytest.mark.parametrize("facts", [{"rule": "nothing"}, {"key": "a b"}, {"key": "x" * 151}, {"url": "//evil.example"}])
def test_what_a_caller_got_wrong_is_refused_before_anything_is_written(engineer: Any, facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"No rule is named|leads to a page of ours"):
        tell([note(engineer, **facts)], at=AT)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/\n/x"])
def test_only_paths_of_ours_are_local(url: str) -> None:
    assert not is_local(url)
    assert is_local("/cases/C-000001/?tab=clock")


def test_two_rules_of_one_name_are_noticed() -> None:
    with pytest.raises(ValueError, match=r"Two rules are named 'test\.alarm'"):
        rule("test.alarm", "Another", "digest")
