"""What beat presses for improvements: plan evaluations, remind, watch weeks, settle suggestions, measure effects."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.urls import reverse
from django.utils import timezone

from improvements.domain.effects import measure_due
from improvements.domain.handling import settle_effective, tell_waiting
from improvements.domain.planning import plan_regular, remind_overdue
from improvements.domain.watching import watch
from improvements.notices import holders_of
from procstd.alone import acts_alone
from procstd.health.beats import sweep
from procstd.roles import Role


@shared_task
@sweep("evaluations", every_seconds=3600)
def plan_evaluations() -> None:
    """Plan what is due by the calendar, and remind of what is overdue (F82)."""
    now = timezone.now()
    acts_alone(partial(plan_regular, at=now), partial(remind_overdue, at=now))


@shared_task
@sweep("weeks of processes", every_seconds=3600)
def watch_processes() -> None:
    """Write down weeks that are over, and plan evaluations where they say so (F82)."""
    watch(at=timezone.now())


@shared_task
@sweep("suggestions", every_seconds=600)
def settle_suggestions() -> None:
    """Say of adopted suggestions that they are in force, and once a week how many wait (F80)."""
    now = timezone.now()

    def tell_of_new() -> None:
        tell_waiting(holders_of(Role.PROCESS_SPECIALIST), reverse("improvements:home") + "?state=new", at=now)

    acts_alone(partial(settle_effective, at=now), tell_of_new)


@shared_task
@sweep("effects of versions", every_seconds=3600)
def measure_effects() -> None:
    """Measure what versions brought, some weeks after they took effect (F81)."""
    measure_due(at=timezone.now())
