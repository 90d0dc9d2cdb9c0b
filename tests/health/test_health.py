"""`/healthz`: what an orchestrator and an alert ask (O4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from procstd.health.beats import sweep
from procstd.health.models import Beat
from tests.servers import free_port

pytestmark = pytest.mark.django_db


def _health() -> tuple[int, dict[str, str]]:
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()


def _beat(**facts: Any) -> Beat:
    return Beat.objects.create(**({"name": "jobs", "every_seconds": 5, "swept_at": timezone.now()} | facts))


def test_all_is_well() -> None:
    _beat()

    assert _health() == (200, {"status": "ok", "database": "ok", "broker": "ok", "sweeps": "ok"})


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"swept_at": timezone.now() - timedelta(hours=1)}, "silent: jobs"),
        ({"error": "OperationalError"}, "failing: jobs"),
    ],
)
def test_a_silent_or_failing_sweep_is_told_and_people_can_still_work(facts: dict[str, Any], told: str) -> None:
    _beat(name="files", every_seconds=3600)
    _beat(**facts)

    status, state = _health()

    assert (status, state["status"], state["sweeps"]) == (200, "degraded", told)


def test_three_missed_rounds_and_half_a_minute_are_no_silence() -> None:
    _beat(every_seconds=60, swept_at=timezone.now() - timedelta(seconds=3 * 60 + 20))

    assert _health()[1]["sweeps"] == "ok"


def test_before_the_first_sweep_nothing_is_called_well() -> None:
    assert _health()[1] == {"status": "degraded", "database": "ok", "broker": "ok", "sweeps": "not yet"}


def test_a_broker_that_is_not_there_degrades(settings: Any) -> None:
    _beat()
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{free_port()}/0"

    status, state = _health()

    assert (status, state["status"], state["broker"]) == (200, "degraded", "down")
    assert "secret" not in str(state)


def test_without_a_database_the_process_is_of_no_use() -> None:
    def down(*args: Any) -> None:
        from django.db import OperationalError

        raise OperationalError("connection to host secret-host refused")

    with connection.execute_wrapper(down):
        status, state = _health()

    assert status == 503
    assert state == {"status": "down", "database": "down", "broker": "ok", "sweeps": "unknown"}


def test_each_round_of_a_sweep_leaves_a_sign_of_life_also_when_it_fails() -> None:
    answers: list[Any] = ["fine", ValueError("secret")]

    @sweep("test", every_seconds=7)
    def work() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert work() == "fine"
    first = Beat.objects.get(name="test")
    assert (first.every_seconds, first.error) == (7, "")
    with pytest.raises(ValueError, match="secret"):
        work()
    second = Beat.objects.get(name="test")
    assert second.swept_at > first.swept_at
    assert second.error == "ValueError"


def test_everything_that_beat_presses_is_there_to_be_pressed(settings: Any) -> None:
    from procstd.celery import app

    app.loader.import_default_modules()

    missing = [name for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if entry["task"] not in app.tasks]
    assert missing == []
