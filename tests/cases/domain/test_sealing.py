"""Seals outside of the database: whatever is changed, cut off or deleted disagrees with one (S9)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from cases.domain.chain import broken_chains
from cases.domain.sealing import broken_seals, read_seal, seal_chains, seal_if_due
from cases.models import Case, Event, Seal
from procstd.organisation.models import User
from tests.cases.journeys import START_AT, Team, do, opened
from tests.standards import complaint, released

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SEAL_DIR = tmp_path / "seals"
    return tmp_path / "seals"


def some_cases(count: int = 3) -> list[Case]:
    process = released(complaint()).process
    return [opened(process) for _number in range(count)]


def faults() -> list[tuple[int, str, str]]:
    return [(fault.seal, fault.case, fault.why) for fault in broken_seals()]


def behind_the_guard(act: Callable[[], Any]) -> None:
    """Do what somebody with the password of the database can do: without the triggers, and with a chain that fits."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cases_event'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        act()
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_event ENABLE TRIGGER USER")
        else:
            for _name, sql in triggers:
                cursor.execute(sql)


def test_a_seal_names_every_case_with_new_events_once(folder: Path) -> None:
    first, second, third = some_cases()

    seal = seal_chains(at=START_AT)
    again = seal_chains(at=START_AT + DAY)
    do(second, Team(), START_AT + DAY)
    later = seal_chains(at=START_AT + 2 * DAY)

    assert seal is not None
    assert later is not None
    assert again is None
    assert (seal.number, seal.cases, later.number, later.cases) == (1, 3, 2, 1)
    assert set(read_seal(folder / seal.file).heads) == {first.pk, second.pk, third.pk}
    second.refresh_from_db()
    assert read_seal(folder / later.file).heads == {second.pk: (second.event_count, second.head)}
    assert read_seal(folder / later.file).before == seal.sha256
    assert faults() == []


def test_a_day_is_sealed_once(folder: Path) -> None:
    some_cases(1)
    night = START_AT.replace(hour=15, minute=59)  # 23:59 in Shanghai

    assert seal_if_due(at=night) is not None
    some = opened(Case.objects.get().process)
    assert seal_if_due(at=night + timedelta(seconds=30)) is None
    later = seal_if_due(at=night + timedelta(minutes=2))

    assert later is not None
    assert set(read_seal(folder / later.file).heads) == {some.pk}


def test_a_chain_that_is_cut_off_with_its_count_is_found(folder: Path) -> None:
    case = some_cases()[1]
    do(case, Team(), START_AT + timedelta(minutes=5))
    seal_chains(at=START_AT + DAY)
    events = list(case.events.order_by("position"))
    kept = events[:1]

    def cut() -> None:
        Event.objects.filter(pk__in=[event.pk for event in events[1:]]).delete()
        Case.objects.filter(pk=case.pk).update(head=kept[-1].sha256, event_count=1)

    behind_the_guard(cut)

    assert faults() == [(1, case.number, "its events end before the sealed one")]
    # The next seal covers the case as it is now; what was sealed before is not forgotten.
    seal_chains(at=START_AT + 2 * DAY)
    assert faults() == [
        (1, case.number, "its events end before the sealed one"),
        (2, case.number, "it had more events at the seal before"),
    ]


def test_an_entry_that_is_changed_with_all_hashes_after_it_is_found(folder: Path) -> None:
    case = some_cases()[0]
    seal_chains(at=START_AT + DAY)
    other = User.objects.exclude(pk=None).first()

    def forge() -> None:
        head = "0" * 64
        for event in case.events.order_by("position"):
            event.at += timedelta(hours=1)
            event.by = other
            head = event.sha256 = event.hash_after(head)
            event.save()
        Case.objects.filter(pk=case.pk).update(head=head, opened_by=other)

    behind_the_guard(forge)

    assert list(broken_chains(Case.objects.filter(pk=case.pk))) == []  # the chain itself is whole
    assert faults() == [(1, case.number, "the sealed event is another one")]
    do(Case.objects.get(pk=case.pk), Team(), START_AT + 2 * DAY)
    seal_chains(at=START_AT + 3 * DAY)
    assert faults() == [(1, case.number, "the sealed event is another one")]


def test_a_seal_that_is_changed_removed_or_put_in_is_found(folder: Path) -> None:
    some_cases(1)
    files = []
    for day in (1, 2, 3):
        opened(Case.objects.earliest("pk").process)
        seal = seal_chains(at=START_AT + day * DAY)
        assert seal is not None
        files.append(folder / seal.file)
    content = files[1].read_bytes()

    files[1].write_bytes(content.replace(b" ", b"  ", 1))
    assert (2, "", "its file was changed") in faults()
    files[1].unlink()
    assert (2, "", "its file is missing") in faults()
    files[1].write_bytes(content)
    assert faults() == []
    head, *lines = content.decode().splitlines()
    forged = {**json.loads(head), "seal": 4, "before": "1" * 64}
    (folder / "000004-2026-03-09.seal").write_text("\n".join([json.dumps(forged), *lines]) + "\n")
    assert {fault[2] for fault in faults()} >= {"the database does not know it", "the seal before it is another one"}


def test_a_file_that_a_crash_left_without_a_row_is_taken_over(folder: Path) -> None:
    case = some_cases(1)[0]
    seal = seal_chains(at=START_AT)
    assert seal is not None
    content, name = (folder / seal.file).read_bytes(), seal.file
    # As after a crash between file and row: a house of its own that knows the case and no seal.
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER cases_seal_no_delete" if connection.vendor == "sqlite" else
                       "ALTER TABLE cases_seal DISABLE TRIGGER USER")  # fmt: skip
    Seal.objects.all().delete()
    Case.objects.update(sealed_count=0)

    taken = seal_chains(at=START_AT + DAY)

    assert taken is not None
    assert (taken.file, taken.cases, (folder / name).read_bytes()) == (name, 1, content)
    case.refresh_from_db()
    assert case.sealed_count == case.event_count
    assert faults() == []


def test_the_command_says_what_disagrees(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = some_cases(1)[0]
    seal_chains(at=START_AT)
    (folder / Seal.objects.get().file).unlink()

    with pytest.raises(CommandError, match="1 disagree with the seals"):
        call_command("verify_cases")

    assert "its file is missing" in capsys.readouterr().err
    assert case.pk


def test_the_page_lists_seals_and_starts_a_check(folder: Path, signed_in: Any, admin_person: User) -> None:
    some_cases(1)
    seal = seal_chains(at=START_AT)
    assert seal is not None
    visitor = signed_in(admin_person)

    assert seal.sha256 in visitor.get(reverse("cases:seal-list")).content.decode()
    assert "/jobs/" in visitor.post(reverse("cases:seal-verify")).url
