"""Evaluations: planned by the calendar and by figures, decided by evidence that is frozen (F82)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cases.models import Case, Channel, Event
from cases.models.clock import Clock
from improvements.domain.evaluating import decide, gather_evidence
from improvements.domain.handling import adopt
from improvements.domain.planning import last_period, plan_regular, plan_special, remind_overdue
from improvements.domain.showing import suggestions_shown
from improvements.domain.watching import keep_weeks, watch
from improvements.models import Evaluation, Evidence, Outcome, Trigger, WeekFigures
from improvements.queries.weeks import mondays
from processes.domain.revising import open_draft
from processes.models import Origin, Process, Release
from procstd.errors import DomainError
from procstd.estimates.control import D2
from procstd.notices.models import Notice
from tests.cases.journeys import Team
from tests.improvements.desk import HOUR, NOW, WEEK, anonymous, lead, named, process_in_force, specialist, worked
from tests.standards import released

pytestmark = pytest.mark.django_db
TEXT = {"text_zh": "合并步骤", "text_en": "Merge two steps", "effect": "Half the time"}
#: 2 March 2026 is a Monday; the second quarter is over, its evaluation due.
JULY = datetime(2026, 7, 1, 1, tzinfo=UTC)


def special(process: Process, **facts: Any) -> Evaluation:
    given = {"occasion": "product", "occasion_on": None, "why_zh": "新产品", "why_en": "New product", "by": lead()}
    return plan_special(process, at=NOW + 13 * WEEK, **{**given, **facts})


def thirteen_weeks(process: Process, team: Team) -> None:
    """Work a case or two in each of twelve weeks, none in the seventh, one sent back, one late, some rated."""
    for number in range(13):
        if number == 6:
            continue
        start = NOW + number * WEEK
        worked(process, team, opened=start, hours=(0.25, 0.5 + 0.1 * number), rating=5 if number % 2 else 3)
        if number % 3 == 0:
            worked(
                process, team, opened=start + 2 * HOUR, hours=(0.5, 0.75, 3.5, 4), outcomes=("o1", "back", "o1", "ok")
            )


@pytest.mark.parametrize(
    ("day", "months", "period"),
    [
        (date(2026, 3, 31), 3, (date(2025, 10, 1), date(2026, 1, 1))),
        (date(2026, 4, 1), 3, (date(2026, 1, 1), date(2026, 4, 1))),
        (date(2026, 6, 30), 6, (date(2025, 7, 1), date(2026, 1, 1))),
        (date(2026, 7, 1), 6, (date(2026, 1, 1), date(2026, 7, 1))),
        (date(2027, 1, 1), 3, (date(2026, 10, 1), date(2027, 1, 1))),
    ],
)
def test_periods_are_quarters_and_half_years_of_the_calendar(day: date, months: int, period: tuple[date, date]) -> None:
    assert last_period(day, months) == period


def test_core_processes_are_planned_every_quarter_and_all_others_every_half_year() -> None:
    core, other = process_in_force("core"), process_in_force("other")
    core.is_core = True
    core.save()
    # In force since March: not by the middle of the first quarter, but by that of the first half-year.
    assert plan_regular(at=datetime(2026, 4, 1, 1, tzinfo=UTC)) == []

    planned = plan_regular(at=JULY)
    again = plan_regular(at=JULY + timedelta(days=40))
    october = plan_regular(at=datetime(2026, 10, 1, 1, tzinfo=UTC))

    assert [(row.process, row.trigger, row.period_from, row.period_until) for row in planned] == [
        (core, Trigger.QUARTERLY, date(2026, 4, 1), date(2026, 7, 1)),
        (other, Trigger.HALF_YEARLY, date(2026, 1, 1), date(2026, 7, 1)),
    ]
    assert [row.number for row in planned] == ["E-0001", "E-0002"]
    assert [row.due_on for row in planned] == [date(2026, 7, 15)] * 2
    assert again == []
    assert [row.process for row in october] == [core]
    assert "E-0001: evaluate “Core process”" in Notice.objects.filter(person=core.owner).values_list(
        "title_en", flat=True
    )


def test_what_is_not_in_force_is_not_evaluated() -> None:
    released(code="ended", valid_until=NOW + WEEK)
    gone = process_in_force("gone")
    gone.is_active = False
    gone.save()

    assert plan_regular(at=JULY) == []


def test_the_evidence_says_what_the_events_say() -> None:
    process, team = process_in_force(), Team()
    thirteen_weeks(process, team)
    worked(process, team, opened=NOW + 13 * WEEK, hours=(1, 2))  # after the period
    Case.objects.filter(pk=worked(process, team, opened=NOW, hours=(1, 2)).pk).update(channel=Channel.PRACTICE)
    named(process, at=NOW + WEEK)
    anonymous(process, at=NOW + 9 * WEEK)
    evaluation = special(process)
    evaluation.period_from, evaluation.period_until = date(2026, 3, 2), date(2026, 6, 1)
    evaluation.save()

    made = gather_evidence(evaluation, by=lead(), at=NOW + 14 * WEEK)

    data, mine = made.data, recounted(date(2026, 3, 2), date(2026, 6, 1))
    assert data["weeks"] == mine["weeks"]
    assert data["cases"] == {"closed": len(mine["hours"]), "opened": len(mine["hours"]), "open": 0}
    assert data["totals"]["median_hours"] == round(median(mine["hours"]), 2)
    assert {row["key"]: (row["late"], row["done"]) for row in data["steps"]} == mine["steps"]
    chart, values = data["charts"]["cycle"], [week["median_hours"] for week in mine["weeks"]]
    known = [value for value in values if value is not None]
    ranges = [abs(later - here) for here, later in pairwise(known)]
    assert chart["values"] == values
    assert chart["centre"] == pytest.approx(sum(known) / len(known))
    assert chart["upper"] == pytest.approx(chart["centre"] + 3 * sum(ranges) / len(ranges) / D2)
    assert data["charts"]["satisfaction"] is not None
    assert [row["number"][:8] for row in data["suggestions"]["rows"]] == ["SG-2026-"]
    assert [row["version"] for row in data["versions"]] == ["V1.0"]
    assert data["weeks"][6]["closed"] == 0


def test_evidence_holds_anonymous_ones_only_when_there_are_five_of_months_that_are_over() -> None:
    process, at = process_in_force(), NOW + 13 * WEEK
    evaluation = special(process)
    mine = named(process, at=NOW)

    def numbers(moment: datetime) -> list[str]:
        return [row["number"] for row in gather_evidence(evaluation, by=lead(), at=moment).data["suggestions"]["rows"]]

    hidden = [anonymous(process, at=NOW)[0].number for _number in range(4)]
    four = numbers(at)
    hidden.append(anonymous(process, at=at - timedelta(days=2))[0].number)  # in May
    in_may = numbers(at - timedelta(days=2))

    assert four == in_may == [mine.number]
    assert numbers(at) == sorted([mine.number, *hidden])


def test_fewer_than_five_anonymous_ones_of_earlier_evidence_are_not_shown() -> None:
    process = process_in_force()
    made = [named(process), *(anonymous(process)[0] for _number in range(4))]

    def shown() -> int:
        rows = [{"number": row.number, "state": "new", "proposal": ""} for row in made]
        return len(suggestions_shown({"suggestions": {"rows": rows}}))

    assert shown() == 1
    made.append(anonymous(process)[0])
    assert shown() == 6


def recounted(since: date, until: date) -> dict[str, Any]:
    """Count from events, tasks and clocks in plain Python. Working time is 9 to 12 and 13:30 to 18 in Shanghai."""
    weeks: dict[date, dict[str, Any]] = {}
    every, steps = [], {}
    for case in Case.objects.exclude(channel="practice"):
        closes = [event.at for event in Event.objects.filter(case=case, kind="closed")]
        if not closes:
            continue
        day = (closes[-1] + timedelta(hours=8)).date()
        if not since <= day < until:
            continue
        hours = worked_hours(case.created, closes[-1])
        every.append(hours)
        rows = list(case.task_set.exclude(step=None))
        keys = {row.key for row in rows}
        late = {clock.step or clock.target for clock in Clock.objects.filter(case=case).exclude(breached_at=None)}
        back = any(row.outcome == "back" for row in rows)
        week = weeks.setdefault(day - timedelta(days=day.weekday()), {"hours": [], "rows": []})
        week["hours"].append(hours)
        week["rows"].append((not back and len(closes) == 1 and len(rows) == len(keys), late, case.rating, keys))
        for key in keys:
            was = steps.get(key, (0, 0))
            steps[key] = (was[0] + (key in late), was[1] + 1)
    told = []
    monday = since
    while monday < until:
        week = weeks.get(monday, {"hours": [], "rows": []})
        counted: dict[str, list[int]] = {}
        for _right, late, _rating, keys in week["rows"]:
            for key in sorted(keys):
                was = counted.setdefault(key, [0, 0])
                was[0], was[1] = was[0] + (key in late), was[1] + 1
        rated = [rating for _right, _late, rating, _keys in week["rows"] if rating]
        told.append(
            {
                "monday": monday.isoformat(), "closed": len(week["hours"]),
                "median_hours": round(median(week["hours"]), 2) if week["hours"] else None,
                "right": sum(row[0] for row in week["rows"]), "rated": len(rated),
                "satisfied": sum(rating >= 4 for rating in rated),
                "breached": sum(bool(row[1]) for row in week["rows"]), "steps": dict(sorted(counted.items())),
            }
        )  # fmt: skip
        monday += timedelta(days=7)
    return {"weeks": told, "hours": every, "steps": steps}


def worked_hours(start: datetime, end: datetime) -> float:
    """Return the working hours between two moments of one day in Shanghai."""
    total = 0.0
    for opens, closes in ((9.0, 12.0), (13.5, 18.0)):
        here, there = ((moment.hour + 8) % 24 + moment.minute / 60 for moment in (start, end))
        total += max(0.0, min(there, closes) - max(here, opens))
    return total


def test_evidence_is_frozen_under_its_hash_and_gathered_anew_it_is_a_further_row() -> None:
    process, team, by = process_in_force(), Team(), lead()
    evaluation = special(process)
    first = gather_evidence(evaluation, by=by, at=NOW + 13 * WEEK)
    same = gather_evidence(evaluation, by=by, at=NOW + 13 * WEEK)
    worked(process, team, opened=NOW + 12 * WEEK, hours=(1, 2))

    second = gather_evidence(evaluation, by=by, at=NOW + 14 * WEEK)

    assert (first.number, same.pk, second.number) == (1, first.pk, 2)
    assert first.is_intact
    assert first.sha256 != second.sha256
    assert first.content == json.dumps(first.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.filter(pk=first.pk).update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.filter(pk=first.pk).delete()


def test_progress_is_told_in_cases() -> None:
    process, team = process_in_force(), Team()
    worked(process, team, opened=NOW, hours=(1, 2))
    told: list[tuple[int, int]] = []

    gather_evidence(
        special(process), by=lead(), at=NOW + 13 * WEEK, advance=lambda done, total: told.append((done, total))
    )

    assert told == [(0, 1)]


def test_nothing_is_decided_without_evidence_or_a_reason_or_by_evidence_that_was_not_looked_at() -> None:
    process, owner = process_in_force(), lead()
    evaluation = special(process)

    with pytest.raises(DomainError, match="Gather the evidence first"):
        decide(evaluation, outcome=Outcome.KEEP, reason="Fine", by=owner, at=NOW)
    gather_evidence(evaluation, by=owner, at=NOW + 13 * WEEK)
    for facts, field in (
        ({"outcome": "keep", "reason": " "}, "reason"), ({"outcome": "other", "reason": "x"}, "outcome"),
        ({"outcome": "keep", "reason": "Fine", "seen": 7}, None),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refusal:
            decide(evaluation, by=owner, at=NOW, **facts)  # type: ignore[arg-type]
        assert refusal.value.field == field

    decided = decide(evaluation, outcome="keep", reason="Fine", seen=1, by=owner, at=NOW)

    assert (decided.outcome, decided.evidence.number) == ("keep", 1)
    with pytest.raises(DomainError):
        decide(evaluation, outcome="keep", reason="Fine", by=owner, at=NOW)
    with pytest.raises(DomainError):
        gather_evidence(evaluation, by=owner, at=NOW)
    assert open_draft(process) is None


@pytest.mark.parametrize(("outcome", "number"), [("minor", "1.1"), ("major", "2.0")])
def test_revising_opens_the_next_revision_with_its_reason(outcome: str, number: str) -> None:
    process, owner = process_in_force(), lead()
    evaluation = special(process)
    gather_evidence(evaluation, by=owner, at=NOW + 13 * WEEK)

    with pytest.raises(DomainError) as refusal:
        decide(evaluation, outcome=outcome, reason="Too slow", by=owner, at=NOW)
    decide(evaluation, outcome=outcome, reason="Too slow", by=owner, at=NOW, **TEXT)

    draft = open_draft(process)
    assert refusal.value.field == "text_zh"
    assert draft is not None
    assert draft.number == number
    change = draft.changes.get()
    assert (change.origin, change.origin_code, change.origin_text) == (Origin.OTHER, "E-0001", "Too slow")


def test_a_regulation_is_the_origin_of_its_revision_and_needs_its_day() -> None:
    process, owner = process_in_force(), lead()
    with pytest.raises(DomainError) as refusal:
        special(process, occasion="regulation")
    assert refusal.value.field == "occasion_on"
    evaluation = special(process, occasion="regulation", occasion_on=date(2026, 6, 5))
    gather_evidence(evaluation, by=owner, at=NOW + 13 * WEEK)

    decide(evaluation, outcome="minor", reason="The law wants it", by=owner, at=NOW, **TEXT)

    assert evaluation.due_on == date(2026, 6, 5)
    assert open_draft(process).changes.get().origin == Origin.LAW  # type: ignore[union-attr]


def test_retiring_asks_to_be_confirmed_and_ends_every_release_in_force_and_planned() -> None:
    process, owner, at = process_in_force(), lead(), NOW + 13 * WEEK
    adopt(named(process), by=specialist(), at=NOW, **TEXT)
    evaluation = special(process)
    gather_evidence(evaluation, by=owner, at=at)

    with pytest.raises(DomainError) as refusal:
        decide(evaluation, outcome="retire", reason="Not needed", by=owner, at=at)
    decide(evaluation, outcome="retire", reason="Not needed", confirmed=True, by=owner, at=at)

    assert refusal.value.field == "confirmed"
    assert not Release.objects.not_over(at).exists()
    assert plan_regular(at=JULY) == []


def test_overdue_evaluations_are_told_once_a_week_until_they_are_decided() -> None:
    process, deciding, leading = process_in_force(), specialist(), lead()
    evaluation = special(process)
    due = datetime(2026, 6, 15, 1, tzinfo=UTC)  # a Monday
    assert evaluation.due_on == due.date()

    told = [remind_overdue(at=due + timedelta(days=days)) for days in (0, 1, 2, 6, 7, 8)]

    people = {process.owner, deciding, leading}
    assert told == [0, 3, 0, 0, 3, 0]
    assert {row.person for row in Notice.objects.filter(rule="evaluation.overdue")} == people


def test_too_many_breaches_ask_for_an_evaluation_once() -> None:
    process, team = process_in_force(), Team()
    for number in range(20):
        hours = (0.2, 4.5) if number < 5 else (0.2, 0.4)  # a limit of an hour; work ends at 12
        worked(process, team, opened=NOW + number % 4 * WEEK + number // 4 * timedelta(days=1), hours=hours)

    at = NOW + 4 * WEEK
    planned, again = watch(at=at), watch(at=at + timedelta(days=1))
    later = watch(at=at + WEEK)

    (row,) = planned
    assert (row.trigger, again, later) == (Trigger.BREACHES, [], [])
    assert "In 5 of the 20 cases" in row.why_en
    assert "25 %" in row.why_zh
    assert (row.period_from, row.period_until) == (date(2025, 9, 29), date(2026, 3, 30))


def test_a_signal_of_the_last_week_asks_for_an_evaluation_and_says_how_often_that_means_nothing() -> None:
    process, team = process_in_force(), Team()
    for number in range(14):
        hours = (0.2, 0.4 + number % 2 * 0.1) if number < 13 else (0.2, 0.9)
        worked(process, team, opened=NOW + number * WEEK, hours=hours)

    planned = watch(at=NOW + 14 * WEEK)

    (row,) = planned
    assert row.trigger == Trigger.SIGNAL
    assert row.why_en.startswith("The control chart of Cycle time over 14 weeks gives a signal in the last week.")
    assert "%" in row.why_en


def test_weeks_are_written_down_once_and_kept() -> None:
    process, team = process_in_force(), Team()
    case = worked(process, team, opened=NOW, hours=(1, 2))

    first, second = keep_weeks(process, at=NOW + WEEK), keep_weeks(process, at=NOW + WEEK)
    three_later = keep_weeks(process, at=NOW + 4 * WEEK)

    assert (first, second, three_later) == (1, 0, 3)
    week = WeekFigures.objects.get(monday=date(2026, 3, 2))
    assert (week.data["closed"], week.data["median_hours"], case.closes) == (1, 2.0, case.closes)
    with pytest.raises(DatabaseError), transaction.atomic():
        WeekFigures.objects.filter(pk=week.pk).update(content="{}")


def test_a_process_that_cannot_be_watched_stops_no_other_and_loses_no_week() -> None:
    broken, process, team = process_in_force("broken"), process_in_force(), Team()
    WeekFigures.objects.create(process=broken, monday=date(2026, 2, 23), content="{}", made_at=NOW)
    for number in range(20):
        worked(process, team, opened=NOW + number % 4 * WEEK + number // 4 * timedelta(days=1), hours=(0.2, 4.5))
        if number < 4:
            worked(broken, team, opened=NOW + number * WEEK, hours=(0.2, 0.4))

    planned = watch(at=NOW + 4 * WEEK)

    assert [row.process for row in planned] == [process]
    # What was new is still new when the cause is mended.
    assert WeekFigures.objects.filter(process=broken).count() == 1


def test_nothing_new_asks_nothing() -> None:
    process_in_force()

    assert watch(at=NOW + timedelta(hours=1)) == []
    assert mondays(date(2026, 3, 4), date(2026, 3, 16)) == [date(2026, 3, 2), date(2026, 3, 9)]
    assert mondays(date(2026, 3, 2), date(2026, 3, 2)) == []


def test_a_process_without_a_version_in_force_is_not_planned_specially() -> None:
    process = released(code="ended", valid_until=NOW + WEEK).process

    with pytest.raises(DomainError) as refusal:
        special(process)

    assert refusal.value.field == "process"
