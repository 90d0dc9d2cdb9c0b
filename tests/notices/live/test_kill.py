"""T3: a worker is killed after the mail server has accepted and before it is marked. Nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from procstd.notices.domain.mailing import message_id
from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Delivery, Notice
from procstd.notices.rules import NEWS
from tests.factories import PersonFactory
from tests.notices.sinks import SmtpSink
from tests.served.stack import ROOT, eventually

pytestmark = [pytest.mark.served, pytest.mark.django_db(transaction=True)]

COUNT, KILLS = 24, 5
AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)

#: A worker as small as can be: the real sending, again and again until nothing waits.
WORKER = """
import time
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from procstd.notices.domain import delivering
from procstd.notices.models import Delivery
while Delivery.objects.filter(state="waiting", digest_key="").exists():
    delivering.deliver_due(until=timezone.now() + timedelta(seconds=5))
    time.sleep(0.1)
"""

Start = Callable[[SmtpSink], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]

    def start(sink: SmtpSink) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "procstd.settings",
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        started.append(subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def keys() -> set[str]:
    """Told to many people: the Message-IDs that must arrive."""
    people = PersonFactory.create_batch(COUNT)
    tell([Note(person.pk, NEWS.name, "kill", "通知", "Notice") for person in people], at=AT)
    # Not with a digest, each by itself.
    Delivery.objects.filter(channel="digest").delete()
    Delivery.objects.update(digest_key="", next_at=AT)
    return {message_id(key) for key in Delivery.objects.values_list("key", flat=True)}


def test_a_worker_killed_between_acceptance_and_mark_loses_nothing(keys: set[str], start_worker: Start) -> None:
    sink = SmtpSink(slow_after_accept=30)
    for _kill in range(KILLS):
        before = len(sink.mails)
        worker = start_worker(sink)
        # The sink has the mail and has not answered: here the worker dies.
        eventually(lambda before=before: len(sink.mails) > before)  # type: ignore[misc]
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        # Its lease has minutes to go; to the test they are as good as over.
        Delivery.objects.filter(state="waiting").update(leased_until=AT)
    assert Delivery.objects.filter(state="sent").count() == 0
    sink.slow_after_accept = 0

    assert [worker.wait(timeout=60) for worker in [start_worker(sink), start_worker(sink)]] == [0, 0]

    seen = Counter(sink.keys)
    sink.close()
    assert set(seen) == keys
    assert 0 < sum(seen.values()) - COUNT <= KILLS
    assert Notice.objects.count() == COUNT
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_two_workers_share_the_work_and_double_nothing(keys: set[str], start_worker: Start) -> None:
    sink = SmtpSink(slow_after_accept=0.05)

    assert [worker.wait(timeout=60) for worker in [start_worker(sink), start_worker(sink)]] == [0, 0]

    seen = Counter(sink.keys)
    sink.close()
    assert set(seen) == keys
    assert set(seen.values()) == {1}
