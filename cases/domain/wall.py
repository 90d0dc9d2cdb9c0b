"""The wall 看板: what is overdue, due today and on hold, for people who look at it all day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from cases.domain.clocks.showing import Reading, ready
from cases.queries.wall import Cell, Places, Tally, cases_overdue, cells_of, groups_for, most_urgent
from procstd.organisation.models import Department, Post


@dataclass(frozen=True)
class Urgent(Reading):
    """A running clock of a task as the wall lists it."""

    post: Post | None
    department: Department

    @property
    def state(self) -> str:
        """What templates/components/clock.html draws."""
        if self.is_overdue:
            return "overdue"
        return "warning" if self.clock.fired else "running"


@dataclass(frozen=True)
class Wall:
    """All that the wall shows at a moment."""

    at: datetime
    tally: Tally
    cases_overdue: int
    cells: list[Cell]
    urgent: list[Urgent]
    departments: list[Department]
    department: Department | None


def wall_for(user: Any, *, at: datetime, department: str = "") -> Wall:
    """Return the wall that *user* sees, of all departments or of the one with a code. Today is the reader's."""
    day_ends = datetime.combine(user.today + timedelta(days=1), time.min, user.zone)
    groups = groups_for(user, now=at, day_ends=day_ends)
    places = Places(groups, user)
    homes = {(group.step, group.department): places.department(group.step, group.department) for group in groups}
    known = sorted({row.pk: row for row in homes.values()}.values(), key=lambda row: row.code)
    chosen = next((row for row in known if row.code == department), None)
    shown = [group for group in groups if chosen in (None, homes[group.step, group.department])]
    tally = Tally()
    for group in shown:
        tally.add(group.tally)
    urgent = []
    for clock in ready(most_urgent(user, shown if chosen else None)):
        if clock.task is None or clock.task.step_id is None:
            continue
        step = clock.task.step_id
        urgent.append(Urgent(clock, at, places.post(step), places.department(step, clock.case.department_id)))
    return Wall(at, tally, cases_overdue(user, now=at), cells_of(shown, places), urgent, known, chosen)
