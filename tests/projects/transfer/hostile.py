"""Files made by hand: whole ones, remade ones, and what is said of those that are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from procstd.errors import DomainError
from procstd.organisation.models import User
from procstd.transfer.archive import pack, unpack
from projects.domain.transfer.checking import look_into
from projects.models import Arrival, Project
from tests.projects.desk import project
from tests.projects.transfer.bags import exported


def whole() -> bytes:
    """Return the file of a small project."""
    return exported(project())


def parts_of(raw: bytes) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    archive = unpack(raw)
    manifest = {name: value for name, value in archive.manifest.items() if name not in ("kind", "format", "parts")}
    return manifest, dict(archive.parts), dict(archive.files)


def remade(raw: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the file as somebody makes it who knows how files are sealed."""
    manifest, parts, files = parts_of(raw)
    change(parts)
    return pack(manifest, parts, files)


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def refused(raw: bytes) -> str:
    """Return the sentence with which a file is refused, in English; there is another one in Chinese."""
    before = Project.objects.count(), User.objects.count()
    with pytest.raises(DomainError) as refusal:
        look_into(unpack(raw))
    assert (Project.objects.count(), User.objects.count()) == before
    assert not Arrival.objects.exists()
    with translation.override("zh-hans"):
        assert str(refusal.value.message)
    with translation.override("en"):
        return str(refusal.value.message)
