"""The Celery side of jobs: a message with a number, and the sweep that finds what was missed."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from procstd.health.beats import sweep
from procstd.jobs.domain.running import claim, run_claimed, waiting_job_ids


@shared_task
def run_job(job_id: int) -> None:
    """Run a job unless somebody does already; a message delivered twice finds nothing to claim."""
    job = claim(job_id, at=timezone.now())
    if job is not None:
        run_claimed(job)


@shared_task
@sweep("jobs", every_seconds=settings.SWEEP_SECONDS)
def take_up_waiting_jobs() -> None:
    """Wake a worker for each job that nobody works on. Sent twice, only one claim succeeds."""
    for job_id in waiting_job_ids(at=timezone.now()):
        run_job.apply_async([job_id])
