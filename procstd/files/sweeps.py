"""Housekeeping of files."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from procstd.files.domain.removing import remove_bytes_without_row, remove_unused_before
from procstd.health.beats import sweep

#: An upload that nothing came to own within a day was given up.
UNUSED_AFTER = timedelta(days=1)


@shared_task
@sweep("files", every_seconds=3600)
def remove_unused_files() -> None:
    """Remove uploads that belong to nothing, and bytes that no row names."""
    given_up = timezone.now() - UNUSED_AFTER
    remove_unused_before(given_up)
    remove_bytes_without_row(given_up)
