"""Check the cases of a sample: flags of the software, the auditor's word on each, his own, the result (F74, F75)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.domain.assigning import refuse_if_handled, refuse_if_no_auditor
from audits.domain.drawing import refuse_if_concluded
from audits.domain.opening import lock_audit
from audits.models import Assignment, Audit, Check, Deviation, DeviationKind, Item, Source, Verdict
from audits.queries.conformance import Departure, departures_of
from audits.queries.traces import CHUNK, Known, traces_of
from cases.domain.reasons import asked_reason
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.files.models import StoredFile
from procstd.logs import log


def examine_sample(audit: Audit, *, at: datetime, told: Callable[[int], None] = lambda _done: None) -> int:
    """Compare every case of the sample with its standard and write what departs; tell how many flags there are.

    Each chunk is a transaction. What was examined before is not examined again: its flags were the facts then.
    """
    known, written, done = Known(), 0, 0
    todo = list(
        Item.objects.filter(audit=audit, deviations=None, check_done=None).order_by("case").values_list("case_id", "pk")
    )
    for start in range(0, len(todo), CHUNK):
        items = dict(todo[start : start + CHUNK])
        rows = [
            _flag(items[trace.case], row, at)
            for trace in traces_of(items, known)
            for row in departures_of(trace, known)
        ]
        with transaction.atomic():
            lock_audit(audit)
            fresh = set(Item.objects.filter(pk__in=items.values(), deviations=None).values_list("pk", flat=True))
            Deviation.objects.bulk_create([row for row in rows if row.item_id in fresh])
        written += len(rows)
        done += len(items)
        told(done)
    log.info("sample_examined", audit=audit.number, flags=written)
    return written


def examine_cases(cases: list[int]) -> Iterator[tuple[int, list[Departure]]]:
    """Yield what departs in each of *cases*, by number, without writing anything."""
    known = Known()
    for trace in traces_of(cases, known):
        yield trace.case, departures_of(trace, known)


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
    """Write down a departure that the auditor found himself."""
    item = _locked_for(item, by)
    if kind not in DeviationKind.values:
        raise DomainError(_("Choose what kind it is."), field="kind")
    row = Deviation(item=item, source=Source.AUDITOR, kind=kind, step=step, text=asked_reason(text), by=by, at=at)
    row.save(force_insert=True)
    return row


@transaction.atomic
def add_evidence(item: Item, *, file: IO[bytes], by: Any, at: datetime) -> StoredFile:
    """Keep a file with the check of a case."""
    item = _locked_for(item, by)
    return keep_upload(file, name=getattr(file, "name", "file"), owner=by, at=at, belongs_to=item)


@transaction.atomic
def finish_check(item: Item, *, note: str = "", by: Any, at: datetime) -> Check:
    """Say that a case is checked. It complies when nothing was confirmed and the auditor found nothing himself.

    Refuses while a flag waits for the auditor's word.
    """
    item = _locked_for(item, by)
    _examine_if_new(item, at)
    rows = list(Deviation.objects.filter(item=item).select_related("verdict"))
    waiting = [row for row in rows if row.source == Source.SOFTWARE and not hasattr(row, "verdict")]
    if waiting:
        raise DomainError(_("%(count)d flags wait for your word.") % {"count": len(waiting)})
    counted = [row for row in rows if row.source == Source.AUDITOR or row.verdict.is_confirmed]
    check = Check(item=item, complies=not counted, note=note.strip(), by=by, at=at)
    check.save(force_insert=True)
    log.info("item_checked", item=item.pk, complies=check.complies)
    return check


def _examine_if_new(item: Item, at: datetime) -> None:
    """Have the software look at a case of which it said nothing: it may not have been asked yet."""
    if not Deviation.objects.filter(item=item, source=Source.SOFTWARE).exists():
        for _case, found in examine_cases([item.case_id]):
            Deviation.objects.bulk_create([_flag(item.pk, row, at) for row in found])


def _flag(item: int, row: Departure, at: datetime) -> Deviation:
    return Deviation(item_id=item, source=Source.SOFTWARE, kind=row.kind, step=row.step, detail=row.detail, at=at)


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
