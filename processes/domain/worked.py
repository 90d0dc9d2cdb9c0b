"""When something with a limit would be due: worked examples for whoever writes the limit (R1 to R5, R15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Limit
from procstd import worktime
from procstd.calendars.domain.current import Current
from procstd.errors import DomainError

#: Shows best what distinguishes the kinds: an hour before the weekend.
_LATE = time(17)
_FRIDAY = 4


@dataclass(frozen=True)
class Example:
    """A start and the due time that follows, both in the calendar's zone."""

    start: datetime
    due: datetime
    is_provisional: bool
    is_now: bool = False


def due_at(limit: Limit, start: datetime, calendar: worktime.Calendar) -> datetime:
    """Return when something that began at *start* is due, in UTC. Raises worktime.BeyondHorizon."""
    if limit.kind == "elapsed":
        try:
            due = worktime.elapsed(start, limit.budget)
        except OverflowError as error:
            raise worktime.BeyondHorizon(f"{limit.budget} s from {start.isoformat()} is no date.") from error
        if due.year > calendar.last.year:
            raise worktime.BeyondHorizon(f"{due.isoformat()} is not before {calendar.last}.")
        return due
    if limit.kind == "working":
        return calendar.add(start, limit.budget)
    return calendar.nth_close(start, limit.budget)


def examples_of(limit: Limit, current: Current, *, at: datetime) -> list[Example]:
    """Return *limit* worked out from *at*, and from the next Friday at 17:00 there.

    Refuses a limit of which the calendar does not see the end.
    """
    calendar = current.time
    try:
        return list(_worked(limit, current, at))
    except worktime.BeyondHorizon as error:
        message = _("So long a limit cannot be worked out: the calendar ends with the year %(year)d.")
        raise DomainError(message % {"year": calendar.last.year}) from error


def _worked(limit: Limit, current: Current, at: datetime) -> Iterator[Example]:
    here = at.astimezone(current.time.zone)
    friday = datetime.combine(here.date() + timedelta(days=(_FRIDAY - here.weekday()) % 7), _LATE, tzinfo=here.tzinfo)
    if friday <= here:
        friday += timedelta(days=7)
    for start in (here, friday):
        due = due_at(limit, start, current.time)
        yield Example(start, due.astimezone(here.tzinfo), current.is_provisional(due), is_now=start == here)
