"""The leader's signature (H2.3.4, F24), and the overrides of the release gate (F29): by name, over a hash, for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.authors import authors_of, refuse_author
from processes.domain.gate import SIGNATURE, criteria_of
from processes.domain.naming import signed_as
from processes.domain.standing import lock_revision
from processes.domain.texts import keep_text, text_of
from processes.models import Override, Revision, Signature
from processes.models.revision import State
from procstd import history
from procstd.bilingual import filled, in_each_language
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.roles import Role

#: What a signature can mean; the number of the version is filled in.
MEANINGS: dict[str, Any] = {
    "approve": _("I approve this standard as %(number)s and answer for its release."),
    "after_trial": _("I approve this standard as %(number)s for a trial; a further version follows its evaluation."),
    "correction": _("I approve the corrections of %(number)s; the way of working stays the same."),
}


def may_sign(revision: Revision, by: Any) -> bool:
    """Tell whether *by* is a leader here: a project lead, or the process's owner."""
    return Role.PROJECT_LEAD in by.roles or by.pk == revision.process.owner_id


@transaction.atomic
def sign(revision: Revision, *, meaning: str, by: Any, at: datetime, seen: str | None = None) -> Signature:
    """Sign what the draft says now, with a stated meaning. *seen* is the hash of the text that *by* has read.

    Refuses authors (F22), whoever is no leader here, and a text whose gate is red elsewhere. The view
    asks for the password before.
    """
    revision = lock_revision(revision)
    _refuse_signer(revision, by)
    if meaning not in MEANINGS:
        raise DomainError(_("Choose what your signature means."), field="meaning")
    text = text_of(revision)
    if seen is not None and seen != text.sha256:
        raise DomainError(_("The text was changed while you were reading. Look at it again, then sign."))
    last = revision.signatures.order_by("-pk").first()
    if last is not None and last.covers(text.sha256) and revision.state == State.SIGNED:
        raise DomainError(_("%(person)s has signed this text already.") % {"person": last.name})
    for row in criteria_of(revision, at=at, text=text):
        if row.is_red and row.code != SIGNATURE:
            raise DomainError(_("It cannot be signed yet. %(why)s") % {"why": row.sentence})
    keep_text(revision, text, at=at)
    words = in_each_language(filled(MEANINGS[meaning], number=str(revision)))
    made = Signature(
        revision=revision, meaning=meaning, meaning_zh=words["zh"], meaning_en=words["en"], sha256=text.sha256, at=at,
        **_as_leader(revision, by),
    )  # fmt: skip
    made.save()
    revision.state = State.SIGNED
    history.save(revision, by=by, reason=f"{made.meaning_zh} {made.meaning_en}", update_fields=["state"])
    security_log.info("standard_signed", revision=revision.pk, user=by.pk, sha256=text.sha256)
    return made


@transaction.atomic
def override(
    revision: Revision, *, criterion: str, reason: str, by: Any, at: datetime, seen: str | None = None
) -> Override:
    """Answer by name for a red criterion of the gate, for this text only. It is shown with the release for ever.

    What cannot run, what nobody signed, and a day in the past can never be overridden.
    """
    revision = lock_revision(revision)
    _refuse_signer(revision, by)
    if not reason.strip():
        raise DomainError(_("Say why it is released all the same."), field="reason")
    text = text_of(revision)
    if seen is not None and seen != text.sha256:
        raise DomainError(_("The text was changed while you were reading. Look at it again."))
    found = next((row for row in criteria_of(revision, at=at, text=text) if row.code == criterion), None)
    if found is None or not found.is_red:
        raise DomainError(_("This criterion is not red."))
    if not found.can_be_overridden:
        raise DomainError(_("This cannot be overridden. %(why)s") % {"why": found.sentence})
    keep_text(revision, text, at=at)
    titles, sentences = in_each_language(found.title), in_each_language(lambda: str(found.sentence))
    made = Override(
        revision=revision, criterion=criterion, title_zh=titles["zh"], title_en=titles["en"],
        sentence_zh=sentences["zh"], sentence_en=sentences["en"], reason=reason.strip(), sha256=text.sha256, at=at,
        **_as_leader(revision, by),
    )  # fmt: skip
    made.save()
    security_log.warning("gate_overridden", revision=revision.pk, criterion=criterion, user=by.pk)
    return made


def _as_leader(revision: Revision, by: Any) -> dict[str, Any]:
    if Role.PROJECT_LEAD in by.roles:
        return signed_as(by, role=Role.PROJECT_LEAD)
    owner = in_each_language(_("Process owner"))
    return {**signed_as(by), "post_zh": owner["zh"], "post_en": owner["en"]}


def _refuse_signer(revision: Revision, by: Any) -> None:
    if by is None or not by.is_active or not may_sign(revision, by):
        raise DomainError(_("A project lead or the process owner signs, and nobody else."))
    refuse_author(by, authors_of(revision))
