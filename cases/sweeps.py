"""What beat presses for cases: fire clocks, end holds, watch over both, report. Each may run twice, or late."""

from __future__ import annotations

import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cases.domain.clocks import watching
from cases.domain.clocks.announcing import announce
from cases.domain.clocks.firing import fire_due
from cases.domain.clocks.holding import end_expired_holds
from cases.domain.reports import make_missing_reports
from cases.domain.satisfaction_mails import mail_request, requests_to_mail
from cases.domain.sealing import seal_if_due
from procstd.health.beats import sweep

#: A sweep goes on while there is work, but gives other work of the worker a turn.
_SECONDS_MOST = 20.0


@shared_task
@sweep("clocks", every_seconds=settings.SWEEP_SECONDS)
def fire_clocks() -> None:
    """Fire what is due, then write the notices. Any number of workers may do it at the same time (W6)."""
    until = time.monotonic() + _SECONDS_MOST
    while time.monotonic() < until and fire_due().clocks:
        continue
    while time.monotonic() < until and announce(at=timezone.now()):
        continue


@shared_task
def mail_satisfaction_request(request_id: int) -> None:
    """Mail a customer the question about a case that was just closed."""
    mail_request(request_id, at=timezone.now())


@shared_task
@sweep("satisfaction", every_seconds=60)
def mail_waiting_requests() -> None:
    """Mail what was not mailed at once."""
    for request_id in requests_to_mail(at=timezone.now()):
        mail_request(request_id, at=timezone.now())


@shared_task
@sweep("holds", every_seconds=60)
def end_holds() -> None:
    """Let cases go on whose longest hold is over."""
    end_expired_holds(at=timezone.now())


@shared_task
@sweep("clock audit", every_seconds=60)
def watch_clocks() -> None:
    """Count what must never be; anything but 0 fails this sweep, which /healthz and the page of clocks show."""
    counters = watching.count(at=timezone.now())
    if not counters.is_right:
        raise watching.ClocksOutOfOrder(str(counters))


@shared_task
@sweep("clock repair", every_seconds=300)
def repair_clocks() -> None:
    """Derive anew what clocks have lost."""
    watching.put_right(at=timezone.now())


@shared_task
@sweep("seals", every_seconds=3600)
def seal_cases() -> None:
    """Seal the chains once a day, outside of the database (S9)."""
    seal_if_due(at=timezone.now())


@shared_task
@sweep("exception reports", every_seconds=3600)
def make_exception_reports() -> None:
    """Make the report of each week that is over and has none, and tell those who want it (F68)."""
    make_missing_reports(at=timezone.now())
