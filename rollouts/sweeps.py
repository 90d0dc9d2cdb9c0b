"""What beat presses for rollouts: ask and remind, release waves. Each may run twice, or late."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from procstd.health.beats import sweep
from rollouts.domain.reminding import ask_for_confirmations
from rollouts.domain.training import remind_of_trainings
from rollouts.domain.waves import release_due_waves


@shared_task
@sweep("confirmations", every_seconds=3600)
def ask_who_has_not_confirmed() -> None:
    """Ask for confirmations, remind of them, tell heads (F46)."""
    ask_for_confirmations(at=timezone.now())


@shared_task
@sweep("trainings", every_seconds=3600)
def remind_of_coming_trainings() -> None:
    """Remind those invited, the day before (H2.4.2)."""
    remind_of_trainings(at=timezone.now())


@shared_task
@sweep("waves", every_seconds=300)
def release_waves() -> None:
    """Release the waves whose day has come (H2.5.1)."""
    release_due_waves(at=timezone.now())
