"""At the pages of export and import: who sits there, and the worker behind."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from procstd.jobs.domain.running import claim, run_claimed
from procstd.jobs.models import Job, State
from tests.projects.transfer.bags import admin


def administrator(signed_in: Any) -> Client:
    """Return a client signed in as an administrator who has just entered the password."""
    client: Client = signed_in(admin())
    session = client.session
    session["reauthenticated_at"] = timezone.now().isoformat()
    session.save()
    return client


def worked() -> Job:
    """Do the job that waits, and return it."""
    job = Job.objects.filter(state=State.WAITING).earliest("pk")
    claimed = claim(job.pk, at=timezone.now())
    assert claimed is not None
    run_claimed(claimed)
    job.refresh_from_db()
    return job


def sent(client: Client, raw: bytes, name: str = "project.procstd") -> Any:
    return client.post("/projects/import/", {"file": SimpleUploadedFile(name, raw)})
