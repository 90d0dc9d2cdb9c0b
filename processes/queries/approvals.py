"""Who put a name to a revision: for the manual's page of approvals and for the trace of a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from processes.models import Decision, Revision


@dataclass(frozen=True)
class Approval:
    """One entry. *is_valid*: it was given for this very text; None where nobody says which text is meant."""

    who: str
    post: str
    what: str
    meaning: str
    at: datetime
    is_valid: bool | None


def approvals_of(revision: Revision, sha256: str | None = None) -> list[Approval]:
    """Return reviews, signatures and overrides of *revision* in order of time, in the language in force.

    Each is compared with the released text; for a draft with *sha256*, the hash of what it says now.
    Four statements, however many there are.
    """
    definition = getattr(revision, "definition", None)
    if definition is not None:
        sha256 = definition.sha256 if definition.is_intact else ""

    def entry(row: Any, what: str, meaning: str) -> Approval:
        is_valid = None if sha256 is None else row.covers(sha256)
        return Approval(row.name, row.post, what, meaning, row.at, is_valid)

    decisions = Decision.objects.filter(reviewer__review__revision=revision)
    found = [
        *(entry(row, _("Approved") if row.is_approval else _("Sent back"), row.reason) for row in decisions),
        *(entry(row, _("Signed"), row.meaning_text) for row in revision.signatures.all()),
        *(
            entry(row, _("Overridden: %(what)s") % {"what": row.title}, f"{row.sentence} {row.reason}")
            for row in revision.overrides.all()
        ),
    ]
    return sorted(found, key=lambda row: row.at)
