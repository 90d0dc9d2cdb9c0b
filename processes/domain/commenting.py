"""Comments on clauses, answered one by one (H2.3.3, F23)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes import notices
from processes.domain.authors import authors_of
from processes.domain.clauses import Clause
from processes.domain.standing import lock_revision
from processes.domain.texts import text_of
from processes.models import Review, ReviewComment
from processes.models.review import COMMENT_MOST, EXCERPT_MOST
from procstd import history
from procstd.bilingual import in_each_language
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell

#: So many comments and answers a review holds; a page shows them all.
MOST_COMMENTS = 1_000


@transaction.atomic
def comment(review: Review, *, clause: Clause, text: str, excerpt: str = "", by: Any, at: datetime) -> ReviewComment:
    """Say what is not right in a clause of the draft."""
    revision = lock_revision(review.revision)
    _refuse_impossible(review, text)
    titles = in_each_language(lambda: str(clause.title))
    made = ReviewComment(
        review=review, place=clause.place, field=clause.field, clause_zh=titles["zh"][:200],
        clause_en=titles["en"][:200], excerpt=" ".join(excerpt.split())[:EXCERPT_MOST], text=text.strip(), author=by,
        sha256=text_of(revision).sha256, created_at=at,
    )  # fmt: skip
    history.save(made, by=by, reason="")
    tell(notices.commented(revision, made, {review.started_by_id, *authors_of(revision)} - {by.pk}), at=at)
    log.info("review_commented", revision=revision.pk, comment=made.pk)
    return made


@transaction.atomic
def answer(parent: ReviewComment, *, text: str, by: Any, at: datetime) -> ReviewComment:
    """Answer a comment: what was mended, or why it stays."""
    review = parent.review
    revision = lock_revision(review.revision)
    if parent.parent_id is not None:
        raise DomainError(_("Answer the comment itself."))
    _refuse_impossible(review, text)
    made = ReviewComment(
        review=review, parent=parent, place=parent.place, field=parent.field, clause_zh=parent.clause_zh,
        clause_en=parent.clause_en, text=text.strip(), author=by, sha256=text_of(revision).sha256, created_at=at,
    )  # fmt: skip
    history.save(made, by=by, reason="")
    concerned = {parent.author_id, *parent.answers.values_list("author_id", flat=True)}
    tell(notices.commented(revision, made, concerned - {by.pk}), at=at)
    return made


@transaction.atomic
def settle_comment(row: ReviewComment, *, by: Any, at: datetime) -> ReviewComment:
    """Say that a comment is settled. Only who made it, or stands in for that person today, can."""
    lock_revision(row.review.revision)
    row = ReviewComment.objects.select_for_update(of=("self",)).select_related("author").get(pk=row.pk)
    if row.parent_id is not None or not may_settle(row, by):
        raise DomainError(_("Only %(person)s can say that it is settled.") % {"person": row.author})
    if row.resolved_at is None:
        row.resolved_by, row.resolved_at = by, at
        history.save(row, by=by, reason="", update_fields=["resolved_by", "resolved_at"])
    return row


@transaction.atomic
def open_comment_again(row: ReviewComment, *, by: Any) -> ReviewComment:
    """Take back that a comment is settled."""
    lock_revision(row.review.revision)
    row = ReviewComment.objects.select_for_update(of=("self",)).select_related("author").get(pk=row.pk)
    if not may_settle(row, by):
        raise DomainError(_("Only %(person)s can open it again.") % {"person": row.author})
    row.resolved_by = row.resolved_at = None
    history.save(row, by=by, reason="", update_fields=["resolved_by", "resolved_at"])
    return row


def may_settle(row: ReviewComment, by: Any) -> bool:
    """Tell whether *by* made the comment, or stands in today for whoever did."""
    return row.author_id == by.pk or any(duty.is_substituting and duty.person_id == row.author_id for duty in by.duties)


def _refuse_impossible(review: Review, text: str) -> None:
    if not text.strip():
        raise DomainError(_("Write something."), field="text")
    if len(text) > COMMENT_MOST:
        raise DomainError(_("At most %(most)d characters.") % {"most": COMMENT_MOST}, field="text")
    if review.comments.count() >= MOST_COMMENTS:
        raise DomainError(_("This review is full of comments: settle them in a meeting."))
