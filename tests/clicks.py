"""Two clicks on one button: the browser sends the same form twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.test import Client

from procstd.errors import DomainError


def click_twice(client: Client, address: str, sent: Mapping[str, Any] | None = None) -> tuple[Any, Any]:
    """Send the same form twice; what is to be made anew for each sending, as a file, is given as what makes it."""

    def send() -> Any:
        return client.post(address, {name: row() if callable(row) else row for name, row in (sent or {}).items()})

    return send(), send()


def made_by(act: Callable[[], Any], *kinds: type[models.Model]) -> dict[str, int]:
    """Return how many rows of each kind of model *act* made."""
    before = [kind._default_manager.count() for kind in kinds]
    act()
    pairs = zip(kinds, before, strict=True)
    return {kind.__name__: kind._default_manager.count() - count for kind, count in pairs}


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Carry out acts at the same moment, each on a connection of its own; return what each made, or its refusal."""
    together = threading.Barrier(len(acts))

    def call(act: Any) -> Any:
        try:
            together.wait(10)
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(call, acts))
