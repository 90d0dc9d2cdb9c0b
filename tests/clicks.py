"""Two clicks on one button: the browser sends the same form twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client


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
