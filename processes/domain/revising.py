"""Begin the next version of a standard, or go on with the draft that is open (H2.6.3). Rooms above use it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.changing import renumber_revision
from processes.domain.drafting import write_draft
from processes.domain.variants.inheriting import newest_definition
from processes.models import Process, Revision
from processes.models.release import DefinitionBroken
from processes.models.revision import State
from procstd.errors import DomainError


def open_draft(process: Process) -> Revision | None:
    """Return the draft of *process* that is being written, reviewed or signed, if there is one."""
    return process.revisions.whole().exclude(state=State.RELEASED).select_related("process").first()


@transaction.atomic
def next_revision(process: Process, *, by: Any, at: datetime, reason: str, major: bool = False) -> Revision:
    """Return the open draft of *process*, begun from the text released last if there is none.

    A draft with a minor number becomes the next major one where that is wanted. Refuses where no version was
    released yet: there is nothing to revise.
    """
    process = Process.objects.select_for_update().get(pk=process.pk)
    draft = open_draft(process)
    if draft is None:
        source = newest_definition(process)
        if source is None:
            raise DomainError(_("No version of this process is released yet, so there is none to revise."))
        try:
            data = source.load()
        except DefinitionBroken as error:
            raise DomainError(_("The stored text of this standard is not the one that was released.")) from error
        return write_draft(process, data, by=by, reason=reason, at=at, major=major)
    if major and draft.minor:
        renumber_revision(draft, major=True, by=by, reason=reason)
        draft.refresh_from_db()
    return draft
