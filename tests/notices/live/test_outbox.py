"""Two workers and two beats, and a Redis that forgets everything: each mail comes, and comes once (T4, W7, W8)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.notices.sinks import SmtpSink
from tests.served.stack import ROOT, Stack, eventually

pytestmark = [
    pytest.mark.served,
    pytest.mark.skipif(
        os.environ.get("PROCSTD_TEST_DATABASE") == "sqlite",
        reason="The served stack needs PostgreSQL and Redis; this run is on SQLite.",
    ),
]

#: Tells everybody of the demo something, by mail and at once.
TELL = """
import sys
import django
django.setup()
from django.utils import timezone
from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Preference
from procstd.organisation.models import User
people = list(User.objects.values_list("pk", flat=True))
Preference.objects.filter(rule="house.news").delete()
Preference.objects.bulk_create([Preference(person_id=pk, rule="house.news", timing="at_once") for pk in people])
tell([Note(pk, "house.news", sys.argv[1], "通知", sys.argv[1]) for pk in people], at=timezone.now())
"""
SETTINGS = {"DJANGO_SETTINGS_MODULE": "procstd.settings"}
WORKERS, BEATS = ("worker-0", "worker-1"), ("beat-0", "beat-1")


@pytest.fixture(scope="module")
def sink() -> Iterator[SmtpSink]:
    sink = SmtpSink()
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, sink: SmtpSink) -> Iterator[Stack]:
    stack = Stack(
        tmp_path_factory.mktemp("outbox"), database_url=os.environ["DATABASE_URL"], stale_seconds=60, sweep_seconds=1
    )
    stack.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
    try:
        stack.prepare()
        yield stack
    finally:
        stack.remove()


def start(stack: Stack) -> None:
    stack.start_redis()
    for number in (0, 1):
        stack.start_worker(number)
        stack.start_beat(number)


def tell(stack: Stack, key: str) -> None:
    subprocess.run(
        [sys.executable, "-c", TELL, key], cwd=ROOT, env={**stack.environment, **SETTINGS}, check=True, timeout=60
    )


def told(stack: Stack) -> int:
    return int(stack.rows("SELECT count(*) FROM organisation_user WHERE is_active")[0][0])


def arrived(sink: SmtpSink, key: str) -> Counter[str]:
    return Counter(mail["Message-ID"] for mail in list(sink.mails) if mail["Message-ID"].startswith(f"<{key}%3A"))


def all_arrived(stack: Stack, sink: SmtpSink, key: str) -> Counter[str]:
    eventually(lambda: len(arrived(sink, key)) == told(stack), seconds=60, told=stack.logs)
    waiting = "SELECT count(*) FROM notices_delivery WHERE state = 'waiting' AND key LIKE %s"
    eventually(lambda: stack.rows(waiting, f"{key}:%") == [(0,)], told=stack.logs)
    return arrived(sink, key)


def test_two_workers_under_two_beats_send_each_mail_once(stack: Stack, sink: SmtpSink) -> None:
    start(stack)
    tell(stack, "plain")

    assert set(all_arrived(stack, sink, "plain").values()) == {1}


def test_a_redis_that_forgets_everything_loses_no_mail(stack: Stack, sink: SmtpSink) -> None:
    start(stack)
    stack.stop(*WORKERS, *BEATS)
    tell(stack, "flushed")
    messages = stack.redis().llen("celery")
    stack.redis().flushall()

    start(stack)

    assert messages >= 1
    assert set(all_arrived(stack, sink, "flushed").values()) == {1}


def test_without_redis_telling_goes_on_and_the_mails_come_when_it_is_back(stack: Stack, sink: SmtpSink) -> None:
    start(stack)
    stack.stop("redis")
    tell(stack, "alone")
    assert stack.rows("SELECT count(*) FROM notices_notice WHERE key = 'alone'") == [(told(stack),)]

    start(stack)

    assert set(all_arrived(stack, sink, "alone").values()) == {1}


def test_a_worker_killed_in_the_middle_leaves_its_mails_to_the_other(stack: Stack, sink: SmtpSink) -> None:
    start(stack)
    sink.slow_after_accept = 0.2
    tell(stack, "killed")
    eventually(lambda: len(arrived(sink, "killed")) >= 2, told=stack.logs)
    stack.stop("worker-0", what=signal.SIGKILL)
    sink.slow_after_accept = 0
    # Their lease has minutes to go; to the test they are as good as over.
    with stack.database() as database:
        database.execute("UPDATE notices_delivery SET leased_until = now() WHERE state = 'waiting'")

    seen = all_arrived(stack, sink, "killed")

    assert sum(seen.values()) - len(seen) <= 2
