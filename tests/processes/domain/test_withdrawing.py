"""A review is withdrawn by who wrote the text, with a reason, and may begin anew (F21, F22, F23)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from processes.domain.clauses import Clause
from processes.domain.commenting import comment
from processes.domain.gate import criteria_of
from processes.domain.reviewing import ask_again, delegate
from processes.domain.routing import Asked, change_route
from processes.domain.signing import override, sign
from processes.domain.withdrawing import withdraw_review
from processes.models import Decision, Mode, ReviewComment, Reviewer, ReviewerState, Revision, Rule
from processes.models.revision import State
from procstd.errors import DomainError
from procstd.notices.models import Notice
from tests.factories import PersonFactory
from tests.reviews import AT, Desk, desk, fresh

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def d() -> Desk:
    return desk()


def _withdraw(d: Desk, *, by: Any = None, reason: str = "A law changed") -> Any:
    return withdraw_review(d.review, by=by or d.author, reason=reason, at=LATER)


def test_a_withdrawn_review_is_a_draft_again_and_nobody_is_asked_any_more(d: Desk) -> None:
    d.start()
    d.approve(d.first)

    _withdraw(d)

    assert d.state == State.DRAFT
    assert {row.state for row in d.review.reviewers.all()} == {ReviewerState.WITHDRAWN}
    for person in (d.first, d.second):
        assert not Reviewer.objects.waiting_for(fresh(person)).exists()
    with pytest.raises(DomainError, match="not asked now"):
        d.approve(d.second)
    with pytest.raises(DomainError, match="cannot be handed on"):
        delegate(d.row(d.second), to=PersonFactory(), reason="x", by=fresh(d.second), at=LATER)
    with pytest.raises(DomainError, match="Nobody has to be asked"):
        ask_again(d.review, by=d.author, at=LATER)
    with pytest.raises(DomainError, match="Begin it anew"):
        change_route(
            d.review, mode=Mode.ALL, days=2, touches_compliance=False, route=[Asked(d.first, Rule.HEAD)], by=d.lead,
            at=LATER, reason="x",
        )  # fmt: skip
    # The approval stays in the record, and the gate says why it does not count.
    assert Decision.objects.get().by == d.first
    (row,) = (row for row in criteria_of(d.draft, at=LATER) if row.code == "reviews")
    assert (row.is_red, str(row.sentence)) == (True, "Its review was withdrawn.")


def test_who_takes_part_is_told_once_why_and_who_withdraws_it_is_not(d: Desk) -> None:
    d.start()
    d.approve(d.first)
    d.approve(d.second)
    assert d.state == State.APPROVED

    _withdraw(d)
    _withdraw(d, reason="Again")

    told = Notice.objects.filter(rule="review.withdrawn")
    # The leader was asked to sign.
    assert set(told.values_list("person", flat=True)) == {d.first.pk, d.second.pk, d.lead.pk}
    assert {row.body_en for row in told} == {"A law changed"}
    entry = d.review.history.first()
    assert (entry.state, entry.history_user, entry.history_change_reason) == ("withdrawn", d.author, "A law changed")


def test_only_who_wrote_it_or_began_the_review_withdraws_it_and_says_why(d: Desk) -> None:
    d.start()

    for person in (d.first, d.lead, PersonFactory(staff=True)):
        with pytest.raises(DomainError, match="Only who wrote it"):
            _withdraw(d, by=fresh(person))
    with pytest.raises(DomainError, match="Say why"):
        _withdraw(d, reason=" ")
    assert d.state == State.IN_REVIEW


def test_a_signed_text_is_not_withdrawn(d: Desk) -> None:
    d.start()
    d.approve(d.first)
    d.approve(d.second)
    sign(d.draft, meaning="approve", by=fresh(d.lead), at=LATER)

    with pytest.raises(DomainError, match="is signed"):
        _withdraw(d)
    assert d.state == State.SIGNED


def test_a_review_that_begins_anew_asks_everybody_anew_about_the_same_text(d: Desk) -> None:
    d.start()
    d.approve(d.first)
    said = comment(d.review, clause=Clause("step:s3", "", "Assign"), text="Who?", by=d.second, at=AT)
    _withdraw(d)

    d.start(Mode.ALL, d.first, at=LATER)

    assert (d.state, d.review.round, d.review.started_at) == (State.IN_REVIEW, 2, LATER)
    assert {row.person: row.state for row in d.review.reviewers.all()} == {
        d.first: ReviewerState.ASKED, d.second: ReviewerState.REMOVED,
    }  # fmt: skip
    assert Notice.objects.filter(rule="review.asked", person=d.first).count() == 2
    assert ReviewComment.objects.get() == said
    # Somebody of the former round who is added later is asked, whatever was decided then.
    change_route(
        d.review, mode=Mode.ALL, days=2, touches_compliance=False, by=d.lead, at=LATER, reason="Wider",
        route=[Asked(d.first, Rule.HEAD), Asked(d.second, Rule.HEAD)],
    )  # fmt: skip
    assert d.row(d.second).state == ReviewerState.ASKED
    d.approve(d.first, at=LATER)
    assert d.state == State.IN_REVIEW


def _reviews_of(d: Desk) -> Any:
    return next(row for row in criteria_of(d.draft, at=LATER + timedelta(hours=1)) if row.code == "reviews")


def test_what_was_answered_for_before_a_review_was_withdrawn_counts_no_more(d: Desk) -> None:
    d.start()
    override(d.draft, criterion="reviews", reason="One is ill", by=fresh(d.lead), at=AT + timedelta(minutes=1))
    assert not _reviews_of(d).is_red

    _withdraw(d)

    assert _reviews_of(d).is_red
    with pytest.raises(DomainError, match="was withdrawn"):
        sign(d.draft, meaning="approve", by=fresh(d.lead), at=LATER + timedelta(hours=1))
    # Whoever knows that it was withdrawn can answer for it all the same.
    override(d.draft, criterion="reviews", reason="I read it", by=fresh(d.lead), at=LATER + timedelta(hours=1))
    assert not _reviews_of(d).is_red


def test_a_signature_of_before_a_withdrawal_is_void_though_the_text_is_the_same(d: Desk) -> None:
    d.start()
    d.approve(d.first)
    d.approve(d.second)
    sign(d.draft, meaning="approve", by=fresh(d.lead), at=AT + timedelta(minutes=5))
    d.send_back(d.second)
    _withdraw(d)

    (row,) = (row for row in criteria_of(d.draft, at=LATER) if row.code == "signature")

    assert row.is_red
    assert "withdrawn after" in str(row.sentence)


def test_a_withdrawn_review_does_not_come_back_to_life_by_a_change_of_a_signed_text(d: Desk) -> None:
    d.start()
    _withdraw(d)
    later = LATER + timedelta(hours=1)
    override(d.draft, criterion="reviews", reason="Urgent", by=fresh(d.lead), at=later)
    sign(d.draft, meaning="approve", by=fresh(d.lead), at=later)

    d.edit()

    assert (d.state, d.review.is_withdrawn) == (State.DRAFT, True)
    d.start(Mode.ALL, d.first, at=later)
    assert d.state == State.IN_REVIEW


def test_who_was_asked_in_a_withdrawn_round_only_reads_the_draft_no_more(d: Desk) -> None:
    stranger = PersonFactory()
    d.start(Mode.ALL, d.first, stranger)
    _withdraw(d)

    d.start(Mode.ALL, d.first, at=LATER)

    assert not Revision.objects.visible_to(fresh(stranger)).filter(pk=d.draft.pk).exists()
