"""What an upheld appeal leaves in the ledger: an entry that names what it takes back, and the same total anew (F79)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audits.domain.appealing import appeal, decide_appeal
from audits.domain.checking import note_deviation
from audits.domain.concluding import conclude_audit
from audits.models import Audit, Check, Decision, EntryKind, ScoreEntry
from audits.queries.ledger import differences, ledger_from_checks
from audits.queries.sheets import lines_of, totals_of
from cases.models import Case
from procstd.errors import DomainError
from procstd.organisation.models import User
from procstd.roles import Role
from tests.audits.desk import IN_APRIL, auditor, checked, drawn, month_of_cases, person, unguarded

pytestmark = pytest.mark.django_db


def head() -> User:
    return person("head-service", Role.DEPARTMENT_HEAD, "service")


def missed_and_reached() -> Audit:
    """Return an audit of two departments, all of its cases checked: service failed in each, quality in none."""
    process, team, cases = month_of_cases(8)
    quality = team["quality-engineer@quality"].department
    Case.objects.filter(pk__in=[case.pk for case in cases[:4]]).update(department=quality)
    audit = drawn(process, percent=100)
    for item in audit.items.exclude(department=quality):
        note_deviation(item, kind="other", text="No label", by=auditor(), at=IN_APRIL)
    conclude_audit(checked(audit), by=auditor(), at=IN_APRIL)
    return audit


def upheld(entry: ScoreEntry) -> ScoreEntry:
    """Appeal against a score, have the appeal upheld, and return what the ledger holds for it."""
    made = appeal(entry, text="Labels came only in April", by=head(), at=IN_APRIL)
    decide_appeal(made, is_upheld=True, reason="The order was delivered late", by=auditor("second"), at=IN_APRIL)
    return ScoreEntry.objects.get(kind=EntryKind.REVERSAL)


def test_the_entry_of_an_upheld_appeal_names_what_it_takes_back_and_stands_beside_it() -> None:
    audit = missed_and_reached()
    entry = ScoreEntry.objects.get(department__code="service")

    reversal = upheld(entry)

    assert (reversal.reverses, reversal.audit, reversal.department, reversal.points) == (
        entry, audit, entry.department, 3,
    )  # fmt: skip
    assert reversal.facts["decision"] == Decision.objects.get(appeal__entry=entry).pk
    assert reversal.appeal_until is None
    kept = ScoreEntry.objects.get(pk=entry.pk)
    assert (kept.points, kept.facts) == (entry.points, entry.facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        ScoreEntry.objects.filter(pk=entry.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreEntry.objects.create(
            department=entry.department, audit=audit, kind=EntryKind.REVERSAL, points=3, facts={}, at=IN_APRIL
        )
    with pytest.raises(DomainError, match="Only the result"):
        appeal(reversal, text="Once more", by=head(), at=IN_APRIL)


def test_after_an_upheld_appeal_the_total_comes_anew_from_checks_and_decisions() -> None:
    missed_and_reached()
    upheld(ScoreEntry.objects.get(department__code="service"))

    # By hand, from the rows alone: 0 of 4 is under 90 % and 4 of 4 is above it, whatever the interval.
    good: dict[str, list[bool]] = {}
    for code, complies in Check.objects.values_list("item__department__code", "complies"):
        good.setdefault(code, []).append(complies)
    assert {code: sorted(row) for code, row in good.items()} == {"service": [False] * 4, "quality": [True] * 4}
    points = {code: 5 if all(row) else -3 for code, row in good.items()}
    for code in Decision.objects.filter(is_upheld=True).values_list("appeal__entry__department__code", flat=True):
        points[code] -= points[code]

    assert points == {"service": 0, "quality": 5}
    assert {row.department.code: row.points for row in totals_of(auditor(), 2026)} == points
    assert sum(ledger_from_checks().values()) == sum(ScoreEntry.objects.values_list("points", flat=True)) == 5
    assert differences() == []


def test_a_reversal_that_is_bent_lost_or_names_another_score_is_found() -> None:
    missed_and_reached()
    service, quality = (ScoreEntry.objects.get(department__code=code) for code in ("service", "quality"))
    reversal = upheld(service)

    def found(**facts: Any) -> set[tuple[str, int | None, int | None]]:
        with unguarded(ScoreEntry):
            ScoreEntry.objects.filter(pk=reversal.pk).update(**facts)
        rows = {(row.department, row.kept, row.computed) for row in differences()}
        with unguarded(ScoreEntry):
            ScoreEntry.objects.filter(pk=reversal.pk).update(points=3, reverses=service)
        return rows

    assert found(points=4) == {("service", 4, 3)}
    assert found(reverses=quality) == {("service", 3, None), ("service", None, 3)}
    assert found() == set()
    with unguarded(ScoreEntry):
        ScoreEntry.objects.filter(pk=reversal.pk).delete()
    assert [(row.kept, row.computed) for row in differences()] == [(None, 3)]


def test_insufficient_evidence_is_appealed_against_like_any_other_result() -> None:
    process, _team, _cases = month_of_cases(12)
    audit = drawn(process, percent=50)
    note_deviation(audit.items.get(position=2), kind="other", text="No label", by=auditor(), at=IN_APRIL)
    conclude_audit(checked(audit), by=auditor(), at=IN_APRIL)
    entry = ScoreEntry.objects.get()
    assert (entry.points, entry.facts["verdict"]) == (0, "insufficient")

    reversal = upheld(entry)

    assert (reversal.points, reversal.reverses) == (0, entry)
    assert lines_of(entry.department, 2026)[1].why == (
        f"An appeal was upheld: the result of {audit.number} does not stand."
    )
    (total,) = totals_of(auditor(), 2026)
    assert (total.points, total.insufficient, total.reversed) == (0, 1, 1)
    assert differences() == []
