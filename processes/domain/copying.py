"""Copies of manuals outside of the software: handed out by number, recalled when their version is over (F34)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes import notices
from processes.models import CopyKind, CopyState, Definition, ManualCopy, Process, Release
from procstd import history
from procstd.alone import each_alone
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell

_BATCH = 50
#: How a copy ends.
ENDS = (CopyState.RETURNED, CopyState.DESTROYED, CopyState.LOST)


def current_definitions(process: Process, *, at: datetime) -> list[Definition]:
    """Return the versions of which copies may be handed out: in force somewhere, or planned."""
    live = Release.objects.not_over(at).filter(process=process).values("definition")
    rows = Definition.objects.filter(pk__in=live).select_related("revision").defer("content")
    return list(rows.order_by("-revision__major", "-revision__minor"))


@transaction.atomic
def hand_out_copy(
    definition: Definition, *, kind: str, holder: Any, place: str, language: str, by: Any, reason: str, at: datetime
) -> ManualCopy:
    """Record a copy under the next number of its process. Refuses one of a version that is over, or that nobody has."""
    process = Process.objects.select_for_update().get(pk=definition.revision.process_id)
    if not Release.objects.not_over(at).filter(definition=definition).exists():
        raise DomainError(gettext_lazy("This version is over; hand out one that is in force."), field="definition")
    if holder is None and not place.strip():
        raise DomainError(gettext_lazy("Say who holds the copy, or where it is."), field="holder")
    number = (process.copies.aggregate(most=Max("number"))["most"] or 0) + 1
    row = ManualCopy(
        definition=definition, process=process, number=number, kind=kind, holder=holder, place=place.strip(),
        language=language, issued_at=at, issued_by=by,
    )  # fmt: skip
    history.save(row, by=by, reason=reason)
    log.info("copy_handed_out", process=process.pk, copy=row.pk)
    return row


@transaction.atomic
def settle_copy(copy: ManualCopy, *, outcome: str, by: Any, reason: str, at: datetime) -> ManualCopy:
    """Note what became of a copy. Refuses one that is settled already."""
    present = ManualCopy.objects.select_for_update().get(pk=copy.pk)
    if not present.is_open:
        raise DomainError(gettext_lazy("This copy is settled already."))
    if outcome not in ENDS:
        raise DomainError(gettext_lazy("Choose what became of the copy."), field="outcome")
    present.state, present.settled_at = outcome, at
    history.save(present, by=by, reason=reason, update_fields=["state", "settled_at"])
    return present


@transaction.atomic
def recall_copies(*, at: datetime) -> int:
    """Recall what is out of versions that are over, once: holders are told, controlled copies must come back.

    A version that is still in force in some department, or planned, is not over. May run twice.
    """
    live = Release.objects.not_over(at).values("definition")
    rows = (
        ManualCopy.objects.filter(state=CopyState.OUT, recalled_at=None)
        .exclude(definition__in=live)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("definition__revision__process", "process")
        .defer("definition__content")
        .order_by("pk")[:_BATCH]
    )
    return len(each_alone(rows, partial(_recall, at=at), event="copy_not_recalled"))


@transaction.atomic
def _recall(row: ManualCopy, *, at: datetime) -> None:
    row.recalled_at = at
    if row.kind == CopyKind.CONTROLLED:
        row.state = CopyState.RECALLED
    history.save(row, by=None, reason=_("Its version is over"), update_fields=["recalled_at", "state"])
    tell(notices.copy_recalled(row), at=at)
