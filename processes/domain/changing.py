"""Say where a change comes from and what it should bring (F28), and which number a draft gets (F25).

Rooms above hand over what they found by :func:`note_change`; nothing here imports them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from processes.domain.editing import change_draft, locked_draft
from processes.domain.redline.numbering import number_for
from processes.domain.versions import predecessor_of, redline_since_release
from processes.models import Change, Origin, Revision
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log


@transaction.atomic
def note_change(
    revision: Revision, *, origin: str, effect: str, by: Any, at: datetime, reason: str = "",
    anchors: Sequence[str] = (), text_zh: str = "", text_en: str = "", origin_code: str = "", origin_text: str = "",
    indicator: str = "", figure: str = "",
) -> Change:  # fmt: skip
    """Note a change of a draft with its origin and expected effect.

    It explains the differences *anchors*, or stands for itself by its text: a suggestion that is still to
    be written. Refuses what is released, differences that are none (any more), and an origin without words.
    """
    present = locked_draft(revision, None)
    facts = {
        "origin": origin, "effect": effect, "anchors": list(dict.fromkeys(anchors)), "text_zh": text_zh,
        "text_en": text_en, "origin_code": origin_code, "origin_text": origin_text, "indicator": indicator,
        "figure": figure,
    }  # fmt: skip
    row = Change(revision=present, by=by, at=at, **facts)
    _refuse_incomplete(row, known=())
    history.save(row, by=by, reason=reason)
    log.info("change_noted", revision=present.pk, change=row.pk)
    return row


@transaction.atomic
def mend_change(change: Change, *, by: Any, reason: str = "", seen: int | None = None, **facts: Any) -> Change:
    """Note it better, or for other differences. Refuses what another person has mended since it was *seen*."""
    present = locked_draft(change.revision, None)
    row = Change.objects.select_for_update(of=("self",)).filter(pk=change.pk, revision=present).first()
    if row is None:
        raise DomainError(_("This change is noted no more."))
    if seen is not None and history.version_of(row) != seen:
        raise DomainError(_("Somebody has changed this meanwhile. Look at it again, then save."))
    known = tuple(row.anchors)
    for name, value in facts.items():
        setattr(row, name, list(dict.fromkeys(value)) if name == "anchors" else value)
    row.revision = present
    _refuse_incomplete(row, known=known)
    history.save(row, by=by, reason=reason)
    log.info("change_mended", revision=present.pk, change=row.pk)
    return row


@transaction.atomic
def drop_change(change: Change, *, by: Any, reason: str) -> None:
    """Take a note back; the differences are there all the same."""
    present = locked_draft(change.revision, None)
    row = Change.objects.select_for_update(of=("self",)).filter(pk=change.pk, revision=present).first()
    if row is None:
        raise DomainError(_("This change is noted no more."))
    history.delete(row, by=by, reason=reason)
    log.info("change_dropped", revision=present.pk, change=change.pk)


def _refuse_incomplete(row: Change, *, known: Sequence[str]) -> None:
    if row.origin not in Origin.values:
        raise DomainError(_("Choose where it comes from."), field="origin")
    if not row.effect.strip():
        raise DomainError(_("Say what it should bring."), field="effect")
    if row.origin == Origin.OTHER and not row.origin_text.strip():
        raise DomainError(_("Say in words where it comes from."), field="origin_text")
    if not row.anchors and not (row.text_zh.strip() and row.text_en.strip()):
        field = "text_en" if row.text_zh.strip() else "text_zh"
        raise DomainError(_("Choose what it explains, or say what changes in both languages."), field=field)
    found = redline_since_release(row.revision)
    # What an earlier note names may be the same again by now: it stays, and is shown as such.
    if set(row.anchors) - set(known) - (set(found.anchors) if found else set()):
        raise DomainError(_("What you chose differs no more. Look at the list again."), field="anchors")


@transaction.atomic
def renumber_revision(revision: Revision, *, major: bool, by: Any, reason: str, seen: int | None = None) -> Revision:
    """Give a draft the next minor or the next major number after the version before it.

    The reason is kept and shown where it is another number than the changes suggest. The number is part of
    the text: approvals of the former one are asked for again. Refuses once somebody has signed.
    """
    present = locked_draft(revision, seen)
    if present.signatures.exists():
        raise DomainError(_("It is signed under this number; the number stays."))
    before = predecessor_of(present)
    if before is None:
        raise DomainError(_("The first version is V1.0."))
    found = redline_since_release(present)
    number = next_number(present, before, major=major)
    suggested = found is not None and number_for(found.changes).is_major
    words = reason if major != suggested else ""
    if (present.major, present.minor, present.number_reason) == (*number, words):
        raise DomainError(_("It has this number already."))
    present.major, present.minor = number
    present.number_reason = words
    made = change_draft(present, saved=[present], by=by, reason=reason)
    log.info("draft_renumbered", revision=present.pk, number=made.number)
    return made


def next_number(revision: Revision, before: Revision, *, major: bool) -> tuple[int, int]:
    """Return the number that a draft after *before* gets."""
    others = Revision.objects.filter(process=revision.process_id, state=State.RELEASED)
    if major:
        return (others.aggregate(most=Max("major"))["most"] or 0) + 1, 0
    latest = others.filter(major=before.major).aggregate(most=Max("minor"))["most"]
    return before.major, (latest or 0) + 1


def is_major(revision: Revision, before: Revision | None) -> bool:
    """Tell whether the number of *revision* is a major step from the version before it."""
    return before is not None and revision.major > before.major
