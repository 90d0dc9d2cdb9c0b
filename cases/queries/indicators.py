"""What is measured of a process: a figure of many cases, with its numbers (H2.4.3, F40, F82)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.queries.facts import CaseFacts

#: A customer who gives so many of five points is satisfied.
SATISFIED = 4


@dataclass(frozen=True)
class Indicator:
    """A figure: durations in working hours, or a share of cases."""

    code: str
    title: Any
    #: What it counts, in a sentence.
    meaning: Any
    unit: Any
    is_duration: bool
    lower_is_better: bool
    needs_step: bool = False


@dataclass(frozen=True)
class Durations:
    """Working hours of what has ended; of what is still open the hours so far: it takes at least so long."""

    hours: list[float] = field(default_factory=list)
    open_hours: list[float] = field(default_factory=list)

    @property
    def n(self) -> int:
        return len(self.hours) + len(self.open_hours)


@dataclass(frozen=True)
class Share:
    """So many of so many cases."""

    hits: int
    n: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.n if self.n else None


_HOURS, _PERCENT = _("working hours"), "%"
INDICATORS: dict[str, Indicator] = {
    row.code: row
    for row in (
        Indicator("cycle", _("Cycle time"), _("Working hours from opening to close."), _HOURS, True, True),
        Indicator("step", _("Duration of a step"), _("Working hours in which the step was at work, all its runs "
                  "together."), _HOURS, True, True, needs_step=True),
        Indicator("first_time_right", _("First time right"), _("Closed cases in which no step was done twice and that "
                  "were closed once."), _PERCENT, False, False),
        Indicator("breaches", _("Overdue"), _("Closed cases in which a limit was exceeded."), _PERCENT, False, True),
        Indicator("satisfaction", _("Satisfaction"), _("Rated cases with 4 or 5 points of 5."), _PERCENT, False, False),
        Indicator("accuracy", _("Accuracy of a step"), _("Closed cases in which the step's work was right the first "
                  "time: nobody sent it back."), _PERCENT, False, False, needs_step=True),
    )
}  # fmt: skip


def measure(code: str, facts: Iterable[CaseFacts], *, step: str = "") -> Durations | Share:
    """Return an indicator of cases; *step* is the key that those of a step ask for.

    Raises KeyError for a code that is no indicator's.
    """
    if INDICATORS[code].is_duration:
        return _durations(facts, step if code == "step" else "")
    hits = n = 0
    for row in facts:
        held = _holds(code, row, step)
        if held is not None:
            n, hits = n + 1, hits + held
    return Share(hits, n)


def _durations(facts: Iterable[CaseFacts], step: str) -> Durations:
    found = Durations()
    for row in facts:
        if not step:
            seconds, is_open = row.cycle_s, row.is_open
        else:
            runs = row.runs_of(step)
            if not runs:
                continue
            seconds, is_open = sum(run.working_s for run in runs), any(run.ended_at is None for run in runs)
        (found.open_hours if is_open else found.hours).append(seconds / 3600)
    return found


def _holds(code: str, row: CaseFacts, step: str) -> bool | None:
    """Tell whether a case counts as a hit; None if it is not asked about."""
    if code == "satisfaction":
        return None if row.rating is None else row.rating >= SATISFIED
    if row.is_open or row.closed_at is None:
        return None
    if code == "first_time_right":
        return row.is_first_time_right
    if code == "breaches":
        return bool(row.breached)
    done = [run for run in row.runs_of(step) if run.ended_at is not None and not run.is_send_back]
    return len(done) == 1 if done else None
