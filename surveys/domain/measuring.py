"""What was measured becomes the observed duration of a step: the median of its laps, with their number (F07)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from procstd import history
from procstd.calendars.domain.current import Snapshot, snapshot
from procstd.worktime import BeyondHorizon
from surveys.domain.diagnosis.locking import locked
from surveys.domain.starting import refuse_if_ended
from surveys.models import AsIsStep, Lap, Survey


@dataclass(frozen=True)
class Measured:
    """A step with the working minutes of its laps."""

    step: AsIsStep
    minutes: tuple[int, ...]

    @property
    def n(self) -> int:
        return len(self.minutes)

    @property
    def median(self) -> int:
        return int(median(self.minutes) + 0.5)

    @property
    def is_taken_over(self) -> bool:
        return (self.step.observed_minutes, self.step.observed_n) == (self.median, self.n)


def measured_minutes(laps: Iterable[Lap]) -> dict[int, int]:
    """Return the minutes of each lap that is over, by its key.

    A lap within one day lasts as long as the stopwatch ran. One that goes over a night counts the working
    time of the department's calendar only: a survey's durations are working time. A lap is a minute at least.
    Each lap comes with its observation.
    """
    known: Snapshot | None = None
    found = {}
    for lap in laps:
        if lap.stopped_at is None:
            continue
        seconds = lap.seconds or 0
        if timezone.localdate(lap.started_at) != timezone.localdate(lap.stopped_at):
            known = known or snapshot()
            calendar = known.for_department(lap.observation.department_id)
            try:
                seconds = calendar.time.between(lap.started_at, lap.stopped_at)
            except BeyondHorizon:
                continue
        found[lap.pk] = max(1, int(seconds / 60 + 0.5))
    return found


def measured_steps(survey: Survey) -> list[Measured]:
    """Return the steps of a survey that were measured, in their order. Two statements, three where a night passed."""
    laps = list(Lap.objects.counted().filter(observation__survey=survey).select_related("observation"))
    minutes = measured_minutes(laps)
    by_step: dict[int, list[int]] = defaultdict(list)
    for lap in laps:
        if lap.pk in minutes and lap.step_id is not None:
            by_step[lap.step_id].append(minutes[lap.pk])
    steps = AsIsStep.objects.filter(survey=survey).in_order()
    return [Measured(step, tuple(sorted(by_step[step.pk]))) for step in steps if by_step[step.pk]]


@transaction.atomic
def take_over(survey: Survey, *, by: Any, at: datetime) -> int:
    """Write what was measured to the steps, as observed. Returns how many steps changed by it."""
    survey = locked(survey)
    refuse_if_ended(survey)
    changed = []
    for row in measured_steps(survey):
        if not row.is_taken_over:
            row.step.observed_minutes, row.step.observed_n = row.median, row.n
            changed.append(row.step)
    history.save_many(
        changed, by=by, reason=gettext_noop("Measured by observation"), fields=["observed_minutes", "observed_n"]
    )
    return len(changed)


def taken_over(survey: Survey) -> list[Measured]:
    """Return the steps whose observed duration is what was measured: what they hold goes when no lap is left."""
    return [row for row in measured_steps(survey) if row.is_taken_over]


def clear_unmeasured(survey: Survey, held: list[Measured], *, by: Any) -> None:
    """Clear the observed duration of the steps in *held* that no lap measures any more."""
    still = {row.step.pk for row in measured_steps(survey)} if held else set()
    cleared = [row.step for row in held if row.step.pk not in still]
    for step in cleared:
        step.observed_minutes = step.observed_n = None
    history.save_many(
        cleared, by=by, reason=gettext_noop("Measured no more"), fields=["observed_minutes", "observed_n"]
    )
