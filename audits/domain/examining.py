"""Have the software compare cases of a sample with their standard; what departs is a flag for the auditor (F75)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from audits.domain.opening import lock_audit
from audits.models import Audit, Deviation, Item, Source
from audits.queries.conformance import departures_of
from audits.queries.execution import Departure
from audits.queries.traces import CHUNK, Known, traces_of
from procstd.logs import log


def examine_sample(audit: Audit, *, at: datetime, told: Callable[[int], None] = lambda _done: None) -> int:
    """Compare every case of the sample with its standard and write what departs; tell how many flags there are.

    Each chunk is a transaction. What was examined before is not examined again: its flags were the facts then.
    """
    known, written, done = Known(), 0, 0
    todo = list(_unexamined().filter(audit=audit, check_done=None).order_by("case").values_list("case_id", "pk"))
    for start in range(0, len(todo), CHUNK):
        items = dict(todo[start : start + CHUNK])
        rows = [
            _flag(items[trace.case], row, at)
            for trace in traces_of(items, known)
            for row in departures_of(trace, known)
        ]
        with transaction.atomic():
            lock_audit(audit)
            fresh = set(_unexamined().filter(pk__in=items.values()).values_list("pk", flat=True))
            Deviation.objects.bulk_create([row for row in rows if row.item_id in fresh])
        written += len(rows)
        done += len(items)
        told(done)
    log.info("sample_examined", audit=audit.number, flags=written)
    return written


def examine_item(item: Item, *, at: datetime) -> None:
    """Have the software look at one case of which it said nothing. The caller holds the audit's lock."""
    if not Deviation.objects.filter(item=item, source=Source.SOFTWARE).exists():
        for _case, found in examine_cases([item.case_id]):
            Deviation.objects.bulk_create([_flag(item.pk, row, at) for row in found])


def _unexamined() -> Any:
    """Return the cases of samples of which the software said nothing, whatever auditors wrote themselves."""
    said = Deviation.objects.filter(item=OuterRef("pk"), source=Source.SOFTWARE)
    return Item.objects.filter(~Exists(said))


def examine_cases(cases: list[int]) -> Iterator[tuple[int, list[Departure]]]:
    """Yield what departs in each of *cases*, by number, without writing anything."""
    known = Known()
    for trace in traces_of(cases, known):
        yield trace.case, departures_of(trace, known)


def _flag(item: int, row: Departure, at: datetime) -> Deviation:
    return Deviation(item_id=item, source=Source.SOFTWARE, kind=row.kind, step=row.step, detail=row.detail, at=at)
