"""Take a draft back from review, with a reason (F21-F23): it is a draft again, and nobody's word is waited for.

What was decided and said stays in the record. A review that begins anew asks everybody anew: whoever had approved
may have heard since why the text was taken back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes import notices
from processes.domain.authors import authors_of
from processes.domain.standing import leaders, locked, move
from processes.models import COUNTING, Review, ReviewerState, ReviewState, Revision
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell

#: Those who have been asked, and so hear that it is over.
_HEARD = (ReviewerState.ASKED, ReviewerState.APPROVED, ReviewerState.RETURNED)


def may_withdraw(revision: Revision, review: Review, by: Any) -> bool:
    """Tell whether *by* wrote part of the draft or began its review; nobody else takes it back."""
    return by.pk == review.started_by_id or by.pk in authors_of(revision)


@transaction.atomic
def withdraw_review(review: Review, *, by: Any, reason: str, at: datetime) -> Review:
    """End a review before it is through: tasks of reviewers close, approvals count no more, everybody asked is told.

    A second time changes nothing. Refuses a text that a leader has signed, and whoever is neither author nor began it.
    """
    revision, review = locked(review)
    if review.state == ReviewState.WITHDRAWN:
        return review
    if not may_withdraw(revision, review, by):
        raise DomainError(_("Only who wrote it or began the review can withdraw it."))
    if revision.state == State.SIGNED:
        raise DomainError(_("This text is signed. Change it, and its signature no longer counts."))
    if not reason.strip():
        raise DomainError(_("Say why you withdraw the review."), field="reason")
    told = {review.started_by_id, *authors_of(revision)}
    for row in review.reviewers.filter(state__in=COUNTING):
        if row.state in _HEARD:
            told.add(row.person_id)
        row.state = ReviewerState.WITHDRAWN
        history.save(row, by=by, reason=reason, update_fields=["state"])
    if revision.state == State.APPROVED:
        told |= {*leaders(), revision.process.owner_id}  # they were asked to sign
    review.state, review.approved_at, review.withdrawn_at = ReviewState.WITHDRAWN, None, at
    history.save(review, by=by, reason=reason, update_fields=["state", "approved_at", "withdrawn_at"])
    move(revision, State.DRAFT, by=by, reason=reason)
    tell(notices.withdrawn(revision, review, told - {by.pk}, by=by, reason=reason.strip(), at=at), at=at)
    log.info("review_withdrawn", revision=revision.pk, user=by.pk)
    return review
