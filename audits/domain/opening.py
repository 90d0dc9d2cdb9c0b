"""Open an audit: its settings, and the commitment to its seed, before anybody knows what is drawn from (F70, F71)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, Commitment, Rounding
from audits.queries.months import month_of
from processes.models import Definition, Process
from procstd.errors import DomainError
from procstd.logs import log


def open_audit(
    process: Process, *, month: date, percent: int = 10, floor: int = 5, rounding: str = Rounding.UP,
    minimum: int = 1, by: Any, at: datetime,
) -> Audit:  # fmt: skip
    """Open the audit of a process and a month, once the month is over; once for each.

    The secret of its first round is drawn now, and its SHA-256 can be read from now on.
    """
    span = month_of(month)
    if span.until > at:
        raise DomainError(_("This month is not over yet."), field="month")
    if not 1 <= percent <= 100 or floor < 1:
        raise DomainError(_("Between 1 and 100 percent, and one case at least."), field="percent")
    if not Definition.objects.filter(revision__process=process).exists():
        raise DomainError(_("This process has no released standard to audit by."), field="process")
    audit = Audit(
        number=f"A-{span.name}-{process.code}", process=process, month_from=span.first, begins_at=span.begin,
        ends_at=span.until, percent=percent, floor=floor, rounding=Rounding(rounding), minimum=minimum, opened_by=by,
        opened_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            audit.save(force_insert=True)
            commit_to(audit, round=1, by=by, at=at)
    except IntegrityError:
        raise DomainError(_("This month of this process is audited already."), field="month") from None
    log.info("audit_opened", audit=audit.number)
    return audit


def commit_to(
    audit: Audit, *, round: int, by: Any, at: datetime, size: int | None = None, reason: str = ""
) -> Commitment:
    """Draw the secret of a round and publish its SHA-256. The caller holds a transaction."""
    nonce = secrets.token_hex(32)
    sha256 = hashlib.sha256(nonce.encode()).hexdigest()
    row = Commitment(audit=audit, round=round, sha256=sha256, nonce=nonce, size=size, reason=reason, by=by, at=at)
    row.save(force_insert=True)
    return row


def lock_audit(audit: Audit) -> Audit:
    """Lock an audit for an act on it. The row itself never changes; whoever acts on the audit waits for it."""
    return Audit.objects.select_for_update(of=("self",)).select_related("process").get(pk=audit.pk)
