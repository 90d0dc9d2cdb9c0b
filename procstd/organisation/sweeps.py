"""Housekeeping of people."""

from celery import shared_task
from django.utils import timezone

from procstd.health.beats import sweep
from procstd.organisation.models import Session


@shared_task
@sweep("sessions", every_seconds=3600)
def clear_ended_sessions() -> None:
    """Delete sessions that have expired."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
