"""The Celery side of deliveries: the sweep that finds what is due, and the wake-up after commit."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from procstd.health.beats import sweep
from procstd.notices.domain.clearing import clear_old
from procstd.notices.domain.delivering import deliver_due

#: A worker has other work too: after so long the next round goes on.
_ROUND = timedelta(seconds=20)
#: Longer than a batch of attempts that all time out; whatever hangs longer fails its row and backs off.
_HANGS_AFTER = 240


@shared_task(soft_time_limit=_HANGS_AFTER)
def deliver_now() -> None:
    """Send what is due, woken by who told something. A lost wake-up costs the time to the next sweep."""
    deliver_due(until=timezone.now() + _ROUND)


@shared_task(soft_time_limit=_HANGS_AFTER)
@sweep("deliveries", every_seconds=settings.SWEEP_SECONDS)
def deliver_what_is_due() -> None:
    """Send what is due. Two at once share the work: each claims its own rows."""
    deliver_due(until=timezone.now() + _ROUND)


@shared_task
@sweep("old notices", every_seconds=3600)
def clear_old_notices() -> None:
    """Clear what was read or settled long ago."""
    clear_old(at=timezone.now())
