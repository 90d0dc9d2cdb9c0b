"""Bring what is decided into the next version of a standard (F28, H2.6.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from processes.domain.changing import note_change
from processes.domain.revising import next_revision
from processes.models import Change, Process


def bring_in(
    process: Process, *, code: str, origin: str, text: str, effect: str, text_zh: str, text_en: str, major: bool,
    by: Any, at: datetime, reason: str,
) -> Change:  # fmt: skip
    """Note on the next revision what *code* (of a suggestion, an evaluation) wants changed, and why."""
    draft = next_revision(process, major=major, by=by, at=at, reason=reason)
    return note_change(
        draft, origin=origin, origin_code=code, origin_text=text[:1_000], effect=effect, text_zh=text_zh,
        text_en=text_en, by=by, at=at, reason=reason,
    )  # fmt: skip
