"""Rates with their bounds, points by the rules of their month, appeals, the ledger computed anew (F72, F77 to F79)."""

from __future__ import annotations

from datetime import date, timedelta
from math import comb
from typing import Any

import pytest

from audits.domain.appealing import appeal, decide_appeal, had_part_in
from audits.domain.checking import note_deviation
from audits.domain.concluding import conclude_audit
from audits.domain.drawing import draw_sample, extend_sample, replace_item
from audits.domain.findings import raise_finding
from audits.domain.freezing import freeze_population
from audits.domain.scoring import write_rule
from audits.models import Audit, Check, EntryKind, ScoreEntry
from audits.queries.figures import Figures, figures_of
from audits.queries.ledger import Rule, differences, ledger_from_checks, score_of
from audits.queries.reading import standings
from audits.queries.results import result_of
from audits.queries.sheets import lines_of, totals_of
from procstd.errors import DomainError
from procstd.estimates.rates import Stratum
from procstd.notices.models import Notice
from procstd.organisation.models import Department, User
from procstd.roles import Role
from tests.audits.desk import (
    IN_APRIL,
    MARCH,
    auditor,
    checked,
    concluded,
    drawn,
    month_of_cases,
    opened_audit,
    person,
    unguarded,
)

pytestmark = pytest.mark.django_db


def head(department: str = "service") -> Any:
    return person(f"head-{department}", Role.DEPARTMENT_HEAD, department)


def figures(hits: int, n: int, population: int = 1_000) -> Figures:
    found = figures_of([Stratum(population, n, hits)])
    assert found is not None
    return found


def test_a_conclusion_counts_what_was_checked_and_the_bound_is_the_one_counted_by_hand() -> None:
    process, _team, _cases = month_of_cases(12)
    audit = drawn(process, percent=50)
    note_deviation(audit.items.get(position=2), kind="other", text="No label", by=auditor(), at=IN_APRIL)
    checked(audit)

    conclusion = conclude_audit(audit, text="Fine", by=auditor(), at=IN_APRIL)

    found = Figures.of(conclusion.facts["whole"])

    # The least number of complying cases among 12 of which 5 or more of 6 drawn comply in 5 % of draws or more.
    def chance(good: int) -> float:
        return sum(comb(good, k) * comb(12 - good, 6 - k) for k in (5, 6)) / comb(12, 6)

    least = next(good for good in range(5, 12) if chance(good) > 0.05)
    assert (found.population, found.n, found.hits, found.rate) == (12, 6, 5, 5 / 6)
    assert found.low == pytest.approx(least / 12)
    assert Check.objects.filter(item__audit=audit, complies=True).count() == 5


def test_nothing_is_concluded_before_every_case_is_checked_and_nothing_twice() -> None:
    process, _team, _cases = month_of_cases(3)
    audit = drawn(process)
    with pytest.raises(DomainError, match="3 cases of the sample are not checked"):
        conclude_audit(audit, by=auditor(), at=IN_APRIL)
    checked(audit)
    conclude_audit(audit, by=auditor(), at=IN_APRIL)
    with pytest.raises(DomainError, match="its result stays"):
        conclude_audit(audit, by=auditor(), at=IN_APRIL)


def test_a_sample_too_small_for_the_claim_is_warned_of_before_it_is_drawn_and_after() -> None:
    process, _team, _cases = month_of_cases(12)
    audit = drawn(process, floor=3)
    before = result_of(audit, Rule(), standing=standings([audit])[0])
    checked(audit)
    conclude_audit(audit, by=auditor(), at=IN_APRIL)
    audit = Audit.objects.get(pk=audit.pk)
    after = result_of(audit, Rule(), standing=standings([audit])[0])

    assert before.warnings[0].startswith("With 3 cases even a sample without a miss proves ")
    assert before.warnings[1] == "To prove 90 % without a miss at least 9 cases are needed."
    assert after.warnings == ["To prove 90 % without a miss at least 9 cases are needed."]
    assert after.proves[1].startswith("3 cases cannot prove 90 %")


@pytest.mark.parametrize(
    ("hits", "n", "verdict", "points"),
    [(100, 100, "reached", 5), (60, 100, "missed", -3), (90, 100, "insufficient", 0), (10, 10, "insufficient", 0)],
)
def test_points_are_given_only_where_the_whole_interval_is_on_one_side(
    hits: int, n: int, verdict: str, points: int
) -> None:
    given, facts = score_of(figures(hits, n), Rule())

    assert (facts["verdict"], given) == (verdict, points)


@pytest.mark.parametrize(("hits", "points"), [(90, 5), (89, -3)])
def test_where_no_evidence_is_wanted_the_estimate_decides(hits: int, points: int) -> None:
    assert score_of(figures(hits, 100), Rule(wants_evidence=False))[0] == points


def test_each_department_is_scored_by_the_rule_of_the_month_and_its_heads_are_told() -> None:
    process, _team, _cases = month_of_cases(6)
    leader = head()
    write_rule(valid_from=MARCH, threshold=40, reached=7, missed=-4, wants_evidence=True, appeal_days=5,
               reason="Agreed with the heads", by=None, at=IN_APRIL)  # fmt: skip
    write_rule(valid_from=date(2026, 4, 1), threshold=90, reached=9, missed=-9, wants_evidence=True, appeal_days=5,
               reason="From April on", by=None, at=IN_APRIL)  # fmt: skip

    audit = concluded(process, percent=100)

    entry = ScoreEntry.objects.get(audit=audit)
    assert (entry.department.code, entry.points) == ("service", 7)
    assert entry.appeal_until == IN_APRIL + timedelta(days=5)
    assert Notice.objects.get(rule="audit.score").person == leader
    (line,) = lines_of(entry.department, 2026)
    assert line.why == (
        "6 of 6 cases complied: 100 %; 95 % interval 100 % to 100 %; wanted 40 %. The whole interval is above it."
    )


def test_a_rule_changes_no_points_that_were_given() -> None:
    process, _team, _cases = month_of_cases(2)
    concluded(process, percent=100)
    facts = {"threshold": 50, "reached": 1, "missed": 0, "wants_evidence": True, "appeal_days": 5, "reason": "Later"}

    with pytest.raises(DomainError, match="open already"):
        write_rule(valid_from=MARCH, by=None, at=IN_APRIL, **facts)
    with pytest.raises(DomainError, match="first day of a month"):
        write_rule(valid_from=date(2026, 5, 2), by=None, at=IN_APRIL, **facts)
    write_rule(valid_from=date(2026, 4, 1), by=None, at=IN_APRIL, **facts)

    assert differences() == []


def test_no_rule_is_written_for_a_month_whose_audit_is_open() -> None:
    process, _team, _cases = month_of_cases(2)
    checked(drawn(process))

    with pytest.raises(DomainError, match="open already"):
        write_rule(valid_from=MARCH, threshold=50, reached=9, missed=0, wants_evidence=False, appeal_days=5,
                   reason="The results are known", by=None, at=IN_APRIL)  # fmt: skip


def test_the_ledger_recomputes_to_the_same_total_and_a_changed_point_is_found() -> None:
    process, _team, _cases = month_of_cases(4)
    audit = concluded(process, percent=100)
    entry = ScoreEntry.objects.get()

    assert ledger_from_checks() == {(audit.number, "service", EntryKind.SCORE): 5}
    assert differences() == []
    with unguarded(ScoreEntry):
        ScoreEntry.objects.filter(pk=entry.pk).update(points=6)
    (found,) = differences()

    assert (found.audit, found.department, found.kept, found.computed) == (audit.number, "service", 6, 5)


def test_a_changed_check_is_found_by_the_ledger() -> None:
    process, _team, _cases = month_of_cases(4)
    concluded(process, percent=100)
    with unguarded(Check):
        Check.objects.update(complies=False)

    assert [(row.kept, row.computed) for row in differences()] == [(5, -3)]


def test_an_appeal_in_time_that_is_upheld_is_taken_back_by_an_entry_of_its_own() -> None:
    process, _team, _cases = month_of_cases(4)
    audit = drawn(process, percent=100)
    for item in audit.items.all():
        note_deviation(item, kind="other", text="No label", by=auditor(), at=IN_APRIL)
    conclude_audit(checked(audit), by=auditor(), at=IN_APRIL)
    entry, second = ScoreEntry.objects.get(), auditor("second")

    made = appeal(entry, text="Labels came only in April", by=head(), at=IN_APRIL + timedelta(days=9, hours=23))
    with pytest.raises(DomainError, match="second reviewer"):
        decide_appeal(made, is_upheld=True, reason="Right", by=auditor(), at=IN_APRIL)
    decide_appeal(made, is_upheld=True, reason="The order was delivered late", by=second, at=IN_APRIL)

    rows = list(ScoreEntry.objects.values_list("kind", "points"))
    assert rows == [("score", -3), ("reversal", 3)]
    assert totals_of(auditor(), 2026)[0].points == 0
    assert differences() == []
    assert {row.person for row in Notice.objects.filter(rule="audit.appeal")} == {second, head()}
    with pytest.raises(DomainError, match="decided already"):
        decide_appeal(made, is_upheld=False, reason="No", by=second, at=IN_APRIL)


def test_who_froze_extended_replaced_or_found_something_decides_no_appeal() -> None:
    process, _team, _cases = month_of_cases(8)
    audit = opened_audit(process, floor=2)
    freeze_population(audit, by=auditor("froze"), at=IN_APRIL)
    draw_sample(audit, auditors=[auditor()], by=auditor(), at=IN_APRIL)
    extend_sample(audit, size=2, reason="A miss", by=auditor("extended"), at=IN_APRIL)
    draw_sample(audit, auditors=[auditor()], by=auditor(), at=IN_APRIL)
    replace_item(audit.items.first(), reason="Withdrawn", by=auditor("replaced"), at=IN_APRIL)
    item = audit.items.get(position=2)
    note_deviation(item, kind="other", text="No label", by=auditor(), at=IN_APRIL)
    raise_finding(audit, department=item.department_id, kind="other", text="No labels", by=auditor("found"),
                  at=IN_APRIL)  # fmt: skip

    apart = User.objects.filter(pk__in=had_part_in(audit)).values_list("username", flat=True)

    assert set(apart) == {"auditor", "froze", "extended", "replaced", "found"}


def test_an_appeal_that_is_dismissed_changes_nothing() -> None:
    process, _team, _cases = month_of_cases(2)
    concluded(process, percent=100)
    made = appeal(ScoreEntry.objects.get(), text="More is due", by=head(), at=IN_APRIL)
    decide_appeal(made, is_upheld=False, reason="It is not", by=auditor("second"), at=IN_APRIL)

    assert ScoreEntry.objects.count() == 1


def test_who_may_appeal_until_when() -> None:
    process, _team, _cases = month_of_cases(2)
    concluded(process, percent=100)
    entry = ScoreEntry.objects.get()

    with pytest.raises(DomainError, match="Only the head"):
        appeal(entry, text="No", by=head("sales"), at=IN_APRIL)
    with pytest.raises(DomainError, match="time to appeal is over"):
        appeal(entry, text="No", by=head(), at=IN_APRIL + timedelta(days=10))
    appeal(entry, text="No", by=head(), at=IN_APRIL)
    with pytest.raises(DomainError, match="made already"):
        appeal(entry, text="No", by=head(), at=IN_APRIL)


def test_heads_read_the_points_of_their_own_departments() -> None:
    process, _team, _cases = month_of_cases(2)
    concluded(process, percent=100)

    assert totals_of(head("sales"), 2026) == []
    assert [row.department for row in totals_of(head(), 2026)] == [Department.objects.get(code="service")]
