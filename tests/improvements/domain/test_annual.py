"""The annual report, recomputed from the rows in plain Python; and nothing that tells fewer than five (A8)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Event
from cases.models.clock import Clock
from improvements.domain.evaluating import decide, gather_evidence
from improvements.domain.handling import adopt, decline, merge
from improvements.domain.planning import plan_special
from improvements.domain.watching import keep_weeks
from improvements.models import Suggestion
from improvements.queries.annual import counted, year_of, years_told
from improvements.reports.annual import ANNUAL, AnnualYear, find_year
from processes.models import Process
from procstd.roles import Role
from tests.cases.journeys import Team
from tests.factories import DepartmentFactory, PersonFactory
from tests.improvements.desk import (
    HOUR,
    NOW,
    OTHER,
    WEEK,
    anonymous,
    lead,
    named,
    person,
    process_in_force,
    specialist,
    worked,
)
from tests.standards import process_named

pytestmark = pytest.mark.django_db
CHANGES = {"text_zh": "自动关联", "text_en": "Linked automatically", "effect": "Twice as fast"}
END = datetime.fromisoformat("2026-12-31T10:00:00+00:00")


def a_year() -> None:
    """Suggest, decide, evaluate and work through a year."""
    process, order, deciding, team = process_in_force(), process_in_force("order"), specialist(), Team()
    adopted, double = named(process, person("ann")), named(process, person("bob"))
    merge(double, into=adopted, by=deciding, at=NOW)
    adopt(adopted, by=deciding, at=NOW + WEEK, **CHANGES)
    decline(named(order, person("cai"), **OTHER), reason="No", by=deciding, at=NOW)
    named(order, person("ann"), **OTHER)
    named(process, person("dan"), at=NOW - 20 * WEEK)  # the year before
    for number in range(6):
        anonymous(process, notes=str(number))
    for number in range(3):
        anonymous(order, notes=str(number))
    evaluation = plan_special(
        process, occasion="product", occasion_on=None, why_zh="新", why_en="New", by=lead(), at=NOW + WEEK
    )
    gather_evidence(evaluation, by=lead(), at=NOW + WEEK)
    decide(evaluation, outcome="keep", reason="It is good", by=lead(), at=NOW + WEEK)
    for number in range(6):
        hours = (0.2, 2.5) if number % 3 == 0 else (0.2, 0.5)
        worked(process, team, opened=NOW + number * timedelta(days=1), hours=hours)
    worked(process, team, opened=NOW + WEEK, hours=(0.2, 0.4, 0.6, 0.8), outcomes=("o1", "back", "o1", "ok"))
    keep_weeks(process, at=NOW + 3 * WEEK)


def test_the_figures_are_those_of_the_rows() -> None:
    a_year()

    found = year_of(2026, at=END)

    rows = [row for row in Suggestion.objects.all() if row.month.year == 2026]
    by_name = Counter(row.state for row in rows if not row.is_anonymous)
    assert {row.key: row.named for row in found.states if row.named} == by_name
    assert (found.total.named, found.total.anonymous) == (4, 9) == (len([r for r in rows if r.proposer_id]), 9)
    assert [row.number for row in found.adopted] == ["SG-2026-0001"]
    assert {row.person.username: row.numbers for row in found.credits} == {
        "ann": ("SG-2026-0001",), "bob": ("SG-2026-0002",),
    }  # fmt: skip
    assert [(row.revision.process.code, row.revision.number) for row in found.versions] == [
        ("complaint", "1.0"), ("order", "1.0"),
    ]  # fmt: skip
    assert [(row.number, row.outcome) for row in found.evaluations] == [("E-0001", "keep")]


def test_how_cases_kept_their_limits_is_what_the_events_say() -> None:
    a_year()

    (row,) = year_of(2026, at=END).punctual

    closed, in_time, right = 0, 0, 0
    for case in Case.objects.all():
        closes = Event.objects.filter(case=case, kind="closed").count()
        steps = list(case.task_set.exclude(step=None).values_list("key", flat=True))
        closed += closes > 0
        in_time += not Clock.objects.filter(case=case).exclude(breached_at=None).exists()
        right += closes == 1 and len(steps) == len(set(steps))
    assert (row.closed, row.in_time, row.right) == (closed, in_time, right)
    assert 0 < in_time < closed
    assert right == closed - 1


def test_a_small_anonymous_group_is_left_open_and_so_is_one_that_would_give_it_away() -> None:
    def some(groups: dict[str, int]) -> list[Suggestion]:
        return [
            Suggestion(is_anonymous=by == "anonymous", kind=kind, month=date(2026, 3, 1))
            for kind, size in groups.items()
            for by in ["by name"] + ["anonymous"] * size
        ]

    def told(**groups: int) -> dict[Any, int | None]:
        return {row.key: row.anonymous for row in counted(some(groups), lambda row: row.kind)}

    assert told(tool=6, form=5) == {"tool": 6, "form": 5}
    # Three alone would be the difference between the whole and the rest.
    assert told(tool=6, form=7, limit=3) == {"tool": None, "form": 7, "limit": None}
    assert told(tool=8, form=4, limit=3) == {"tool": 8, "form": None, "limit": None}
    assert told(tool=4) == {"tool": None}
    assert told(tool=0, form=0) == {"tool": 0, "form": 0}
    # Without any by name a small group does not even stand there.
    alone = [Suggestion(is_anonymous=True, kind="tool", month=date(2026, 3, 1))] * 4
    assert counted(alone, lambda row: row.kind) == []


def test_what_was_adopted_anonymously_is_listed_only_among_five() -> None:
    process, deciding = process_in_force(), specialist()
    for number in range(5):
        made, _code = anonymous(process, notes=str(number))
        adopt(made, by=deciding, at=NOW, **CHANGES)
        if number == 3:
            assert year_of(2026, at=END).adopted == []

    assert len(year_of(2026, at=END).adopted) == 5
    assert year_of(2026, at=END).credits == []


def test_the_report_says_so_in_words_in_both_languages() -> None:
    a_year()
    anonymous(process_named("order"), kind="limit")

    manual, _standard = ANNUAL.write(AnnualYear(2026), choice="both", at=END)

    words = str([str(section) for section in manual.sections])
    for said in ("SG-2026-0001", "not told", "V1.0", "E-0001", "It is good", "(5/7)"):
        assert said in words
    assert "Process improvement in 2026" in str(manual.title)
    assert len(manual.sections) == 7


def test_an_empty_year_says_what_is_not_there() -> None:
    manual, _standard = ANNUAL.write(AnnualYear(2020), choice="en", at=NOW)

    words = str(manual.sections)
    assert "Nobody suggested anything in this year." in words
    assert "No case was closed in the weeks of this year." in words


def test_years_begin_with_the_first_suggestion_or_version() -> None:
    assert years_told(at=NOW) == [2026]
    named(process_in_force(), at=NOW - 60 * WEEK)

    assert years_told(at=NOW) == [2026, 2025]


def test_years_begin_and_end_at_midnight_where_the_house_is() -> None:
    process_in_force(at=datetime.fromisoformat("2025-12-31T17:00:00+00:00"))  # the first of January in Shanghai
    plan_special(
        Process.objects.get(), occasion="product", occasion_on=None, why_zh="新", why_en="New", by=lead(),
        at=datetime.fromisoformat("2026-12-17T01:00:00+00:00"),
    )  # fmt: skip
    new_year = datetime.fromisoformat("2026-12-31T17:00:00+00:00")

    assert years_told(at=new_year) == [2027, 2026]
    # Due on the last day of the year, and not decided on it.
    assert year_of(2026, at=new_year + 20 * WEEK).overdue == 1


def test_who_may_not_read_it_finds_no_year() -> None:
    process_in_force()

    assert find_year(lead(), "2026") == AnnualYear(2026)
    assert find_year(person("agent"), "2026") is None
    for key in ("1999", "20260", "MMXX", "٢٠٢٦"):
        assert find_year(person("auditor", Role.AUDITOR), key) is None


def test_the_report_costs_the_same_for_a_busy_year() -> None:
    a_year()
    process = process_named("order")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            ANNUAL.write(AnnualYear(2026), choice="en", at=END)
        return len(captured)

    asked()
    one = asked()
    deciding = specialist()
    for number in range(12):
        author = PersonFactory(department=DepartmentFactory())
        adopt(named(process, author, at=NOW + number * HOUR, **OTHER), by=deciding, at=NOW, **CHANGES)

    assert asked() == one
