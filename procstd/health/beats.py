"""Sweeps leave a sign of life, so that silence can be noticed (O4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.utils import timezone

from procstd.health.models import Beat
from procstd.logs import log

T = TypeVar("T")


def sweep(name: str, *, every_seconds: int) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Mark a sweep: after each round its Beat tells when it ran and how it went."""

    def mark(function: Callable[[], T]) -> Callable[[], T]:
        @wraps(function)
        def swept() -> T:
            error = ""
            try:
                return function()
            except Exception as problem:
                error = type(problem).__name__
                log.exception("sweep_failed", sweep=name)
                raise
            finally:
                Beat.objects.update_or_create(
                    name=name,
                    defaults={"every_seconds": every_seconds, "swept_at": timezone.now(), "error": error},
                )

        return swept

    return mark
