"""`/healthz`: what an orchestrator and a monitoring system ask."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from kombu import Connection

from procstd.access import PUBLIC, allow
from procstd.health.models import Beat

#: A sweep is silent when its last round is older than this many of its intervals.
SILENT_AFTER_INTERVALS = 3


@require_safe
@allow(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell how database, broker and sweeps are.

    503 only without a database: then this process is of no use. With the broker down or sweeps
    silent, people can still work; the answer is 200 and says ``degraded`` for the alert.
    """
    state = {"database": _database(), "broker": _broker()}
    state["sweeps"] = _sweeps() if state["database"] == "ok" else "unknown"
    if state["database"] != "ok":
        overall, status = "down", 503
    else:
        overall, status = ("ok" if set(state.values()) == {"ok"} else "degraded"), 200
    return JsonResponse({"status": overall, **state}, status=status)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "down"
    return "ok"


def _broker() -> str:
    if not settings.REDIS_URL:
        return "ok"  # the embedded broker is a folder beside the database
    try:
        with Connection(
            settings.REDIS_URL, connect_timeout=1, transport_options={"socket_connect_timeout": 1}
        ) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except Exception:  # kombu passes on whatever its transport raises; each means the same here
        return "down"
    return "ok"


def _sweeps() -> str:
    beats = list(Beat.objects.all())
    now = timezone.now()
    silent = [
        beat.name
        for beat in beats
        if (now - beat.swept_at).total_seconds() > SILENT_AFTER_INTERVALS * beat.every_seconds + 30
    ]
    if not beats:
        return "not yet"
    if silent:
        return "silent: " + ", ".join(silent)
    failing = [beat.name for beat in beats if beat.error]
    return "failing: " + ", ".join(failing) if failing else "ok"
