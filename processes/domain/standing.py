"""How a review stands: whose approval counts for what the draft says now, who is asked next, whether it is settled.

Acts of review hold the lock on the draft while they ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes import notices
from processes.domain.authors import authors_of
from processes.domain.texts import Text, text_of
from processes.models import Decision, Mode, Review, Reviewer, ReviewerState, ReviewState, Revision
from processes.models.revision import State
from procstd import history
from procstd.calendars.domain.current import calendar_for
from procstd.errors import DomainError
from procstd.notices.domain.telling import tell
from procstd.organisation.models import PostHolding
from procstd.roles import Role


def lock_revision(revision: Revision) -> Revision:
    """Return the draft, locked: decisions, signatures and edits of one draft come one after the other."""
    rows = Revision.objects.select_for_update(of=("self",)).select_related("process__department")
    present = rows.get(pk=revision.pk)
    if not present.is_draft:
        raise DomainError(_("This revision is released already."))
    return present


def locked(review: Review) -> tuple[Revision, Review]:
    revision = lock_revision(review.revision)
    return revision, Review.objects.select_for_update(of=("self",)).get(pk=review.pk)


def standing_of(review: Review, text: Text, authors: frozenset[int]) -> list[tuple[Reviewer, Decision | None, bool]]:
    """Return each reviewer with the latest decision, and whether it is an approval of this text."""
    rows = reviewers_of(review)
    return [(row, latest_of(row), is_valid(row, text, authors)) for row in rows]


def is_settled(review: Review, standing: Sequence[tuple[Reviewer, Decision | None, bool]]) -> bool:
    """Tell whether the route has approved the text, by its mode. A standing “sent back” holds up every route."""
    counting = [(row, valid) for row, _decision, valid in standing if row.counts]
    if any(row.state == ReviewerState.RETURNED for row, _valid in counting):
        return False
    valid = [row for row, good in counting if good]
    return bool(valid) and (review.mode == Mode.ANY or len(valid) == len(counting))


def reopen_after_change(revision: Revision, *, by: Any, reason: str) -> None:
    """Take back what was given for another text, once a change of the draft is saved. The caller holds its lock."""
    if revision.state not in (State.APPROVED, State.SIGNED):
        return
    text = text_of(revision)
    last = revision.signatures.order_by("-pk").first() if revision.state == State.SIGNED else None
    review = Review.objects.filter(revision=revision).first()
    if last is not None and last.covers(text.sha256):
        return
    if last is None and review is not None and _is_settled(review, revision, text):
        return
    if review is None or review.is_withdrawn:
        move(revision, State.DRAFT, by=by, reason=reason)
    else:
        unsettle(review, revision, by=by, reason=reason)


def leaders() -> set[int]:
    """Return the ids of those who hold a post of a project lead today."""
    held = PostHolding.objects.in_force(timezone.localdate()).filter(post__role=Role.PROJECT_LEAD)
    return set(held.values_list("person_id", flat=True))


def ask(review: Review, revision: Revision, text: Text, *, by: Any, at: datetime) -> None:
    """Ask who is to be asked now: everybody, or on a sequential route the first who has not approved."""
    for row in reviewers_of(review):
        if not row.counts:
            continue
        if row.state == ReviewerState.WAITING:
            row.state, row.asked_at = ReviewerState.ASKED, at
            row.due_at = calendar_for(revision.process.department_id).time.nth_close(at, review.days)
            row.reminded_at = row.overdue_told_at = row.escalated_at = None
            history.save(row, by=by, reason="")
            tell(notices.asked(revision, row), at=at)
        if review.mode == Mode.SEQUENTIAL and not is_valid(row, text, frozenset()):
            return


def settle(review: Review, revision: Revision, text: Text, *, by: Any, at: datetime) -> bool:
    """Mark the review approved once its route has approved this text; tell whether it has."""
    if not _is_settled(review, revision, text):
        return False
    if revision.state == State.IN_REVIEW:
        review.state, review.approved_at = ReviewState.APPROVED, at
        history.save(review, by=by, reason="", update_fields=["state", "approved_at"])
        move(revision, State.APPROVED, by=by, reason="")
        signers = {*leaders(), revision.process.owner_id} - authors_of(revision)
        tell(notices.to_sign(revision, review, signers), at=at)
    return True


def unsettle(review: Review, revision: Revision, *, by: Any, reason: str) -> None:
    if review.state != ReviewState.RUNNING:
        review.state, review.approved_at = ReviewState.RUNNING, None
        history.save(review, by=by, reason=reason, update_fields=["state", "approved_at"])
    if revision.state != State.IN_REVIEW:
        move(revision, State.IN_REVIEW, by=by, reason=reason)


def move(revision: Revision, state: str, *, by: Any, reason: str) -> None:
    revision.state = state
    history.save(revision, by=by, reason=reason, update_fields=["state"])


def is_valid(reviewer: Reviewer, text: Text, authors: frozenset[int]) -> bool:
    last = latest_of(reviewer)
    return (
        reviewer.state == ReviewerState.APPROVED
        and last is not None
        and last.is_approval
        and last.covers(text.sha256)
        # Who approved first and wrote afterwards has approved nothing (F22).
        and not {last.by_id, reviewer.person_id} & authors
    )


def reviewers_of(review: Review) -> list[Reviewer]:
    return list(review.reviewers.select_related("person", "post", "department").prefetch_related("decisions"))


def latest_of(reviewer: Reviewer) -> Decision | None:
    return max(reviewer.decisions.all(), key=lambda row: row.pk, default=None)


def _is_settled(review: Review, revision: Revision, text: Text) -> bool:
    return is_settled(review, standing_of(review, text, authors_of(revision)))
