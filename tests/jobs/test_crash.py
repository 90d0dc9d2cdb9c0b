"""A worker is killed in the middle of a job; another goes on where it was (F93)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from procstd.jobs.domain.running import start_job
from procstd.jobs.models import Job, State
from tests.factories import PersonFactory
from tests.served.stack import ROOT, eventually

pytestmark = [pytest.mark.served, pytest.mark.django_db(transaction=True)]

LINES = 12

#: A worker as small as can be: it claims the one job and works.
WORKER = """
import sys
import django
django.setup()
from django.conf import settings
from tests.jobs import kinds
from procstd.jobs.sweeps import run_job
run_job(int(sys.argv[1]))
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    facts = {"file": str(tmp_path / "lines.txt"), "lines": LINES, "pause_after": 5}
    from tests.jobs import kinds

    assert kinds.write_lines
    return start_job("test-write", owner=PersonFactory(), at=timezone.now(), **facts)


@pytest.fixture
def start_worker() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    from django.db import connection

    started: list[subprocess.Popen[bytes]] = []
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "procstd.settings",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "PROCSTD_JOB_STALE_SECONDS": "2",
    }

    def start(job: Job, **more: str) -> subprocess.Popen[bytes]:
        command, own = [sys.executable, "-c", WORKER, str(job.pk)], {**environment, **more}
        started.append(subprocess.Popen(command, cwd=ROOT, env=own))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def _lines(job: Job) -> list[list[str]]:
    path = Path(job.facts["file"])
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def test_a_killed_job_goes_on_from_its_checkpoint_and_doubles_nothing(
    job: Job, start_worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    first = start_worker(job)
    eventually(lambda: len(_lines(job)) == 5 and Job.objects.get(pk=job.pk).checkpoint.get("next") == 5)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    Path(job.facts["file"]).with_suffix(".go").touch()

    # Its lease is still fresh: nobody may take the job yet.
    early = start_worker(job, PROCSTD_JOB_STALE_SECONDS="600")
    assert early.wait(timeout=30) == 0
    assert len(_lines(job)) == 5
    _wait_until_stale(job)
    second = start_worker(job)
    assert second.wait(timeout=30) == 0

    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (State.DONE, 2, {"lines": LINES})
    assert [line[0] for line in _lines(job)] == [str(number) for number in range(LINES)]
    assert {line[1] for line in _lines(job)[:5]} == {str(first.pid)}
    assert {line[1] for line in _lines(job)[5:]} == {str(second.pid)}


def test_eight_workers_that_start_at_once_do_a_job_once(
    job: Job, start_worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    Path(job.facts["file"]).with_suffix(".go").touch()

    workers = [start_worker(job) for _n in range(8)]

    assert [worker.wait(timeout=60) for worker in workers] == [0] * 8
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 1)
    assert len(_lines(job)) == LINES


def _wait_until_stale(job: Job) -> None:
    def silent() -> bool:
        seen = Job.objects.values_list("seen_alive_at", flat=True).get(pk=job.pk)
        return seen is not None and timezone.now() - seen > timedelta(seconds=2)

    eventually(silent)
