"""Wake a Celery job after commit. A lost wake-up costs time, never work."""

from __future__ import annotations

from functools import partial
from typing import Any

from celery import Task, current_app
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from procstd.logs import log


def wake(task: Task | str, *args: Any) -> None:
    """Send *task*, or the task of that name, once the transaction is committed.

    With the broker down the request goes on: a sweep finds what waits in the database (O4).
    """
    transaction.on_commit(partial(_send, task if isinstance(task, str) else task.name, args))


def _send(name: str, args: tuple[Any, ...]) -> None:
    try:
        current_app.send_task(name, args, retry=False)
    except (KombuError, RedisError, OSError) as error:
        log.warning("wake_up_not_sent", task=name, error=type(error).__name__)
