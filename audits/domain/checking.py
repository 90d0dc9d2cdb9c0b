"""Check the cases of a sample: flags of the software, the auditor's word on each, his own, the result (F74, F75)."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.domain.assigning import refuse_if_handled, refuse_if_no_auditor
from audits.domain.drawing import refuse_if_concluded
from audits.domain.examining import examine_item
from audits.domain.opening import lock_audit
from audits.models import Assignment, Check, Deviation, DeviationKind, Item, Source, Verdict
from cases.domain.reasons import asked_reason
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.files.models import StoredFile
from procstd.logs import log


@transaction.atomic
def judge_flag(deviation: Deviation, *, is_confirmed: bool, reason: str, by: Any, at: datetime) -> Verdict:
    """Confirm or reject what the software said, with a reason; once. Only who checks the case."""
    item = _locked_for(deviation.item, by)
    if deviation.source != Source.SOFTWARE:
        raise DomainError(_("This was written by an auditor; it needs no second word."))
    if Verdict.objects.filter(deviation=deviation).exists():
        raise DomainError(_("This flag was judged already."))
    row = Verdict(deviation=deviation, is_confirmed=is_confirmed, reason=asked_reason(reason), by=by, at=at)
    row.save(force_insert=True)
    log.info("flag_judged", item=item.pk, confirmed=is_confirmed)
    return row


@transaction.atomic
def note_deviation(item: Item, *, kind: str, step: str = "", text: str, by: Any, at: datetime) -> Deviation:
    """Write down a departure that the auditor found himself. The same words of the same step are written once."""
    item = _locked_for(item, by)
    if kind not in DeviationKind.values:
        raise DomainError(_("Choose what kind it is."), field="kind")
    facts: dict[str, Any] = {"source": Source.AUDITOR, "kind": kind, "step": step, "text": asked_reason(text), "by": by}
    known = Deviation.objects.filter(item=item, **facts).first()
    if known is not None:
        return known
    row = Deviation(item=item, **facts, at=at)
    row.save(force_insert=True)
    return row


@transaction.atomic
def add_evidence(item: Item, *, file: IO[bytes], by: Any, at: datetime) -> StoredFile:
    """Keep a file with the check of a case. Sent twice it is one file."""
    item = _locked_for(item, by)
    return keep_upload(file, name=getattr(file, "name", "file"), owner=by, at=at, belongs_to=item, once=True)


def finish_check(item: Item, *, note: str = "", by: Any, at: datetime) -> Check:
    """Say that a case is checked. It complies when nothing was confirmed and the auditor found nothing himself.

    Refuses while a flag waits for the auditor's word. What the software had not looked at it looks at first, and
    those flags are kept even when this refuses: they are what the auditor has to judge.
    """
    _examine(item, by=by, at=at)
    return _end_check(item, note=note, by=by, at=at)


@transaction.atomic
def _examine(item: Item, *, by: Any, at: datetime) -> None:
    examine_item(_locked_for(item, by), at=at)


@transaction.atomic
def _end_check(item: Item, *, note: str, by: Any, at: datetime) -> Check:
    item = _locked_for(item, by)
    rows = list(Deviation.objects.filter(item=item).select_related("verdict"))
    waiting = [row for row in rows if row.source == Source.SOFTWARE and not hasattr(row, "verdict")]
    if waiting:
        raise DomainError(_("%(count)d flags wait for your word.") % {"count": len(waiting)})
    counted = [row for row in rows if row.source == Source.AUDITOR or row.verdict.is_confirmed]
    check = Check(item=item, complies=not counted, note=note.strip(), by=by, at=at)
    check.save(force_insert=True)
    log.info("item_checked", item=item.pk, complies=check.complies)
    return check


def checker_of(item: Item) -> int | None:
    """Return who checks a case now."""
    return Assignment.objects.filter(item=item).order_by("-pk").values_list("auditor_id", flat=True).first()


def _locked_for(item: Item, by: Any) -> Item:
    """Lock a case of a sample for its auditor. Refuses everybody else, and what is checked or replaced."""
    refuse_if_concluded(lock_audit(item.audit))
    item = Item.objects.select_related("audit").get(pk=item.pk)
    if hasattr(item, "replacement"):
        raise DomainError(_("This case was replaced; it is not checked."))
    if Check.objects.filter(item=item).exists():
        raise DomainError(_("This case is checked; its result stays."))
    refuse_if_no_auditor(by)
    if checker_of(item) != by.pk:
        raise DomainError(_("Somebody else checks this case."))
    refuse_if_handled(item, by)
    return item
