"""The route of a review: who is asked, in which way, for how long (F21); a changed one takes nothing away (F31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.authors import authors_of, refuse_author
from processes.domain.standing import ask, latest_of, lock_revision, locked, move, settle
from processes.domain.texts import text_of
from processes.models import Review, Reviewer, ReviewerState, ReviewState, Revision, Rule
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log

MOST_REVIEWERS, MOST_DAYS = 40, 60


@dataclass(frozen=True)
class Asked:
    """Somebody on a route: by which rule, in which post, and why if added by hand."""

    person: Any
    rule: str = Rule.ADDED
    post: Any = None
    department: Any = None
    reason: str = ""


@transaction.atomic
def start_review(
    revision: Revision, *, mode: str, days: int, touches_compliance: bool, route: Sequence[Asked], by: Any, at: datetime
) -> Review:
    """Ask reviewers for their word on a draft, also after a review that was withdrawn: then everybody anew.

    Refuses authors on the route (F22), and a route of nobody.
    """
    revision = lock_revision(revision)
    review = Review.objects.select_for_update(of=("self",)).filter(revision=revision).first()
    if review is not None and not review.is_withdrawn:
        raise DomainError(_("This draft is in review already."))
    _refuse_route(revision, route, touches_compliance, days)
    known: list[Reviewer] = []
    if review is None:
        review = Review(revision=revision)
    else:
        review.state, review.round = ReviewState.RUNNING, review.round + 1
        known = list(review.reviewers.select_related("person"))
    review.mode, review.days, review.touches_compliance = mode, days, touches_compliance
    review.started_by, review.started_at = by, at
    history.save(review, by=by, reason="")
    _write_route(review, route, known, by=by, reason="", is_anew=True)
    move(revision, State.IN_REVIEW, by=by, reason="")
    ask(review, revision, text_of(revision), by=by, at=at)
    log.info("review_started", revision=revision.pk, reviewers=len(route))
    return review


@transaction.atomic
def change_route(
    review: Review, *, mode: str, days: int, touches_compliance: bool, route: Sequence[Asked], by: Any, at: datetime,
    reason: str,
) -> Review:  # fmt: skip
    """Change who is asked, and in which order. Approvals that were given stay and count (F31)."""
    revision, review = locked(review)
    if review.is_withdrawn:
        raise DomainError(_("The review was withdrawn. Begin it anew."))
    _refuse_route(revision, route, touches_compliance, days)
    review.mode, review.days, review.touches_compliance = mode, days, touches_compliance
    history.save(review, by=by, reason=reason)
    _write_route(review, route, list(review.reviewers.select_related("person")), by=by, reason=reason)
    text = text_of(revision)
    ask(review, revision, text, by=by, at=at)
    settle(review, revision, text, by=by, at=at)
    return review


def _refuse_route(revision: Revision, route: Sequence[Asked], touches_compliance: bool, days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise DomainError(_("Give each reviewer 1 to %(most)d working days.") % {"most": MOST_DAYS}, field="days")
    if not route:
        raise DomainError(_("Choose at least one reviewer."), field="route")
    if len(route) > MOST_REVIEWERS:
        raise DomainError(_("At most %(most)d reviewers.") % {"most": MOST_REVIEWERS}, field="route")
    authors = authors_of(revision)
    seen: set[int] = set()
    for row in route:
        refuse_author(row.person, authors, field="route")
        if not row.person.is_active:
            raise DomainError(_("%(person)s no longer works here.") % {"person": row.person}, field="route")
        if row.person.pk in seen:
            raise DomainError(_("%(person)s is on the route twice.") % {"person": row.person}, field="route")
        seen.add(row.person.pk)
        if row.rule == Rule.ADDED and not row.reason.strip():
            raise DomainError(_("Say why you add %(person)s.") % {"person": row.person}, field="route")
    if touches_compliance and not any(row.rule == Rule.COMPLIANCE for row in route):
        raise DomainError(
            _("Compliance is touched, so somebody for legal or risk has to be on the route."), field="route"
        )


def _write_route(
    review: Review, route: Sequence[Asked], known: list[Reviewer], *, by: Any, reason: str, is_anew: bool = False
) -> None:
    """Write who is on the route in which order; who is on it already keeps state and decisions (F31), unless anew."""
    by_person = {row.person_id: row for row in known}
    wanted = {asked.person.pk for asked in route}
    for order, asked in enumerate(route, 1):
        row = by_person.get(asked.person.pk) or Reviewer(review=review, person=asked.person)
        if row.pk is None or is_anew or row.state == ReviewerState.REMOVED:
            row.rule, row.post, row.department = asked.rule, asked.post, asked.department
            row.reason = asked.reason
        if is_anew or not row.counts:
            last = None if is_anew else latest_of(row)
            # What was decided before a review was withdrawn stays in the record, and counts no more.
            counts = last is not None and last.at >= review.started_at
            row.state = ReviewerState(last.verdict) if last and counts else ReviewerState.WAITING
        row.order = order
        history.save(row, by=by, reason=reason)
    for row in known:
        # Whoever was asked before a withdrawal, and is not asked in the next round, has no more to do with the draft.
        if row.person_id not in wanted and (row.counts or (is_anew and row.state == ReviewerState.WITHDRAWN)):
            row.state = ReviewerState.REMOVED
            history.save(row, by=by, reason=reason, update_fields=["state"])
