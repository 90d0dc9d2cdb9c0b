"""What beat presses for audits: reminders of corrective actions. It may run twice, or late."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.utils import timezone

from audits.domain.measures import remind_of_effects, remind_of_measures
from procstd.alone import acts_alone
from procstd.health.beats import sweep


@shared_task
@sweep("corrective actions", every_seconds=3600)
def remind_of_corrective_actions() -> None:
    """Remind of corrective actions that are due, and of effects to be checked (F76)."""
    now = timezone.now()
    acts_alone(partial(remind_of_measures, at=now), partial(remind_of_effects, at=now))
