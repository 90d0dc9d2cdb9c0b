"""The bytes that a decision or a signature covers: the canonical text of a revision at this moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.domain.definition import build, canonical, hash_of
from processes.models import ReviewedText, Revision


@dataclass(frozen=True)
class Text:
    """What a revision says now, as data, as canonical text, and its SHA-256."""

    data: dict[str, Any]
    content: str
    sha256: str


def text_of(revision: Revision) -> Text:
    """Return what *revision* says: the released bytes, or the draft as it stands."""
    definition = getattr(revision, "definition", None)
    if definition is not None:
        return Text(definition.load(), definition.content, definition.sha256)
    data = build(revision)
    content = canonical(data)
    return Text(data, content, hash_of(content))


def keep_text(revision: Revision, text: Text, *, at: datetime) -> None:
    """Keep what somebody decided on, once. The caller holds the lock on *revision*."""
    if not ReviewedText.objects.filter(revision=revision, sha256=text.sha256).exists():
        ReviewedText.objects.create(revision=revision, sha256=text.sha256, content=text.content, created_at=at)


def kept_text(revision: Revision, sha256: str) -> dict[str, Any] | None:
    """Return the text of *revision* that had this hash, if somebody decided on it."""
    found = ReviewedText.objects.filter(revision=revision, sha256=sha256).first()
    return json.loads(found.content) if found and hash_of(found.content) == sha256 else None
