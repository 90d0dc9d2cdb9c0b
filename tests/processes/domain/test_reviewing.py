"""Review: routes, deadlines, delegation, approvals bound to the text, and no author (F21, F22, F23, F31)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from processes.domain.announcing import remind_reviewers_due
from processes.domain.clauses import Clause, changes_between
from processes.domain.commenting import answer, comment, open_comment_again, settle_comment
from processes.domain.editing import change_draft, delete_draft
from processes.domain.matrix import write_matrix
from processes.domain.operations import apply_operations
from processes.domain.proposing import propose
from processes.domain.reviewing import ask_again, delegate
from processes.domain.routing import Asked, change_route, start_review
from processes.domain.standing import standing_of
from processes.domain.texts import kept_text, text_of
from processes.models import Decision, Mode, ReviewerState, Revision, Rule
from processes.models.revision import State
from procstd.calendars.domain.current import calendar_for
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import PostHolding
from procstd.roles import Role
from tests.factories import PersonFactory, SubstitutionFactory, beyond_reach, person_with
from tests.reviews import AT, YES, Desk, desk, fresh
from tests.standards import also_holds, holder

pytestmark = pytest.mark.django_db
CLAUSE = Clause("step:s3", "", "Step 3")


@pytest.fixture
def d() -> Desk:
    return desk()


def _told(rule: str) -> set[int]:
    return set(Notice.objects.filter(rule=rule).values_list("person_id", flat=True))


def test_the_rules_propose_heads_key_posts_and_legal_but_no_author(d: Desk) -> None:
    from tests.factories import PostFactory, PostHoldingFactory

    supervisor, lawyer = holder("service-supervisor"), PersonFactory()
    PostHoldingFactory(person=lawyer, post=PostFactory(code="legal-counsel"))
    also_holds(d.author, "department-head", "sales")
    holder("department-head", "production")

    with CaptureQueriesContext(connection) as few:
        found = {row.person.pk: row.rule for row in propose(d.draft, on=timezone.localdate())}

    assert {found[d.first.pk], found[d.second.pk]} == {Rule.HEAD}
    assert found[supervisor.pk] == Rule.KEY_POST
    assert found[lawyer.pk] == Rule.COMPLIANCE
    assert d.author.pk not in found
    for _number in range(20):
        holder("department-head", "sales")
    with CaptureQueriesContext(connection) as many:
        propose(d.draft, on=timezone.localdate())
    assert len(many) == len(few)


def test_all_at_once_is_approved_by_the_last_approval(d: Desk) -> None:
    review = d.start()

    assert d.state == State.IN_REVIEW
    assert _told("review.asked") == {d.first.pk, d.second.pk}
    due = calendar_for(d.draft.process.department_id).time.nth_close(AT, 3)
    assert {row.due_at for row in review.reviewers.all()} == {due}
    d.approve(d.first)
    assert d.state == State.IN_REVIEW
    d.approve(d.second)
    assert d.state == State.APPROVED
    assert d.lead.pk in _told("review.to_sign")
    decision = Decision.objects.first()
    assert decision is not None
    assert (decision.name_en, decision.post_en) == (
        d.first.name_en,
        "Department head · Service",
    ) or decision.post_en == ""
    assert decision.sha256 == text_of(d.draft).sha256


def test_one_after_the_other_asks_the_next_when_the_one_before_has_approved(d: Desk) -> None:
    d.start(Mode.SEQUENTIAL)

    assert _told("review.asked") == {d.first.pk}
    with pytest.raises(DomainError, match="not asked now"):
        d.approve(d.second)
    d.approve(d.first)
    assert _told("review.asked") == {d.first.pk, d.second.pk}
    d.send_back(d.second)
    assert d.state == State.IN_REVIEW
    ask_again(d.review, by=d.author, at=AT)
    assert d.row(d.second).state == ReviewerState.ASKED
    d.approve(d.second)
    assert d.state == State.APPROVED


def test_one_approval_is_enough_where_the_route_says_so_but_not_against_a_sent_back(d: Desk) -> None:
    d.start(Mode.ANY)

    d.send_back(d.first)
    d.approve(d.second)
    assert d.state == State.IN_REVIEW
    ask_again(d.review, by=d.author, at=AT)

    assert d.state == State.APPROVED


def test_the_four_questions_are_answered_and_a_no_sends_back(d: Desk) -> None:
    d.start()

    for answers, field in (
        ({**YES, "operable": (None, "")}, "operable"),
        ({**YES, "operable": (False, "")}, "operable_text"),
        ({**YES, "operable": (False, "Step 3 cannot be followed")}, "operable"),
    ):
        with pytest.raises(DomainError) as refusal:
            d.approve(d.first, answers=answers)
        assert refusal.value.field == field
    with pytest.raises(DomainError) as refusal:
        d.send_back(d.first, " ")
    assert refusal.value.field == "reason"


def test_a_changed_text_voids_approvals_keeps_the_record_and_shows_what_changed(d: Desk) -> None:
    d.start()
    d.approve(d.first)
    d.approve(d.second)
    before = text_of(d.draft)

    d.edit()

    assert d.state == State.IN_REVIEW
    standing = standing_of(d.review, text_of(d.draft), frozenset())
    assert [(row.state, valid) for row, _decision, valid in standing] == [(ReviewerState.APPROVED, False)] * 2
    old = kept_text(d.draft, before.sha256)
    assert old is not None
    (change,) = changes_between(old, text_of(d.draft).data)
    assert (change.old, change.new) == ("Assign the work order", "Other words")
    ask_again(d.review, by=d.author, at=AT + timedelta(hours=1))
    assert {row.state for row in d.review.reviewers.all()} == {ReviewerState.ASKED}
    assert Notice.objects.filter(rule="review.asked", person=d.first).count() == 2
    d.approve(d.first)
    d.approve(d.second)
    assert (d.state, Decision.objects.count()) == (State.APPROVED, 4)


def test_steps_written_all_at_once_void_approvals_too(d: Desk) -> None:
    d.start()
    for person in (d.first, d.second):
        d.approve(person)
    assert d.state == State.APPROVED

    write_matrix(d.draft, wanted={"s3": {("service-agent", ""): "I"}}, by=d.author, reason="Told too")

    assert d.state == State.IN_REVIEW


def test_a_cell_written_in_the_grid_voids_approvals_too(d: Desk) -> None:
    d.start()
    for person in (d.first, d.second):
        d.approve(person)
    assert d.state == State.APPROVED

    operation = {"op": "set", "row": "s3", "field": "title_en", "value": "Other words"}
    apply_operations(d.draft, [operation], by=d.author, at=timezone.now())

    assert d.draft.steps.get(key="s3").title_en == "Other words"
    assert d.state == State.IN_REVIEW


def test_what_was_approved_is_approved_again_when_the_very_same_text_comes_back(d: Desk) -> None:
    d.start()
    d.approve(d.first)
    words = d.draft.steps.get(key="s3").title_en
    d.edit()
    d.edit(words)

    d.approve(d.second)

    assert d.state == State.APPROVED


def test_a_form_that_was_open_before_the_review_does_not_put_the_draft_back(d: Desk) -> None:
    stale = Revision.objects.get(pk=d.draft.pk)
    d.start()
    stale.purpose_en = "Another purpose"

    change_draft(stale, saved=[stale], by=d.author, reason="x", seen=0)

    assert d.state == State.IN_REVIEW


def test_a_decision_on_a_text_that_changed_while_it_was_read_is_refused(d: Desk) -> None:
    d.start()
    seen = text_of(d.draft).sha256
    d.edit()

    with pytest.raises(DomainError, match="changed while you were reading"):
        d.approve(d.first, seen=seen)


def test_a_changed_route_keeps_the_approvals_given(d: Desk) -> None:
    d.start()
    d.approve(d.first)
    third = holder("department-head", "sales")
    route = [Asked(third, reason="Sales too"), Asked(d.first, Rule.HEAD)]

    change_route(
        d.review, mode=Mode.ALL, days=2, touches_compliance=False, route=route, by=d.lead, at=AT, reason="Wider"
    )

    assert {row.person_id: row.state for row in d.review.reviewers.all()} == {
        d.first.pk: ReviewerState.APPROVED, d.second.pk: ReviewerState.REMOVED, third.pk: ReviewerState.ASKED,
    }  # fmt: skip
    d.approve(third)
    assert d.state == State.APPROVED
    with pytest.raises(DomainError, match="not asked now"):
        d.approve(d.second)


def test_a_route_can_be_impossible(d: Desk) -> None:
    gone = PersonFactory(gone=True)
    for route, compliance, message in (
        ([], False, "at least one reviewer"),
        ([Asked(d.author, reason="x")], False, "wrote part of this text"),
        ([Asked(gone, reason="x")], False, "no longer works here"),
        ([Asked(d.first)], False, "Say why you add"),
        ([Asked(d.first, Rule.HEAD), Asked(d.first, Rule.HEAD)], False, "on the route twice"),
        ([Asked(d.first, Rule.HEAD)], True, "legal or risk"),
    ):
        with pytest.raises(DomainError, match=message):
            start_review(d.draft, mode=Mode.ALL, days=3, touches_compliance=compliance, route=route, by=d.author, at=AT)
    assert d.state == State.DRAFT


# --- F22: an author never approves ----------------------------------------------------------------------------


def test_an_author_cannot_approve_by_any_way(d: Desk) -> None:
    helper = person_with(Role.PROCESS_SPECIALIST, staff=True)
    d.start()
    # Who saved a row of it once is an author: administrators too.
    d.edit("Once", by=helper)
    d.edit("Twice", by=d.author)

    for author in (d.author, helper):
        with pytest.raises(DomainError, match="wrote part"):  # as a delegate
            delegate(d.row(d.first), to=author, reason="Away", by=d.first, at=AT)
        with pytest.raises(DomainError, match="nobody else"):  # in somebody else's name
            d.approve(d.first, by=author)
    middle = PersonFactory()
    delegate(d.row(d.first), to=middle, reason="Away", by=d.first, at=AT)
    with pytest.raises(DomainError, match="wrote part"):  # as a delegate's delegate
        delegate(d.row(middle), to=d.author, reason="Away", by=middle, at=AT)
    row = d.row(d.second)
    row.post = PostHolding.objects.get(person=d.second).post
    row.department = PostHolding.objects.get(person=d.second).department
    row.save()
    SubstitutionFactory(holding=PostHolding.objects.get(person=d.second), substitute=d.author)
    with pytest.raises(DomainError, match="wrote part"):  # as a substitute
        d.approve(d.second, by=fresh(d.author))
    assert not Decision.objects.exists()


def test_a_reviewer_who_writes_is_an_author_from_then_on(d: Desk) -> None:
    d.start()
    d.edit("Mine", by=d.first)

    with pytest.raises(DomainError, match="wrote part"):
        d.approve(d.first)
    with pytest.raises(DomainError, match="wrote part"):
        delegate(d.row(d.first), to=PersonFactory(), reason="x", by=d.first, at=AT)


def test_who_approved_first_and_wrote_and_unwrote_afterwards_has_approved_nothing(d: Desk) -> None:
    words = d.draft.steps.get(key="s3").title_en
    d.start()
    d.approve(d.first)
    d.edit("Mine", by=d.first)
    d.edit(words, by=d.first)

    d.approve(d.second)

    assert d.state == State.IN_REVIEW


def test_to_start_a_review_or_to_delete_a_row_tells_authors_from_others(d: Desk) -> None:
    from processes.domain.authors import authors_of

    start_review(
        d.draft, mode=Mode.ALL, days=3, touches_compliance=False, route=[Asked(d.first, Rule.HEAD)], by=d.lead, at=AT
    )
    deleter = person_with(Role.PROCESS_SPECIALIST)
    change_draft(d.draft, deleted=[d.draft.responsibilities.first()], by=deleter, reason="x")

    with CaptureQueriesContext(connection) as captured:
        assert authors_of(d.draft) == {d.author.pk, deleter.pk}
    assert len(captured) == 1


# --- delegation, substitutes, deadlines -----------------------------------------------------------------------


def test_a_delegate_answers_in_ones_place_and_a_substitute_for_the_post(d: Desk) -> None:
    d.start()
    delegated = PersonFactory()
    delegate(d.row(d.first), to=delegated, reason="Away this week", by=d.first, at=AT)
    with pytest.raises(DomainError, match="on the route already"):
        delegate(d.row(d.second), to=d.first, reason="x", by=d.second, at=AT)
    with pytest.raises(DomainError, match="not asked now"):
        d.approve(d.first)
    d.approve(delegated)
    holding = PostHolding.objects.get(person=d.second)
    row = d.row(d.second)
    row.post, row.department = holding.post, holding.department
    row.save()
    stand_in = PersonFactory()
    with pytest.raises(DomainError, match="nobody else"):
        d.approve(d.second, by=stand_in)
    SubstitutionFactory(holding=holding, substitute=stand_in)
    decision = d.approve(d.second, by=fresh(stand_in))

    assert d.state == State.APPROVED
    assert (decision.name_en, decision.post_en) == (
        stand_in.name_en, f"Department head · Quality, for {d.second.name_en}",
    )  # fmt: skip


def test_reviewers_are_reminded_then_overdue_then_escalated_each_once(d: Desk) -> None:
    d.start()
    d.approve(d.second)
    due = d.row(d.first).due_at
    assert due is not None

    remind_reviewers_due(at=due - timedelta(days=1, seconds=1))
    assert _told("review.reminded") == set()
    for _twice in range(2):
        remind_reviewers_due(at=due - timedelta(days=1))
    assert _told("review.reminded") == {d.first.pk}
    assert _told("review.overdue") == set()
    for _twice in range(2):
        remind_reviewers_due(at=due)
    assert _told("review.overdue") == {d.first.pk, d.author.pk}
    for _twice in range(2):
        remind_reviewers_due(at=calendar_for(d.draft.process.department_id).time.nth_close(due, 1))
    assert _told("review.overdue") == {d.first.pk, d.author.pk, d.lead.pk}
    assert Notice.objects.filter(rule__in=["review.reminded", "review.overdue"]).count() == 4


def test_a_reviewer_who_cannot_be_told_keeps_no_other_from_being_reminded(d: Desk) -> None:
    d.start()
    due = d.row(d.first).due_at
    assert due is not None
    beyond_reach(d.first)

    remind_reviewers_due(at=due - timedelta(days=1))

    assert _told("review.reminded") == {d.second.pk}
    assert (d.row(d.first).reminded_at, d.row(d.second).reminded_at) == (None, due - timedelta(days=1))


# --- comments -------------------------------------------------------------------------------------------------


def test_comments_are_answered_one_by_one_and_settled_by_who_made_them(d: Desk) -> None:
    d.start()
    said = comment(d.review, clause=CLAUSE, text="Who assigns?", excerpt="Assign", by=d.first, at=AT)
    with pytest.raises(DomainError, match="not settled yet"):
        d.approve(d.first)
    d.send_back(d.first)
    with pytest.raises(DomainError, match="no answer yet"):
        ask_again(d.review, by=d.author, at=AT)
    answer(said, text="The agent; step 3 says so now.", by=d.author, at=AT)
    ask_again(d.review, by=d.author, at=AT)
    for somebody in (d.author, d.second, d.lead):
        with pytest.raises(DomainError, match="Only"):
            settle_comment(said, by=somebody, at=AT)
    deputy = PersonFactory()
    SubstitutionFactory(holding=PostHolding.objects.get(person=d.first), substitute=deputy)
    settle_comment(said, by=fresh(deputy), at=AT)
    open_comment_again(said, by=d.first)
    settle_comment(said, by=d.first, at=AT)

    d.approve(d.first)

    assert _told("review.commented") == {d.author.pk, d.first.pk}
    for text, message in ((" ", "Write something"), ("x" * 5001, "At most 5000")):
        with pytest.raises(DomainError, match=message):
            comment(d.review, clause=CLAUSE, text=text, by=d.first, at=AT)


def test_a_draft_that_people_put_their_names_to_is_not_thrown_away(d: Desk) -> None:
    d.start()

    with pytest.raises(DomainError, match="it is kept"):
        delete_draft(d.draft, by=d.author, reason="x")


def test_an_act_takes_as_many_statements_with_two_reviewers_as_with_twenty() -> None:
    counts = []
    d = desk()
    d.start()
    d.send_back(d.first)
    with CaptureQueriesContext(connection) as captured:
        d.send_back(d.first)
    counts.append(len(captured))
    more = [Asked(holder("department-head", "sales"), Rule.HEAD) for _number in range(18)]
    change_route(
        d.review, mode=Mode.ALL, days=2, touches_compliance=False, by=d.lead, at=AT, reason="x",
        route=[Asked(d.first, Rule.HEAD), Asked(d.second, Rule.HEAD), *more],
    )  # fmt: skip
    with CaptureQueriesContext(connection) as captured:
        d.send_back(d.first)
    counts.append(len(captured))
    assert counts[0] == counts[1]
