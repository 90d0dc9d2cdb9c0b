"""The weeks of a process in figures: cases by the week in which they were closed (H2.6.2).

Read as a stream: of each case a few numbers stay, so that a hundred thousand cases take no more memory than their
hours. Weeks begin on Monday where the house is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.queries.facts import CaseFacts
from cases.queries.indicators import SATISFIED
from procstd.estimates.alarms import false_alarm_of_medians, false_alarm_of_shares
from procstd.moments import house_monday

WEEK = timedelta(weeks=1)


def closed_in(process: int, since: datetime, until: datetime) -> CaseQuerySet:
    """Return the cases of a process that were closed last in a half-open period, practice left out."""
    return Case.objects.filter(process=process, finished__gte=since, finished__lt=until).in_figures()


@dataclass
class Week:
    """One week: counts, and the hours of each closed case."""

    hours: list[float] = field(default_factory=list)
    right: int = 0
    rated: int = 0
    satisfied: int = 0
    breached: int = 0
    #: By step: in how many cases it was done, in how many of them its limit was exceeded.
    done: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)

    def add(self, row: CaseFacts) -> None:
        """Count one closed case."""
        self.hours.append(row.cycle_s / 3600)
        self.right += row.is_first_time_right
        self.breached += bool(row.breached)
        if row.rating is not None:
            self.rated += 1
            self.satisfied += row.rating >= SATISFIED
        steps = {run.step for run in row.runs}
        self.done.update(steps)
        self.late.update(steps & row.breached)

    @property
    def closed(self) -> int:
        return len(self.hours)

    def as_data(self) -> dict[str, Any]:
        """Return it as it is kept: counts, and the median of the hours."""
        return {
            "closed": self.closed,
            "median_hours": round(median(self.hours), 2) if self.hours else None,
            "right": self.right, "rated": self.rated, "satisfied": self.satisfied, "breached": self.breached,
            "steps": {key: [self.late[key], self.done[key]] for key in sorted(self.done)},
        }  # fmt: skip


def by_week(facts: Iterable[CaseFacts]) -> dict[date, Week]:
    """Return the weeks in which *facts* were closed. Cases that are open are left out."""
    weeks: dict[date, Week] = {}
    for row in facts:
        if row.closed_at is not None and not row.is_open:
            weeks.setdefault(house_monday(row.closed_at), Week()).add(row)
    return weeks


def mondays(since: date, until: date) -> list[date]:
    """Return the Mondays of the weeks that a half-open period of days touches."""
    first = since - timedelta(days=since.weekday())
    return [first + WEEK * number for number in range(max(0, -((first - until) // WEEK)))]


EMPTY: Mapping[str, Any] = Week().as_data()


def rate(hits: int, n: int) -> float | None:
    """Return a share; None of nothing."""
    return hits / n if n else None


@dataclass(frozen=True)
class Series:
    """What a chart is drawn of: the value of a week's data, of how many cases, and what it can be."""

    value: Callable[[Mapping[str, Any]], float | None]
    size: Callable[[Mapping[str, Any]], int]
    #: How often a steady process with as many cases gives a signal: of values and sizes.
    false_alarm: Callable[[Sequence[float | None], Sequence[int]], float]
    least: float | None = 0.0
    most: float | None = 1.0


def _share(hits: Callable[[Mapping[str, Any]], int], of: str) -> Series:
    return Series(lambda week: rate(hits(week), week[of]), lambda week: week[of], false_alarm_of_shares)


#: The series that charts are drawn of.
SERIES: dict[str, Series] = {
    "cycle": Series(
        lambda week: week["median_hours"], lambda week: week["closed"], false_alarm_of_medians, most=None
    ),
    "errors": _share(lambda week: week["closed"] - week["right"], "closed"),
    "satisfaction": _share(lambda week: week["satisfied"], "rated"),
    "breaches": _share(lambda week: week["breached"], "closed"),
}  # fmt: skip
