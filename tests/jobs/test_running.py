"""A job: asked for, claimed once, told how far it is, ended in plain words (F93)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone, translation

from procstd.errors import DomainError
from procstd.jobs.domain.running import (
    MOST_ATTEMPTS,
    LostLease,
    Run,
    cancel_job,
    claim,
    run_claimed,
    start_job,
    waiting_job_ids,
)
from procstd.jobs.models import Job, State
from procstd.jobs.sweeps import run_job
from tests.factories import PersonFactory
from tests.jobs import kinds  # registers the kinds

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LONG_AGO = NOW - settings.JOB_STALE_AFTER - timedelta(seconds=1)


def _start(kind: str = "test-count", owner: Any = None, **facts: Any) -> Job:
    return start_job(kind, owner=owner or PersonFactory(), at=NOW, **({"to": 3} | facts))


def _ended(job: Job) -> Job:
    run_job(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_is_done_and_keeps_its_result() -> None:
    job = _ended(_start(to=5))

    assert (job.state, job.result["counted"], job.percent, job.attempts) == (State.DONE, 5, 100, 1)
    assert job.started_at
    assert job.finished_at


def test_only_what_the_transaction_commits_wakes_a_worker(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        _start()

    assert len(callbacks) == 1


def test_a_job_of_an_unknown_kind_is_not_started() -> None:
    with pytest.raises(ValueError, match="test-nothing"):
        _start("test-nothing")


def test_a_kind_that_a_later_version_dropped_is_told_plainly() -> None:
    job = _start()
    Job.objects.update(kind="gone")

    assert "no longer knows" in _ended(job).error_en


def test_two_kinds_cannot_have_one_name() -> None:
    from procstd.jobs.kinds import kind

    with pytest.raises(ValueError, match="test-count"):
        kind("test-count", title="Another")(kinds.refuse)


def test_a_refusal_is_told_in_both_languages_and_read_in_ones_own() -> None:
    job = _start()
    Job.objects.update(kind="gone")

    job = _ended(job)

    assert job.error == job.error_en == "This version of the software no longer knows this kind of job."
    with translation.override("zh-hans"):
        assert job.error == job.error_zh == "当前版本的软件已不支持这种任务。"


def test_a_refused_job_has_failed_with_the_reason() -> None:
    job = _ended(_start("test-refuse"))

    assert (job.state, job.error) == (State.FAILED, "The sheet is empty.")


def test_a_broken_job_tells_its_number_and_nothing_of_the_inside() -> None:
    job = _ended(_start("test-break"))

    assert job.state == State.FAILED
    assert f"job {job.pk}" in job.error_en
    assert str(job.pk) in job.error_zh
    assert job.error_zh != job.error_en
    assert "canary" not in job.error_en + job.error_zh


def test_the_work_speaks_the_language_of_its_owner() -> None:
    assert _ended(_start(owner=PersonFactory(language="zh-hans"))).result["language"] == "zh-hans"
    assert _ended(_start(owner=PersonFactory(language="en"))).result["language"] == "en"


def test_a_message_delivered_twice_does_nothing_the_second_time() -> None:
    job = _ended(_start())
    finished = job.finished_at

    assert _ended(job).finished_at == finished


def test_of_two_claims_one_gets_the_job() -> None:
    job = _start()

    assert [claim(job.pk, at=NOW) is not None for _n in range(2)] == [True, False]


def test_a_job_with_a_fresh_sign_of_life_is_left_alone_and_a_silent_one_taken_up() -> None:
    fresh, silent, waiting, done = _start(), _start(), _start(), _ended(_start())
    for job, seen in ((fresh, NOW), (silent, LONG_AGO)):
        claim(job.pk, at=seen)

    assert set(waiting_job_ids(at=NOW)) == {silent.pk, waiting.pk}
    assert [claim(job.pk, at=NOW) is not None for job in (fresh, silent, done)] == [False, True, False]


def test_a_worker_that_lost_its_job_writes_nothing_more() -> None:
    job = _start()
    slow = claim(job.pk, at=LONG_AGO)
    other = claim(job.pk, at=NOW)
    assert slow
    assert other

    with pytest.raises(LostLease):
        Run(slow).advance(1, total=3)
    run_claimed(slow)
    job.refresh_from_db()
    assert (job.state, job.done) == (State.RUNNING, 0)

    run_claimed(other)
    job.refresh_from_db()
    assert job.state == State.DONE


def test_a_job_interrupted_again_and_again_is_given_up() -> None:
    job = _start()
    for hours in range(MOST_ATTEMPTS, 0, -1):
        assert claim(job.pk, at=NOW - timedelta(hours=hours))

    assert "given up" in _ended(job).error_en


def test_a_waiting_job_is_cancelled_at_once() -> None:
    job = cancel_job(_start(), at=NOW)

    assert (job.state, job.finished_at) == (State.CANCELLED, NOW)
    assert claim(job.pk, at=NOW) is None


def test_a_running_job_stops_at_its_next_report() -> None:
    job = _start()
    claimed = claim(job.pk, at=NOW)
    assert claimed is not None
    cancel_job(job, at=NOW)

    run_claimed(Job.objects.get(pk=claimed.pk))

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert job.result == {}


def test_a_job_cancelled_while_it_works_stops() -> None:
    job = _start(to=1000)
    claimed = claim(job.pk, at=NOW)
    assert claimed is not None
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)

    run_claimed(claimed)

    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_a_finished_job_cannot_be_cancelled() -> None:
    with pytest.raises(DomainError, match="ended already"):
        cancel_job(_ended(_start()), at=NOW)


def test_a_job_of_somebody_who_left_is_not_done() -> None:
    job = _start(owner=PersonFactory(gone=True))

    assert _ended(job).state == State.CANCELLED


def test_progress_is_written_at_most_a_few_times_a_second(django_assert_num_queries: Any) -> None:
    claimed = claim(_start().pk, at=NOW)
    assert claimed is not None
    run = Run(claimed)
    run.advance(0, total=100)

    with django_assert_num_queries(0):
        for done in range(100):
            run.advance(done)


@pytest.mark.parametrize(
    ("state", "done", "total", "percent"),
    [("running", 0, 0, None), ("running", 1, 3, 33), ("running", 3, 3, 99), ("done", 0, 0, 100)],
)
def test_a_bar_is_full_only_when_the_job_is_done(state: str, done: int, total: int, percent: int | None) -> None:
    assert Job(state=state, done=done, total=total).percent == percent
