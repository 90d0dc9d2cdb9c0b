"""How far a pilot is: cases against 10 to 15, days against 2 to 4 weeks, what is open (H2.4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cases.models.case import Status
from pilots.models import Action, Pilot
from pilots.queries.cases import pilot_cases
from procstd.calendars.domain.workdays import standard_workdays


@dataclass(frozen=True)
class Progress:
    """Counts of a pilot *on* a day."""

    on: date
    cases: int
    closed: int
    least: int
    most: int
    day: int
    days: int
    meetings: int
    weeks: int
    checks: int
    issues: int
    proposals: int
    actions_open: int
    actions_late: int

    @property
    def cases_percent(self) -> int:
        """Of the cases wanted at least, as a bar shows it."""
        return min(100, round(100 * self.cases / self.least)) if self.least else 100

    @property
    def days_percent(self) -> int:
        return min(100, round(100 * self.day / self.days)) if self.days else 100

    @property
    def has_enough(self) -> bool:
        return self.cases >= self.least

    @property
    def is_overdue(self) -> bool:
        """Tell whether the period is over."""
        return self.day >= self.days

    @property
    def lacks_meetings(self) -> bool:
        """Tell whether a week went by without a meeting."""
        return self.meetings < self.weeks


def progress_of(pilot: Pilot, *, at: datetime) -> Progress:
    """Count it. Six statements."""
    on = standard_workdays().today(at)
    statuses = list(pilot_cases(pilot).filter(created__lte=at).values_list("status", flat=True))
    begun = standard_workdays().today(pilot.begun_at) if pilot.begun_at else pilot.period_from
    days = (pilot.period_until - begun).days
    day = min(days, max(0, (on - begun).days)) if pilot.begun_at else 0
    meetings = list(pilot.meetings.values_list("pk", flat=True))
    due = list(Action.objects.filter(meeting__in=meetings, done_at=None).values_list("due_on", flat=True))
    proposals = list(pilot.issues.values_list("proposal_zh", "proposal_en"))
    return Progress(
        on=on, cases=len(statuses), closed=sum(status == Status.DONE for status in statuses), least=pilot.cases_least,
        most=pilot.cases_most, day=day, days=days, meetings=len(meetings), weeks=day // 7,
        checks=pilot.checks.count(), issues=len(proposals), proposals=sum(any(row) for row in proposals),
        actions_open=len(due), actions_late=sum(day < on for day in due),
    )  # fmt: skip
