"""What a version brought: eight weeks before against eight weeks after, with intervals (F81)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Event
from improvements.domain.effects import WEEKS, measure_due
from improvements.domain.handling import adopt, merge
from improvements.models import Effect
from improvements.queries.trace import traced
from improvements.reports.effects import effect_rows
from processes.domain.releasing import checks_only, release
from processes.domain.revising import open_draft
from processes.models import Process
from tests.cases.journeys import Team
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

pytestmark = pytest.mark.django_db
CHANGES = {"text_zh": "自动关联", "text_en": "Linked automatically", "effect": "Twice as fast"}
SINCE = NOW + 8 * WEEK


def days(start: datetime, count: int) -> Iterator[datetime]:
    """Yield mornings, from Monday to Friday."""
    for number in range(count):
        yield start + number // 5 * WEEK + timedelta(days=number % 5)


def improved(process: Process, team: Team, *, count: int = 12) -> None:
    """Work *count* cases slowly, bring V1.1 in force, work as many quickly."""
    for number, start in enumerate(days(NOW, count)):
        worked(process, team, opened=start, hours=(0.5, 2 + number % 4 * 0.2), rating=3)
    made = named(process, person("author"))
    double = named(process, person("twin"))
    merge(double, into=made, by=specialist(), at=NOW)
    adopt(made, by=specialist(), at=NOW, **CHANGES)
    draft = open_draft(process)
    assert draft is not None
    release(draft, by=lead(), at=SINCE, gate=checks_only)
    for number, start in enumerate(days(SINCE + HOUR, count)):
        worked(process, team, opened=start, hours=(0.2, 0.5 + number % 4 * 0.1), rating=5)


def test_a_version_is_measured_once_eight_weeks_after_it_took_effect() -> None:
    process, team = process_in_force(), Team()
    improved(process, team)
    due = SINCE + WEEKS * WEEK

    counts = [measure_due(at=moment) for moment in (due - timedelta(seconds=1), due, due + WEEK)]

    assert counts == [0, 1, 0]
    row = Effect.objects.get()
    assert (row.data["before"], row.data["after"], row.weeks) == ("V1.0", "V1.1", 8)
    cycle = next(line for line in row.data["indicators"] if line["code"] == "cycle")
    before, after = recounted("1.0"), recounted("1.1")
    assert (cycle["n_before"], cycle["n_after"]) == (len(before), len(after)) == (12, 12)
    assert cycle["before"] == pytest.approx(median(before), abs=0.001)
    assert cycle["after"] == pytest.approx(median(after), abs=0.001)
    assert cycle["low"] <= cycle["difference"] <= cycle["high"] < 0
    assert cycle["verdict"] == "better"
    satisfied = next(line for line in row.data["indicators"] if line["code"] == "satisfaction")
    assert (satisfied["before"], satisfied["after"], satisfied["verdict"]) == (0.0, 1.0, "better")
    with pytest.raises(DatabaseError), transaction.atomic():
        Effect.objects.filter(pk=row.pk).delete()


def recounted(version: str) -> list[float]:
    """Return the hours from opening to close, from the events; all of them lie in one morning."""
    found = []
    for case in Case.objects.filter(definition__revision__minor=int(version[-1])):
        closed = Event.objects.get(case=case, kind="closed").at
        found.append((closed - case.created) / HOUR)
    return found


def test_too_few_cases_say_that_they_cannot_tell() -> None:
    process, team = process_in_force(), Team()
    improved(process, team, count=4)

    measure_due(at=SINCE + WEEKS * WEEK)

    cycle = effect_rows(Effect.objects.get().data)[0]
    assert cycle.outcome == "cannot_tell"
    assert cycle.words() == "Cannot tell: too few cases"
    assert "(n=4)" in cycle.before_after()


def test_the_first_version_is_measured_against_nothing() -> None:
    process_in_force()

    assert measure_due(at=SINCE + 30 * WEEK) == 0


def test_from_the_suggestion_one_comes_to_the_effect_and_back() -> None:
    process, team = process_in_force(), Team()
    improved(process, team)
    measure_due(at=SINCE + WEEKS * WEEK)

    (version,) = traced(process, specialist(), weeks=WEEKS, at=SINCE + 9 * WEEK)

    (line,) = version.lines
    assert version.revision.number == "1.1"
    assert (version.in_force_since, version.effect) == (SINCE, Effect.objects.get())
    assert (line.source.code, line.source.decided, line.source.credited) == (
        "SG-2026-0001",
        "specialist",
        "author, twin",
    )
    assert line.source.url == "/improvements/SG-2026-0001/"


def test_who_does_not_see_a_suggestion_reads_the_change_without_it() -> None:
    process = process_in_force()
    adopt(anonymous(process)[0], by=specialist(), at=NOW, **CHANGES)
    reader = person("reader")

    assert traced(process, reader, weeks=WEEKS, at=NOW) == []  # a draft
    (version,) = traced(process, specialist(), weeks=WEEKS, at=NOW)
    assert version.measured_on is None


def test_a_trace_costs_the_same_for_one_version_and_for_many() -> None:
    process, deciding = process_in_force(), specialist()

    def next_one(number: int) -> None:
        adopt(named(process, **(OTHER if number % 2 else {})), by=deciding, at=NOW, **CHANGES)
        draft = open_draft(process)
        assert draft is not None
        release(draft, by=lead(), at=NOW + number * WEEK, gate=checks_only)

    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert traced(process, deciding, weeks=WEEKS, at=NOW + 90 * WEEK)
        return len(captured)

    next_one(1)
    counted()
    one = counted()
    for number in range(2, 8):
        next_one(number)

    assert counted() == one
    assert len(traced(process, deciding, weeks=WEEKS, at=NOW + 90 * WEEK)) == 7
