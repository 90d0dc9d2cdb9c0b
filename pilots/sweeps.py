"""What beat presses for pilots: actions that are late, weeks that are over. It may run twice, or late."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.utils import timezone

from pilots.domain.running import remind_of_late_actions, tell_of_ended_periods
from procstd.alone import acts_alone
from procstd.health.beats import sweep


@shared_task
@sweep("late actions of pilots", every_seconds=3600)
def remind_late_actions() -> None:
    """Remind owners once of what they agreed on and have not done, and leaders of pilots that are over (H2.4.3)."""
    now = timezone.now()
    acts_alone(partial(remind_of_late_actions, at=now), partial(tell_of_ended_periods, at=now))
