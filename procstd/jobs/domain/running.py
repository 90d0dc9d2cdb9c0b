"""Start, run, take up again and cancel jobs."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled, in_each_language
from procstd.errors import DomainError
from procstd.jobs.kinds import kind_named
from procstd.jobs.models import Job, State
from procstd.logs import log
from procstd.queueing import wake

#: The Celery task that runs a job, by name: it stands above this module (procstd/jobs/sweeps.py).
RUN_JOB = "procstd.jobs.sweeps.run_job"
MOST_ATTEMPTS = 3
#: Progress is written at most so often: every write is a transaction.
_TELL_EVERY = timedelta(milliseconds=400)


class Cancelled(Exception):
    """The owner asked the job to stop."""


class LostLease(Exception):
    """Another worker took the job up; this one must stop without a trace."""


class Run:
    """One attempt at a job, as its work sees it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.facts: dict[str, Any] = job.facts
        self.checkpoint: dict[str, Any] = job.checkpoint
        self._told_at: datetime | None = None

    def advance(self, done: int, *, total: int | None = None) -> None:
        """Report progress and sign of life. Raises Cancelled or LostLease when the work must end.

        Call it outside transactions: what is written inside one nobody sees before its end.
        """
        now = timezone.now()
        if self._told_at is not None and now - self._told_at < _TELL_EVERY and total is None:
            return
        self._told_at = now
        self._write(done=done, seen_alive_at=now, **({} if total is None else {"total": total}))

    def save_checkpoint(self, **where: Any) -> None:
        """Keep how far the work is, for the attempt after a crash."""
        self.checkpoint = {**self.checkpoint, **where}
        self._write(checkpoint=self.checkpoint, seen_alive_at=timezone.now())

    def _write(self, **columns: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, lease=self.job.lease, state=State.RUNNING)
        if not mine.filter(cancel_asked=False).update(**columns):
            raise Cancelled if mine.exists() else LostLease


def start_job(kind: str, *, owner: Any, at: datetime, **facts: Any) -> Job:
    """Put a job in the queue and wake a worker after commit."""
    if kind_named(kind) is None:
        raise ValueError(f"No kind of job is named {kind!r}.")
    job = Job.objects.create(kind=kind, owner=owner, facts=facts, created_at=at)
    wake(RUN_JOB, job.pk)
    return job


@transaction.atomic
def start_once(kind: str, *, owner: Any, at: datetime, **facts: Any) -> Job:
    """Return the job of *owner* that waits or runs with the same facts; else start it. Two clicks are one job."""
    # Of two clicks at once the second waits, and finds the first.
    get_user_model().objects.select_for_update().get(pk=owner.pk)
    mine = Job.objects.filter(owner=owner).unfinished().filter(kind=kind, facts=facts, cancel_asked=False)
    return mine.order_by("pk").first() or start_job(kind, owner=owner, at=at, **facts)


@transaction.atomic
def cancel_job(job: Job, *, at: datetime) -> Job:
    """Cancel a job: at once while it waits, at its next report while it runs."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.is_finished:
        raise DomainError(_("The job has ended already."))
    job.cancel_asked = True
    if job.state == State.WAITING:
        job.state, job.finished_at = State.CANCELLED, at
    job.save(update_fields=["cancel_asked", "state", "finished_at"])
    return job


def waiting_job_ids(*, at: datetime) -> list[int]:
    """Return the jobs nobody works on: waiting, or running without a sign of life."""
    stale = at - settings.JOB_STALE_AFTER
    return list(
        Job.objects.filter(Q(state=State.WAITING) | Q(state=State.RUNNING, seen_alive_at__lt=stale))
        .order_by("created_at")
        .values_list("pk", flat=True)[:100]
    )


def claim(job_id: int, *, at: datetime) -> Job | None:
    """Take the job if nobody works on it. Of two workers that try at once, one gets None."""
    lease = secrets.token_hex(16)
    stale = at - settings.JOB_STALE_AFTER
    claimed = (
        Job.objects.filter(pk=job_id)
        .filter(Q(state=State.WAITING) | Q(state=State.RUNNING, seen_alive_at__lt=stale))
        .update(state=State.RUNNING, lease=lease, seen_alive_at=at, attempts=F("attempts") + 1)
    )
    if not claimed:
        return None
    Job.objects.filter(pk=job_id, started_at=None).update(started_at=at)
    return Job.objects.select_related("owner").get(pk=job_id, lease=lease)


def run_claimed(job: Job) -> None:
    """Do the work of a claimed job, in its owner's language, and write how it ended."""
    if not job.owner.is_active:
        return _end(job, State.CANCELLED)
    if job.cancel_asked:
        return _end(job, State.CANCELLED)
    if job.attempts > MOST_ATTEMPTS:
        return _end(job, State.FAILED, error=_("The job was interrupted again and again, so it was given up."))
    kind = kind_named(job.kind)
    if kind is None:
        return _end(job, State.FAILED, error=_("This version of the software no longer knows this kind of job."))
    try:
        with translation.override(job.owner.language):
            result = kind.work(Run(job))
    except Cancelled:
        _end(job, State.CANCELLED)
    except LostLease:
        log.warning("job_lost_to_another_worker", job=job.pk)
    except DomainError as refusal:
        _end(job, State.FAILED, error=refusal.message)
    except Exception:  # whatever went wrong, its owner must read a sentence and not wait for ever
        log.exception("job_failed", job=job.pk, kind=job.kind)
        _end(
            job,
            State.FAILED,
            error=filled(
                _("Something went wrong in the software. The log has details under job %(number)d."), number=job.pk
            ),
        )
    else:
        _end(job, State.DONE, result=result or {})


def _end(job: Job, state: State, *, error: Any = "", result: dict[str, Any] | None = None) -> None:
    texts = in_each_language(error) if error else {"zh": "", "en": ""}
    Job.objects.filter(pk=job.pk, lease=job.lease, state=State.RUNNING).update(
        state=state,
        finished_at=timezone.now(),
        error_zh=texts["zh"],
        error_en=texts["en"],
        result=result or {},
    )
