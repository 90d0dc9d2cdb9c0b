"""What `manage.py bench authoring` measures of the editor: opening a long standard, saving one cell and thirty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse

from processes import demo as processes_demo
from processes.demo_complaint import COMPLAINT
from processes.domain.drafting import write_draft
from processes.models import Process
from procstd.measuring import Row, measure
from procstd.organisation import demo as organisation_demo
from procstd.organisation.models import User

_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)


def editor_rows(n: int | None) -> Iterator[Row]:
    """Open the editor of a standard of 60 steps (or *n*), save one cell, save thirty, ask who is there."""
    organisation_demo.load()
    processes_demo.load()
    size = n or 60
    process = Process.objects.get(code="order")
    draft = write_draft(process, long_standard(size), by=None, reason="Bench", at=_AT)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(username="he.lin"), backend="procstd.organisation.backends.PersonBackend")
    words = [process.code, draft.number]
    turns = count()

    def save(cells: int) -> None:
        turn = next(turns)
        operations = [
            {"op": "set", "row": f"s{1 + number % size}", "field": "title_en", "value": f"Title {turn} {number}"}
            for number in range(cells)
        ]
        answer = client.post(
            reverse("processes:draft-operations", args=words),
            json.dumps({"operations": operations}),
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content  # noqa: S101

    def ask() -> None:
        data = json.dumps({"window": "bench", "cell": "s1|title_en", "edition": -1})
        client.post(reverse("processes:draft-presence", args=words), data, content_type="application/json")

    def open_page() -> None:
        answer = client.get(reverse("processes:draft-write", args=words))
        assert answer.status_code == 200  # noqa: S101

    yield measure("editor.open", size, open_page)
    yield measure("editor.save", 1, partial(save, 1))
    yield measure("editor.save of 30 cells", 30, partial(save, 30))
    yield measure("editor.presence", size, ask)


def long_standard(size: int) -> dict[str, Any]:
    """Return the complaint standard's data, its first step repeated to *size* steps."""
    first = COMPLAINT["steps"][0]
    steps = [
        {
            **first,
            "key": f"s{number}",
            "number": number,
            "outcomes": [{**first["outcomes"][0], "target": f"s{number + 1}" if number < size else None}],
        }
        for number in range(1, size + 1)
    ]
    return {**COMPLAINT, "steps": steps, "responses": [], "exceptions": []}
