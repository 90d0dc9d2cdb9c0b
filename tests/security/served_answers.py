"""Ask every address under the served settings, in a process of its own, and print the answers as JSON.

Settings are read once per process; this one reads the served ones (``test_headers.py`` starts it).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from tests.factories import PASSWORD
    from tests.security.addresses import address_of
    from tests.security.cast import build_world
    from tests.security.matrix import ADMIN_SITE, API, MATRIX

    call_command("prepare", verbosity=0)
    world = build_world()
    host = settings.ALLOWED_HOSTS[0]
    client = Client(raise_request_exception=False, headers={"host": host})
    stranger = Client(raise_request_exception=False, headers={"host": host})
    answers: dict[str, dict[str, Any]] = {}

    def note(name: str, response: Any) -> None:
        body = "" if response.streaming else response.content.decode(errors="replace")
        answers[name] = {
            "status": response.status_code,
            "headers": dict(response.headers),
            "cookies": {key: morsel.OutputString() for key, morsel in response.cookies.items()},
            "body": body if response.status_code >= 400 else "",
        }

    note("POST sign-in", client.post("/sign-in/", {"username": "owner", "password": PASSWORD}, secure=True))
    client.force_login(world.callers["administrator"])  # type: ignore[arg-type]
    for name, line in MATRIX.items():
        address = address_of(name, line, world)
        note(f"GET {name}", client.get(address, secure=True))
        note(f"GET {name} logged out", stranger.get(address, secure=True))
        note(f"POST {name} logged out", stranger.post(address, line.data, secure=True))
    for name in API | {"admin:index", "admin:login", "admin:organisation_user_changelist"}:
        assert name in API or name in ADMIN_SITE
        note(f"GET {name}", client.get(reverse(name), secure=True))
    note("GET nothing", client.get("/nothing/", secure=True))
    note("GET plain http", client.get("/", secure=False))
    note("GET unknown host", client.get("/", secure=True, headers={"host": "evil.example"}))
    checking = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"host": host})
    note("POST without a token", checking.post("/sign-in/", {"username": "owner", "password": PASSWORD}, secure=True))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE jobs_job RENAME TO jobs_gone")
    note("GET broken", client.get("/jobs/", secure=True))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
