"""What is known of a process in a period: the evidence of an evaluation (H2.6.2, F82)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Q

from cases.models import Case
from cases.models.case import Status
from cases.queries.facts import CaseFacts, facts_of
from improvements.models import Suggestion
from improvements.queries.evidence_audits import findings_of
from improvements.queries.weeks import EMPTY, SERIES, Week, by_week, closed_in, mondays
from processes.domain.parsing import parse
from processes.domain.variants.inheriting import newest_definition
from processes.models import Process, Release
from processes.models.release import DefinitionBroken
from procstd.bilingual import SUFFIXES
from procstd.estimates.control import chart_of
from procstd.moments import house_day, house_midnight
from surveys.queries.results import LEAST

#: Says how far the reading is: so many cases of so many.
Advance = Callable[[int, int], None]


def evidence_of(process: Process, since: date, until: date, *, at: datetime, advance: Advance) -> dict[str, Any]:
    """Return the evidence of the half-open period of days as data for canonical JSON, as it is *at* a moment.

    Cases count in the period in which they were closed last. They are read as a stream.
    """
    begin, end = house_midnight(since), house_midnight(until)
    cases = closed_in(process.pk, begin, end)
    weeks = by_week(_watched(facts_of(cases, at=at), cases.count(), advance))
    rows = [{"monday": day.isoformat(), **(weeks[day].as_data() if day in weeks else EMPTY)}
            for day in mondays(since, until)]  # fmt: skip
    whole = whole_of(weeks.values())
    return {
        "process": {"code": process.code, "zh": process.name_zh, "en": process.name_en},
        "period": {"from": since.isoformat(), "until": until.isoformat()},
        "versions": _versions(process, begin, end),
        "cases": {
            "closed": whole["closed"],
            "opened": Case.objects.filter(process=process, created__gte=begin, created__lt=end).in_figures().count(),
            "open": Case.objects.filter(process=process, status=Status.NEW).in_figures().count(),
        },
        "totals": whole, "weeks": rows, "charts": charts_of(rows), "steps": _steps(process, whole["steps"]),
        "suggestions": _suggestions(process, since, until, at), "findings": findings_of(process, begin, end),
    }  # fmt: skip


def _watched(facts: Iterable[CaseFacts], total: int, advance: Advance) -> Iterator[CaseFacts]:
    advance(0, total)
    for number, row in enumerate(facts, 1):
        yield row
        if number % 500 == 0:
            advance(number, total)


def whole_of(weeks: Iterable[Week]) -> dict[str, Any]:
    """Return all weeks together, the median of all hours among them."""
    whole = Week()
    for week in weeks:
        whole.hours += week.hours
        whole.done += week.done
        whole.late += week.late
        for name in ("right", "rated", "satisfied", "breached"):
            setattr(whole, name, getattr(whole, name) + getattr(week, name))
    data = whole.as_data()
    data["median_hours"] = round(median(whole.hours), 2) if whole.hours else None
    return data


def charts_of(weeks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the control chart of each series over *weeks*; None where too few weeks have a value."""
    found: dict[str, Any] = {}
    for name, series in SERIES.items():
        values, sizes = [series.value(week) for week in weeks], [series.size(week) for week in weeks]
        chart = chart_of(values, least=series.least, most=series.most)
        found[name] = asdict(replace(chart, false_alarm=series.false_alarm(values, sizes))) if chart else None
    return found


def _versions(process: Process, begin: datetime, end: datetime) -> list[dict[str, str]]:
    """Return the versions that were in force in the period, the oldest first."""
    rows = Release.objects.filter(process=process, valid_from__lt=end).filter(
        Q(valid_until=None) | Q(valid_until__gt=begin)
    )
    since: dict[str, datetime] = {}
    for row in rows.select_related("definition__revision").defer("definition__content").order_by("valid_from"):
        since.setdefault(f"V{row.definition.revision.number}", row.valid_from)
    return [{"version": version, "since": moment.isoformat()} for version, moment in since.items()]


def _steps(process: Process, counted: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Return each step with how often it was late and done, the latest first; named by the newest version."""
    names: dict[str, dict[str, str]] = {}
    newest = newest_definition(process)
    if newest is not None:
        try:
            standard = parse(newest.load())
            names = {step.key: {suffix: f"{step.number} {getattr(step.title, suffix) or step.title.en}"
                                for suffix in SUFFIXES.values()} for step in standard.steps}  # fmt: skip
        except DefinitionBroken:
            names = {}
    rows = [
        {"key": key, **names.get(key, {"zh": key, "en": key}), "late": late, "done": done}
        for key, (late, done) in counted.items()
    ]
    return sorted(rows, key=lambda row: (-row["late"], row["key"]))


def _suggestions(process: Process, since: date, until: date, at: datetime) -> dict[str, Any]:
    """Return the suggestions of the period by state, and each with its proposal.

    Anonymous ones only of months that are over, and only where there are at least five (A6, A8): evidence tells the
    moment at which it was gathered, so that one more in it than in the evidence before could be dated.
    """
    named = Q(suggested_at__gte=house_midnight(since), suggested_at__lt=house_midnight(until))
    this_month = house_day(at).replace(day=1)
    anonymous = Q(is_anonymous=True, month__gte=since, month__lt=min(until, this_month))
    rows = list(Suggestion.objects.filter(named | anonymous, process=process).order_by("number"))
    if sum(row.is_anonymous for row in rows) < LEAST:
        rows = [row for row in rows if not row.is_anonymous]
    return {
        "by_state": dict(sorted(Counter(row.state for row in rows).items())),
        "rows": [{"number": row.number, "state": row.state, "proposal": row.proposal[:200]} for row in rows],
    }
