"""What a customer does with a case by its secret link: look, add, rate. Nothing else (F53)."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import clocks_of_case, lock_case
from cases.domain.answers import LONG_TEXT_MOST
from cases.domain.chain import Chain
from cases.domain.clocks.holding import end_hold
from cases.domain.customer import fingerprint
from cases.domain.documents import PHOTOS, attach
from cases.domain.satisfaction import answer
from cases.models import Case, Note
from cases.models.case import Status
from cases.models.event import EventKind
from procstd.errors import DomainError

#: A customer adds so many notes and photos to a case.
ADDITIONS_MOST = 20


def case_by_link(number: str, secret: str) -> Case | None:
    """Return the case of a tracking number if *secret* is its own, else None. One statement either way."""
    digits = number.removeprefix("C-")
    known = digits.isdecimal() and len(digits) <= 12
    case = Case.objects.select_related("definition", "process").filter(pk=int(digits) if known else 0).first()
    expected = case.secret_sha256 if case is not None and case.secret_sha256 else "-" * 64
    return case if hmac.compare_digest(fingerprint(secret), expected) else None


@transaction.atomic
def add_information(case: Case, *, text: str, photo: Any = None, at: datetime) -> None:
    """Add what the customer writes, and a photo, to an open case. A case that waited for it goes on (F59)."""
    case = lock_case(case, at)
    at = case.at
    if case.status != Status.NEW:
        raise DomainError(_("This case is closed. If it is not solved, please file it again."))
    text = text.strip()
    if not text and photo is None:
        raise DomainError(_("Write something, or choose a photo."), field="text")
    if len(text) > LONG_TEXT_MOST:
        raise DomainError(_("At most %(most)d characters; these are %(count)d.")
                          % {"most": LONG_TEXT_MOST, "count": len(text)}, field="text")  # fmt: skip
    if case.notes.count() + case.attachments.filter(by=None).count() >= ADDITIONS_MOST:
        raise DomainError(_("You have added as much as can be added. Please call us."))
    chain = Chain(case, by=None, at=at)
    body: dict[str, Any] = {}
    if text:
        body["note"] = Note.objects.create(case=case, text=text, at=at).pk
    if photo is not None:
        try:
            body["document"] = attach(case, photo, by=None, at=at, kinds=PHOTOS, is_personal=True).pk
        except DomainError as refusal:
            raise DomainError(refusal.message, field="photo") from refusal
    chain.add(EventKind.CUSTOMER_ADDED, **body)
    clocks = clocks_of_case(case, at)
    if end_hold(case, clocks, chain, only_for_customer=True):
        clocks.tell(chain)
    chain.write()
    clocks.write()


def rate(case: Case, *, rating: int, comment: str = "", at: datetime, by: Any = None) -> None:
    """Take the customer's satisfaction on the customer's own page: once for each close (F65)."""
    asked = case.satisfaction_requests.order_by("-number").first()
    if asked is None:
        raise DomainError(_("You can rate the case once it is closed."))
    answer(asked, rating=rating, comment=comment, at=at, by=by)
