"""Logs: one JSON object a line, UTC, newline-safe, without personal data or secrets (S10)."""

from __future__ import annotations

import logging
import logging.config
import re
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

#: What happened to accounts and rights. People appear by primary key only.
security_log = structlog.stdlib.get_logger("procstd.security")
log = structlog.stdlib.get_logger("procstd")

#: Addresses that are secrets: Django's own lines hold the paths of requests that it refuses.
_SECRET_PATHS = re.compile(r"(/public/status/[^/\s]+/|/surveys/answer/|/password/set/)[^\s'\"?]+")


def hide_secret_paths(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what opens a case, lets an answer in, or sets a password, wherever a line names its address."""
    for key, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[key] = _SECRET_PATHS.sub(r"\1…", value)
    return event


def configure(options: dict[str, Any]) -> None:
    """Send everything to standard error: JSON when served, readable lines on a desk."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if options["json"]:
        last: list[Any] = [
            structlog.processors.format_exc_info,
            hide_secret_paths,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ]
    else:
        # Plain: the pretty traceback prints local variables, secrets among them.
        last = [
            hide_secret_paths,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                # axes logs user names and addresses; the security log tells the same without them.
                "axes": {"level": "ERROR"},
                # Their lines hold the addresses of robots, and whoever has one can write there.
                "apprise": {"level": "CRITICAL"},
                "urllib3": {"level": "WARNING"},
                "celery": {"level": "WARNING" if options["level"] == "INFO" else options["level"]},
                "django.request": {"level": "ERROR"},
                # The embedded broker is a folder: kombu misses a host name at each connection.
                "kombu.connection": {"level": "ERROR"},
            },
        }
    )


class RequestIdMiddleware:
    """Give each request a number that its log lines and its error page share."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request=request.number):  # type: ignore[attr-defined]
            return self.get_response(request)
