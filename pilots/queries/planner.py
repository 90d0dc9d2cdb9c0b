"""How many cases a pilot needs to see what matters, and whether its weeks bring so many (F38)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from cases.queries.facts import CaseFacts, facts_of
from cases.queries.indicators import Durations, Share, measure
from pilots.models import Criterion, Pilot
from pilots.queries.cases import cases_before, chosen_of
from pilots.queries.comparison import in_parts, known_before
from procstd.calendars.domain.workdays import standard_workdays
from procstd.estimates.planning import effect_of_durations, effect_of_rates, needed_cases, power_of

POWER = 0.8
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Need:
    """What one criterion asks for. None where the cases before do not tell, or no number would do."""

    criterion: Criterion
    cases: int | None
    #: How often the cases that are expected would show the change, in parts of 1.
    power: float | None
    n_before: int
    is_known: bool


@dataclass(frozen=True)
class Plan:
    """The needs of all criteria beside what the window brings."""

    needs: list[Need]
    #: None: neither recorded cases nor the survey tell how often they come.
    expected: int | None
    most: int
    #: Whether it is the survey that tells: of every department it looked at, not of the chosen ones alone.
    is_of_survey: bool = False

    @property
    def reachable(self) -> int:
        """How many cases the pilot can have: what the weeks bring, and no more than planned."""
        return self.most if self.expected is None else min(self.expected, self.most)

    @property
    def short(self) -> list[Need]:
        """Return the criteria that the window cannot answer."""
        return [row for row in self.needs if row.is_known and (row.cases is None or row.cases > self.reachable)]


def plan_of(pilot: Pilot, *, at: datetime) -> Plan:
    """Reckon it from the cases before, in the chosen departments, or from those of the survey. Constant queries."""
    facts = list(facts_of(cases_before(pilot, chosen_of(pilot)), at=at))
    criteria = list(pilot.criteria.select_related("baseline"))
    workdays = standard_workdays()

    def days(first: date, until: date) -> int:
        """Return the working days of a period, at least one. ``until`` no longer belongs to it."""
        return max(1, workdays.count(first, until - _DAY))

    recorded = len(facts) / days(pilot.before_from, pilot.before_until)
    surveyed = [row.n / days(row.period_from, row.period_until) for row in (one.baseline for one in criteria) if row]
    a_day = recorded or max(surveyed, default=0.0)
    expected = round(a_day * days(pilot.period_from, pilot.period_until)) if a_day else None
    plan = Plan([], expected, pilot.cases_most, is_of_survey=not recorded)
    return replace(plan, needs=[_need(row, _before(row, facts), plan.reachable) for row in criteria])


def _before(row: Criterion, facts: Sequence[CaseFacts]) -> Durations | Share:
    """Return what the pilot will be compared with: the survey's cases where they are known, else the recorded ones."""
    known = None
    if row.baseline is not None and row.point is not None:
        known = known_before(row.baseline, in_parts(row, row.point), is_duration=row.measured.is_duration)
    return known or measure(row.indicator, facts, step=row.step)


def _need(row: Criterion, before: Durations | Share, expected: int) -> Need:
    change = in_parts(row, row.minimum_effect) * (-1 if row.lower_is_better else 1)
    if isinstance(before, Durations):
        effect = effect_of_durations(before.hours, change=change)
        count, is_rate = before.n, False
    else:
        effect = effect_of_rates(before.rate, change=change) if before.rate is not None else None
        count, is_rate = before.n, True
    if effect is None or count < 2:
        return Need(row, None, None, count, is_known=False)
    return Need(
        row, needed_cases(effect, power=POWER, before=count, is_rate=is_rate),
        power_of(effect, cases=expected, before=count, is_rate=is_rate), count, is_known=True,
    )  # fmt: skip
