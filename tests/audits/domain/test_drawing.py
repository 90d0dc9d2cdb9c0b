"""The sample: frozen, committed to, drawn, drawn again by a bare Python, extended, replaced, verified (F69 to F74)."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audits.domain.allocating import allocate, sample_size
from audits.domain.assigning import assign_check
from audits.domain.drawing import ListChanged, draw_sample, extend_sample, replace_item
from audits.domain.freezing import freeze_population
from audits.domain.opening import open_audit
from audits.domain.script import draw_script
from audits.domain.verifying import verify_audit
from audits.models import Assignment, Audit, Commitment, Draw, Item, Population, PopulationPart
from audits.queries.population import parts_of
from cases.domain.reopening import reopen
from cases.models import Case, Channel, Event
from procstd.errors import DomainError
from tests.audits.desk import (
    IN_APRIL,
    IN_MARCH,
    MARCH,
    auditor,
    checked,
    closed,
    drawn,
    month_of_cases,
    opened_audit,
    unguarded,
)
from tests.cases.journeys import Team, do, open_task, opened
from tests.standards import also_holds, released

pytestmark = pytest.mark.django_db
#: The last second of March and the first of April in Shanghai.
LAST, FIRST = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)


def by_script(audit: Audit, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run the script of the sheet by a Python that has nothing but itself."""
    (tmp_path / "draw.py").write_text(draw_script(audit))
    (tmp_path / "population.csv").write_bytes(b"".join(parts_of(audit)))
    return subprocess.run(
        [sys.executable, "-I", "-S", "draw.py", "population.csv"], cwd=tmp_path, capture_output=True, text=True,
        check=False, env={},
    )  # fmt: skip


def sheet_of(audit: Audit) -> list[str]:
    """Return what the sheet lists, as the script writes it."""
    rows = Item.objects.filter(audit=audit).order_by("position")
    replaced = Item.objects.filter(audit=audit, replacement__isnull=False).order_by("replacement__pk")
    return [f"{row.position},{row.number},{row.stratum}" for row in rows] + [
        f"replaced,{row.number}" for row in replaced
    ]


def test_the_population_is_what_was_closed_in_the_month_to_the_second() -> None:
    process, team = released().process, Team()
    cases = {
        name: closed(process, team)
        for name in ("last of february", "first", "last", "first of april", "practice", "open")
    }
    ends = {
        "last of february": datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC),
        "first": datetime(2026, 2, 28, 16, tzinfo=UTC),
        "last": LAST, "first of april": FIRST,
    }  # fmt: skip
    for name, at in ends.items():
        Case.objects.filter(pk=cases[name].pk).update(finished=at)
    Case.objects.filter(pk=cases["practice"].pk).update(channel=Channel.PRACTICE)
    reopen(cases["open"], step="s7", reason="Not tight", by=_accountable(team), at=IN_MARCH + timedelta(hours=2))

    audit = opened_audit(process)
    population = freeze_population(audit, by=auditor(), at=IN_APRIL)

    listed = [line.split(",")[0] for line in b"".join(parts_of(audit)).decode().splitlines()]
    assert listed == [cases["first"].number, cases["last"].number]
    assert population.count == 2
    assert population.sha256 == hashlib.sha256(b"".join(parts_of(audit))).hexdigest()


def test_a_line_of_the_list_has_number_head_and_stratum() -> None:
    process, _team, (case,) = month_of_cases(1)
    audit = opened_audit(process)
    freeze_population(audit, by=auditor(), at=IN_APRIL)

    assert b"".join(parts_of(audit)).decode() == f"{case.number},{case.head},service/normal\n"


def test_a_case_that_was_open_when_its_month_was_frozen_is_late_and_of_the_next() -> None:
    process, team, (first, second) = month_of_cases(2)
    Case.objects.filter(pk=second.pk).update(status="NEW", finished=None)
    march = drawn(process)
    # Closed as of March, but written only after March was frozen.
    Case.objects.filter(pk=second.pk).update(status="DONE", finished=LAST)
    third = closed(process, team, datetime(2026, 4, 7, 1, tzinfo=UTC))
    april = opened_audit(process, month=date(2026, 4, 1), at=datetime(2026, 5, 4, tzinfo=UTC))

    population = freeze_population(april, by=auditor(), at=datetime(2026, 5, 4, tzinfo=UTC))

    listed = [line.split(",")[0] for line in b"".join(parts_of(april)).decode().splitlines()]
    assert listed == [second.number, third.number]
    assert (march.population.count, population.count, population.late, population.earlier) == (1, 2, 1, 1)
    assert verify_audit(march).is_sound
    assert first.number not in listed


@pytest.mark.parametrize(
    ("count", "percent", "floor", "rounding", "size"),
    [(101, 10, 5, "up", 11), (101, 10, 5, "down", 10), (101, 10, 5, "half", 10), (105, 10, 5, "half", 11),
     (20, 10, 5, "up", 5), (3, 10, 5, "up", 3), (100, 10, 5, "up", 10), (1, 100, 1, "down", 1)],
)  # fmt: skip
def test_the_size_is_the_percentage_rounded_and_at_least_the_floor(
    count: int, percent: int, floor: int, rounding: str, size: int
) -> None:
    assert sample_size(count, percent=percent, floor=floor, rounding=rounding) == size


def test_strata_get_their_shares_by_largest_remainder_and_then_their_minimum() -> None:
    # 10 of 100: quotas 6.1, 2.5, 1.4 – the half gets the one left; a stratum of four gets its minimum on top.
    assert allocate({"a": 61, "b": 25, "c": 14}, 10) == {"a": 6, "b": 3, "c": 1}
    assert allocate({"a": 96, "b": 4}, 10, minimum=2) == {"a": 10, "b": 2}
    assert allocate({"a": 96, "b": 1}, 5, minimum=2) == {"a": 5, "b": 1}
    assert allocate({"a": 2, "b": 2}, 1) == {"a": 1, "b": 0}
    assert sum(allocate({str(n): n for n in range(40)}, 77).values()) == 77


def test_the_secret_is_committed_to_before_anything_is_known_and_told_only_by_the_draw() -> None:
    process, _team, _cases = month_of_cases(3)
    audit = opened_audit(process)
    commitment = Commitment.objects.get(audit=audit)

    freeze_population(audit, by=auditor(), at=IN_APRIL)
    draw = draw_sample(audit, auditors=[auditor()], by=auditor(), at=IN_APRIL)

    assert commitment.at <= audit.population.at <= draw.at
    assert hashlib.sha256(draw.nonce.encode()).hexdigest() == commitment.sha256
    assert draw.seed == hashlib.sha256((draw.nonce + audit.population.sha256).encode()).hexdigest()


def test_freezing_and_drawing_twice_is_once() -> None:
    process, _team, _cases = month_of_cases(3)
    audit = drawn(process)

    freeze_population(audit, by=auditor(), at=IN_APRIL)
    with pytest.raises(DomainError, match="drawn already"):
        draw_sample(audit, auditors=[auditor()], by=auditor(), at=IN_APRIL)

    assert (Population.objects.count(), Draw.objects.count()) == (1, 1)


def test_a_month_is_audited_when_it_is_over_and_once() -> None:
    process = released().process
    with pytest.raises(DomainError, match="not over"):
        open_audit(process, month=MARCH, by=auditor(), at=LAST)
    open_audit(process, month=MARCH, by=auditor(), at=FIRST)
    with pytest.raises(DomainError, match="audited already"):
        open_audit(process, month=MARCH, by=auditor(), at=FIRST)


def test_bare_python_draws_the_sample_on_the_sheet(tmp_path: Path) -> None:
    process, team, _cases = month_of_cases(24)
    other = closed(process, team, IN_MARCH)
    Case.objects.filter(pk=other.pk).update(department=team["quality-engineer@quality"].department)
    audit = drawn(process, percent=20, floor=4, minimum=1)

    done = by_script(audit, tmp_path)

    assert done.stderr == ""
    assert done.stdout.splitlines() == sheet_of(audit)
    assert [row.stratum for row in audit.items.all()].count("quality/normal") == 1
    assert len(draw_script(audit).splitlines()) <= 50


def test_an_extension_and_replacements_are_drawn_again_as_well(tmp_path: Path) -> None:
    process, _team, _cases = month_of_cases(20)
    audit = drawn(process, percent=10, floor=4)
    first = audit.items.get(position=2)
    replace_item(first, reason="The customer withdrew it", by=auditor(), at=IN_APRIL)
    extend_sample(audit, size=5, reason="A miss was found", by=auditor(), at=IN_APRIL)
    draw_sample(audit, auditors=[auditor()], by=auditor(), at=IN_APRIL)
    replace_item(audit.items.get(position=1), reason="A test", by=auditor(), at=IN_APRIL)
    replace_item(audit.items.get(position=8), reason="A test", by=auditor(), at=IN_APRIL)
    replace_item(audit.items.get(position=5), reason="Replaced once more", by=auditor(), at=IN_APRIL)

    done = by_script(audit, tmp_path)

    assert done.stderr == ""
    assert done.stdout.splitlines() == sheet_of(audit)
    assert audit.items.count() == 4 + 5 + 4
    assert len({draw.seed for draw in audit.draws.all()}) == len({row.nonce for row in audit.commitments.all()}) == 2
    assert first.replacement.reason == "The customer withdrew it"
    assert audit.items.get(position=5).replaces == first


def test_a_list_that_is_not_the_frozen_one_draws_nothing_by_script_or_by_act(tmp_path: Path) -> None:
    process, _team, cases = month_of_cases(6)
    audit = drawn(process)
    (tmp_path / "draw.py").write_text(draw_script(audit))
    for changed in (
        lambda text: text.replace(cases[0].head, "0" * 64), lambda text: text.partition("\n")[2],
        lambda text: text + f"C-999999,{'0' * 64},service/normal\n",
    ):  # fmt: skip
        (tmp_path / "population.csv").write_text(changed(b"".join(parts_of(audit)).decode()))
        done = subprocess.run(
            [sys.executable, "-I", "draw.py", "population.csv"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "not the list that was frozen" in done.stderr


def _rewrite(audit: Audit, change: Any) -> None:
    """Write over the frozen list, past the guards, as somebody with the database in hands could."""
    part = PopulationPart.objects.get(audit=audit)
    content = zlib.compress(change(zlib.decompress(bytes(part.content)).decode()).encode())
    with unguarded(PopulationPart):
        PopulationPart.objects.filter(pk=part.pk).update(content=content)


@pytest.mark.parametrize("fault", ["changed", "added", "removed", "torn", "unended"])
def test_one_case_changed_added_removed_or_torn_in_the_frozen_list_is_found(fault: str) -> None:
    process, _team, cases = month_of_cases(6)
    audit = opened_audit(process)
    freeze_population(audit, by=auditor(), at=IN_APRIL)
    assert verify_audit(audit).is_sound
    change = {
        "changed": lambda text: text.replace(cases[2].head, cases[3].head, 1),
        "added": lambda text: text + f"C-999999,{'0' * 64},service/normal\n",
        "removed": lambda text: text.partition("\n")[2],
        "torn": lambda text: text.replace(",", "", 1),
        "unended": lambda text: text.rstrip("\n"),
    }[fault]

    _rewrite(audit, change)

    assert not verify_audit(audit).is_list_intact
    with pytest.raises(ListChanged):
        draw_sample(audit, auditors=[auditor()], by=auditor(), at=IN_APRIL)


def test_a_case_whose_own_row_was_changed_added_or_removed_is_found() -> None:
    process, team, cases = month_of_cases(6)
    audit = drawn(process, percent=1, floor=1)
    sampled = audit.items.get().case_id
    changed, other = [case for case in cases if case.pk != sampled][:2]

    Case.objects.filter(pk=changed.pk).update(head="f" * 64)
    added = closed(process, team, datetime(2026, 4, 1, 2, tzinfo=UTC))
    Case.objects.filter(pk=added.pk).update(finished=LAST)
    found = verify_audit(audit)

    assert (found.changed, found.added, found.gone) == ([changed.number], [added.number], [])
    assert not found.is_sound
    assert other.number not in found.changed


def test_a_case_that_went_on_is_no_fault() -> None:
    process, team, cases = month_of_cases(4)
    audit = drawn(process, percent=1, floor=1)

    reopen(cases[0], step="s7", reason="It leaks again", by=_accountable(team), at=IN_APRIL + timedelta(hours=1))
    found = verify_audit(audit)

    assert (found.is_sound, found.went_on, found.count) == (True, 1, 4)


def _accountable(team: Team) -> Any:
    from cases.domain.acting import standard_of

    case = Case.objects.select_related("definition").first()
    place = standard_of(case.definition).step("s7").posts["A"][0]
    return team[f"{place.post}@{place.department}" if place.department else place.post]


def test_another_sample_than_the_seed_s_is_found() -> None:
    process, _team, cases = month_of_cases(8)
    audit = drawn(process, percent=1, floor=2)
    item = audit.items.get(position=1)
    other = next(case for case in cases if case.pk not in {row.case_id for row in audit.items.all()})
    with unguarded(Item):
        Item.objects.filter(pk=item.pk).update(case=other)

    assert sorted(verify_audit(audit).drawn) == sorted([item.number, other.number])


def test_nobody_checks_a_case_that_he_handled() -> None:
    process, team, cases = month_of_cases(5)
    first, second = auditor("auditor"), auditor("second")
    handled = opened(process, at=IN_MARCH)
    also_holds(first, "service-agent", "service")
    do(handled, team, IN_MARCH, by=type(first).objects.get(pk=first.pk))
    while open_task_or_none(handled):
        do(handled, team, IN_MARCH)
    audit = drawn(process, type(first).objects.get(pk=first.pk), second, percent=100)

    item = audit.items.get(case=handled)
    assert item.assignments.get().auditor == second
    with pytest.raises(DomainError, match="had a hand"):
        assign_check(item, auditor=type(first).objects.get(pk=first.pk), by=second, at=IN_APRIL)
    assert {row.auditor for row in Assignment.objects.all()} == {first, second}
    assert len(cases) + 1 == audit.items.count()


def open_task_or_none(case: Case) -> Any:
    from cases.models import Task

    return open_task(case) if Task.objects.open().filter(process=case).exists() else None


def test_what_the_only_auditor_handled_waits_for_another_or_is_replaced() -> None:
    process, _team, _cases = month_of_cases(1)
    alone = auditor("auditor")
    Event.objects.create(case=Case.objects.get(), position=99, at=IN_MARCH, kind="reminded", by=alone, sha256="0" * 64)

    audit = drawn(process, alone)
    item = audit.items.get()
    none_left = replace_item(item, reason="The auditor had a hand in it", by=alone, at=IN_APRIL)

    assert item.assignments.count() == 0
    assert none_left is None
    assert Item.objects.standing().filter(audit=audit).count() == 0
    assert item.replacement.reason == "The auditor had a hand in it"


def test_what_is_checked_is_not_replaced_and_what_is_concluded_is_not_extended() -> None:
    process, _team, _cases = month_of_cases(8)
    audit = checked(drawn(process, floor=2))

    with pytest.raises(DomainError, match="checked or replaced"):
        replace_item(audit.items.first(), reason="Too late", by=auditor(), at=IN_APRIL)
    with pytest.raises(DomainError, match="left to be drawn"):
        extend_sample(audit, size=7, reason="Too many", by=auditor(), at=IN_APRIL)


@pytest.mark.parametrize("model", [Audit, Commitment, Population, PopulationPart, Draw, Item, Assignment])
def test_the_database_keeps_what_was_fixed(model: Any) -> None:
    process, _team, _cases = month_of_cases(2)
    drawn(process)
    row = model.objects.earliest("pk")
    column = next(field.attname for field in model._meta.concrete_fields if not field.primary_key)

    for statement in (f"UPDATE {model._meta.db_table} SET {column} = {column}", f"DELETE FROM {model._meta.db_table}"):  # noqa: S608
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(TypeError):
        row.save()
