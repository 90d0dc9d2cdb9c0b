"""Ask the customer after a close, and do what the standard says when the answer is bad (F65)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cases.domain.acting import lock_case, standard_of
from cases.domain.answers import LONG_TEXT_MOST
from cases.domain.chain import Chain
from cases.domain.customer import address_of
from cases.domain.reopening import reopen_locked
from cases.models import Case, Channel, SatisfactionRequest
from cases.models.case import Status
from cases.models.event import EventKind
from procstd.errors import DomainError
from procstd.logs import log
from procstd.queueing import wake

#: The task that mails a question, by name: it stands above this module.
MAIL = "cases.sweeps.mail_satisfaction_request"
#: A question can be answered for so long.
OPEN_FOR = timedelta(days=30)


def ask_satisfaction(case: Case, *, at: datetime) -> SatisfactionRequest:
    """Ask the customer of a locked case that has just been closed. One statement."""
    number = case.closes + 1
    case.closes = number
    asked = SatisfactionRequest.objects.create(
        case=case,
        number=number,
        token_sha256=_hash(token_for(case, number)),
        asked_at=at,
        expires_at=at + OPEN_FOR,
        mail_at=at if address_of(case) else None,
    )
    if asked.mail_at is not None:
        wake(MAIL, asked.pk)
    return asked


def token_for(case: Case, number: int) -> str:
    """Return the secret of the link: 128 bits, made anew whenever it is mailed, never stored."""
    facts = f"satisfaction:{case.pk}:{case.request_key}:{number}"
    return hmac.new(settings.SECRET_KEY.encode(), facts.encode(), hashlib.sha256).hexdigest()[:32]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def request_by_token(token: str) -> SatisfactionRequest | None:
    """Return the question behind a link, or None. One statement."""
    rows = SatisfactionRequest.objects.select_related("case__definition", "case__process")
    return rows.defer("case__flow_class").filter(token_sha256=_hash(token)).first()


def open_request(case: Case, *, at: datetime) -> SatisfactionRequest | None:
    """Return the question about the latest close of *case*, if it can still be answered."""
    found = case.satisfaction_requests.order_by("-number").first()
    return found if found is not None and found.is_open(at) and not case.is_open else None


@transaction.atomic
def answer(
    asked: SatisfactionRequest, *, rating: int, comment: str = "", at: datetime, by: Any = None
) -> SatisfactionRequest:
    """Take the customer's answer, once. A bad one reopens the case where the standard says so.

    *by* is who is signed in, if anybody: people of the house do not answer for the customer.
    """
    if by is not None and by.is_authenticated:
        raise DomainError(_("Only the customer can answer this. Please sign out first if that is you."))
    case = lock_case(asked.case, at)
    at = case.at
    asked = SatisfactionRequest.objects.select_for_update().get(pk=asked.pk)
    if asked.answered_at is not None:
        raise DomainError(_("You have rated the case already. Thank you."))
    if case.status != Status.DONE or asked.number != case.closes:
        raise DomainError(_("You can rate the case once it is closed."))
    if not asked.is_open(at):
        raise DomainError(_("The time to answer is over. Please call us."))
    if rating not in range(1, 6):
        raise DomainError(_("Choose from 1 to 5."), field="rating")
    comment = comment.strip()
    if len(comment) > LONG_TEXT_MOST:
        raise DomainError(_("At most %(most)d characters; these are %(count)d.")
                          % {"most": LONG_TEXT_MOST, "count": len(comment)}, field="comment")  # fmt: skip
    asked.rating, asked.comment, asked.answered_at, asked.mail_at = rating, comment, at, None
    asked.save(update_fields=["rating", "comment", "answered_at", "mail_at"])
    case.rating = rating
    chain = Chain(case, by=None, at=at)
    chain.add(EventKind.RATED, rating=rating)  # the comment stays outside of the chain: it can be erased
    rule = standard_of(case.definition).dissatisfaction
    if rule is not None and rating <= rule.at_most:
        reopen_locked(case, chain, step=rule.step, reason=_("The customer gave %(rating)d of 5.") % {"rating": rating})
        log.info("case_reopened", case=case.pk, step=rule.step)
    else:
        chain.write("rating")
    return asked


def is_told(case: Case) -> bool:
    """Tell whether the customer of *case* gets to see the question: by mail, or on a page of their own."""
    return case.channel == Channel.PUBLIC or bool(address_of(case))
