"""What the tests of notices share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from procstd.notices.domain.delivering import deliver_due
from procstd.notices.rules import rule
from tests.notices.sinks import HttpSink, SmtpSink

#: A Tuesday in Shanghai: 17:30, working time; 18:30, after it.
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)

ALARM = rule("test.alarm", "A test rings")
WORKING = rule("test.working", "A test in working time", "working")
DIGEST = rule("test.digest", "A test for the digest", "digest")
SILENT = rule("test.silent", "A test without mails", mails=False)
INSIDE = rule("test.inside", "A test that stays inside", inside_only=True)


def deliver(at: datetime) -> int:
    """Send what is due at *at*, as a worker does whose clock stands still."""
    ticks = iter([at] * 100_000)
    return deliver_due(now=lambda: next(ticks), until=at.replace(year=at.year + 1))


@pytest.fixture
def smtp(settings: Any) -> Iterator[SmtpSink]:
    sink = SmtpSink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield sink
    sink.close()


@pytest.fixture
def http(settings: Any) -> Iterator[HttpSink]:
    sink = HttpSink()
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    yield sink
    sink.close()
