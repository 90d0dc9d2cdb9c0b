"""What reviewers do (H2.3.3, F21, F22): decide, hand on, are asked again.

An approval is bound to the bytes it was given for. When the text changes it no longer counts, stays in
the record, and its giver is asked again and sees what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes import notices
from processes.domain.authors import authors_of, refuse_author
from processes.domain.naming import signed_as
from processes.domain.standing import ask, is_valid, locked, reviewers_of, settle, unsettle
from processes.domain.texts import keep_text, text_of
from processes.models import Decision, Review, Reviewer, ReviewerState, Rule, Verdict
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell
from procstd.organisation.models import User

#: The four questions of H2.3.3, by key.
QUESTIONS: dict[str, Any] = {
    "complete": _("Is it complete? All key nodes are there."),
    "operable": _("Is it operable? Each post can follow it."),
    "compliant": _("Is it compliant? With company rules and the law."),
    "clear": _("Is it clear in rights and duties? No overlap, no gap."),
}


@transaction.atomic
def decide(
    reviewer: Reviewer, *, verdict: str, answers: Mapping[str, tuple[bool | None, str]], reason: str, by: Any,
    at: datetime, seen: str | None = None,
) -> Decision:  # fmt: skip
    """Approve the text, or send it back. *seen* is the hash of the text that *by* has read.

    The word is the reviewer's, or of who stands in for the post by which the reviewer was asked; never an
    author's (F22).
    """
    revision, _review = locked(reviewer.review)
    reviewer = locked_reviewer(reviewer)
    if not may_answer(reviewer, by):
        raise DomainError(_("%(person)s is asked, and nobody else.") % {"person": reviewer.person})
    authors = authors_of(revision)
    refuse_author(by, authors)
    refuse_author(reviewer.person, authors)
    if reviewer.state not in (ReviewerState.ASKED, ReviewerState.APPROVED, ReviewerState.RETURNED):
        raise DomainError(_("You are not asked now: %(state)s.") % {"state": reviewer.get_state_display()})
    text = text_of(revision)
    if seen is not None and seen != text.sha256:
        raise DomainError(_("The text was changed while you were reading. Look at what changed, then decide."))
    given = _checked_answers(answers, approves=verdict == Verdict.APPROVED)
    if verdict == Verdict.RETURNED and not reason.strip():
        raise DomainError(_("Say why you send it back."), field="reason")
    if verdict == Verdict.APPROVED and _open_comments_of(reviewer.review, by, reviewer.person_id):
        raise DomainError(_("A comment of yours is not settled yet. Settle it, or send the draft back."))
    keep_text(revision, text, at=at)
    decision = Decision(
        reviewer=reviewer, verdict=verdict, answers=given, reason=reason.strip(), sha256=text.sha256, at=at,
        **signed_as(by, reviewer=reviewer),
    )  # fmt: skip
    decision.save()
    reviewer.state = ReviewerState.APPROVED if decision.is_approval else ReviewerState.RETURNED
    history.save(reviewer, by=by, reason=reason, update_fields=["state"])
    review = Review.objects.get(pk=reviewer.review_id)
    tell(notices.decided(revision, decision, {review.started_by_id, *authors} - {by.pk}), at=at)
    if decision.is_approval:
        ask(review, revision, text, by=by, at=at)
        settle(review, revision, text, by=by, at=at)
    else:
        unsettle(review, revision, by=by, reason=reason)
    log.info("review_decided", revision=revision.pk, verdict=str(verdict), user=by.pk)
    return decision


@transaction.atomic
def delegate(reviewer: Reviewer, *, to: User, reason: str, by: Any, at: datetime) -> Reviewer:
    """Let somebody else review in one's place. Not an author, and nobody who is on the route already (F21, F22)."""
    revision, review = locked(reviewer.review)
    reviewer = locked_reviewer(reviewer)
    if not may_answer(reviewer, by):
        raise DomainError(_("%(person)s is asked, and nobody else.") % {"person": reviewer.person})
    authors = authors_of(revision)
    refuse_author(by, authors)
    refuse_author(to, authors, field="to")
    if reviewer.state not in (ReviewerState.ASKED, ReviewerState.WAITING):
        raise DomainError(_("What you have decided on cannot be handed on."))
    if not to.is_active:
        raise DomainError(_("%(person)s no longer works here.") % {"person": to}, field="to")
    if review.reviewers.filter(person=to).exists():
        raise DomainError(_("%(person)s is on the route already.") % {"person": to}, field="to")
    was_asked = reviewer.state == ReviewerState.ASKED
    made = Reviewer(
        review=review, person=to, rule=Rule.DELEGATE, reason=reason, order=reviewer.order, delegated_from=reviewer
    )
    history.save(made, by=by, reason=reason)
    reviewer.state = ReviewerState.DELEGATED
    history.save(reviewer, by=by, reason=reason, update_fields=["state"])
    if was_asked:
        ask(review, revision, text_of(revision), by=by, at=at)
    return made


@transaction.atomic
def ask_again(review: Review, *, by: Any, at: datetime) -> Review:
    """Submit a mended text: whoever sent it back, or approved another text, is asked once more.

    Refuses while a comment has no answer (F23: comments are answered one by one).
    """
    revision, review = locked(review)
    unanswered = review.comments.filter(parent=None, resolved_at=None, answers=None).count()
    if unanswered:
        raise DomainError(_("%(count)d comments have no answer yet. Answer each first.") % {"count": unanswered})
    text = text_of(revision)
    lapsed = [
        row
        for row in reviewers_of(review)
        if row.state == ReviewerState.RETURNED
        or (row.state == ReviewerState.APPROVED and not is_valid(row, text, frozenset()))
    ]
    if lapsed:
        review.round += 1
        history.save(review, by=by, reason="", update_fields=["round"])
        for row in lapsed:
            row.state = ReviewerState.WAITING
            history.save(row, by=by, reason="", update_fields=["state"])
        unsettle(review, revision, by=by, reason="")
    ask(review, revision, text, by=by, at=at)
    if not settle(review, revision, text, by=by, at=at) and not lapsed:
        raise DomainError(_("Nobody has to be asked again."))
    return review


def may_answer(reviewer: Reviewer, by: Any) -> bool:
    """Tell whether *by* may give the word of *reviewer*: the person, or who stands in for the post today."""
    if by.pk == reviewer.person_id:
        return True
    return reviewer.post_id is not None and any(
        duty.is_substituting
        and (duty.person_id, duty.post_id, duty.department_id)
        == (reviewer.person_id, reviewer.post_id, reviewer.department_id)
        for duty in by.duties
    )


def locked_reviewer(reviewer: Reviewer) -> Reviewer:
    rows = Reviewer.objects.select_for_update(of=("self",))
    return rows.select_related("person", "post", "department", "review").get(pk=reviewer.pk)


def _checked_answers(answers: Mapping[str, tuple[bool | None, str]], *, approves: bool) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for key in QUESTIONS:
        yes, text = answers.get(key, (None, ""))
        if yes is None:
            raise DomainError(_("Answer each of the four questions."), field=key)
        if not yes and not text.strip():
            raise DomainError(_("Say what is missing."), field=f"{key}_text")
        if not yes and approves:
            raise DomainError(_("Whoever answers “no” sends the draft back."), field=key)
        given[key] = {"yes": yes, "text": text.strip()}
    return given


def _open_comments_of(review: Review, by: Any, person: int) -> bool:
    return review.comments.filter(parent=None, resolved_at=None, author__in={by.pk, person}).exists()
