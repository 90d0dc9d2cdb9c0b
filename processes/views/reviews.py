"""The review of a draft: its route, its page, a reviewer's word."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes.apps import READERS, RELEASERS, WRITERS
from processes.domain.authors import authors_of
from processes.domain.clauses import changes_between, clauses_of
from processes.domain.commenting import may_settle
from processes.domain.parsing import parse
from processes.domain.picture import draw
from processes.domain.proposing import propose
from processes.domain.reviewing import ask_again, decide, delegate, may_answer
from processes.domain.routing import change_route, start_review
from processes.domain.signing import may_sign
from processes.domain.standing import is_settled, standing_of
from processes.domain.texts import Text, kept_text, text_of
from processes.domain.withdrawing import withdraw_review
from processes.forms.review import DecisionForm, DelegateForm, Route, RouteChangeForm, RouteForm, WithdrawForm
from processes.models import Review, Reviewer, ReviewerState, ReviewState, Revision
from processes.models.revision import State
from processes.queries.reviews import comments_of, reviews_waiting_for, standards_to_sign
from processes.views.catalogue import GET_OR_POST
from processes.views.phases import phases_of
from processes.views.revisions import draft_or_404, revision_or_404
from procstd.access import SIGNED_IN, Request, allow, may_call
from procstd.errors import DomainError

#: Who starts a review and changes its route.
ROUTING = {*WRITERS, *RELEASERS}
_ANSWERING = (ReviewerState.ASKED, ReviewerState.APPROVED, ReviewerState.RETURNED)


def review_or_404(request: Request, code: str, number: str) -> Review:
    """Return the review of a revision that the person may see."""
    revision = revision_or_404(request, code, number)
    review = get_object_or_404(Review.objects.select_related("started_by"), revision=revision)
    review.revision = revision
    return review


def reviewer_or_404(request: Request, code: str, number: str, pk: int) -> Reviewer:
    """Return one reviewer of such a review."""
    review = review_or_404(request, code, number)
    row = get_object_or_404(review.reviewers.select_related("person", "post", "department"), pk=pk)
    row.review = review
    return row


@require_http_methods(GET_OR_POST)
@allow(*ROUTING)
def review_start(request: Request, code: str, number: str) -> HttpResponse:
    """Whom the rules propose, and whom else."""
    revision = draft_or_404(request, code, number)
    if Review.objects.filter(revision=revision).exclude(state=ReviewState.WITHDRAWN).exists():
        return redirect("processes:review-detail", code, number)
    data = request.POST or None
    route, form = Route(propose(revision, on=request.user.today), [], data), RouteForm(data)
    if request.method == "POST" and route.is_valid() and form.is_valid():
        act = partial(start_review, revision, route=route.rows(), by=request.user, at=timezone.now())
        if form.carry_out(act):
            messages.success(request, _("The review has begun; everybody who is asked now is told."))
            return redirect("processes:review-detail", code, number)
    context = {"form": form, "route": route, "revision": revision, "process": revision.process}
    return render(request, "processes/review_route.html", context)


@require_http_methods(GET_OR_POST)
@allow(*ROUTING)
def review_route(request: Request, code: str, number: str) -> HttpResponse:
    """Change the route; approvals that were given stay (F31)."""
    review = review_or_404(request, code, number)
    draft_or_404(request, code, number)
    if review.is_withdrawn:
        return redirect("processes:review-start", code, number)
    data = request.POST or None
    present = list(review.reviewers.select_related("person", "post", "department"))
    initial = {"mode": review.mode, "days": review.days, "touches_compliance": review.touches_compliance}
    route = Route(propose(review.revision, on=request.user.today), present, data)
    form = RouteChangeForm(data, initial=initial)
    if request.method == "POST" and route.is_valid() and form.is_valid():
        act = partial(change_route, review, route=route.rows(), by=request.user, at=timezone.now())
        if form.carry_out(act):
            messages.success(request, _("The route is changed. Approvals that were given stay."))
            return redirect("processes:review-detail", code, number)
    context = {
        "form": form, "route": route, "revision": review.revision, "process": review.revision.process,
        "review": review,
    }  # fmt: skip
    return render(request, "processes/review_route.html", context)


@require_safe
@allow(*READERS)
def review_detail(request: Request, code: str, number: str) -> HttpResponse:
    """The text clause by clause with its comments, who is asked, and one's own four answers."""
    return _page(request, review_or_404(request, code, number))


def _page(request: Request, review: Review, form: DecisionForm | None = None) -> HttpResponse:
    revision = review.revision
    text = text_of(revision)
    standard, authors = parse(text.data), authors_of(revision)
    standing = standing_of(review, text, authors)
    threads = comments_of(review)
    for thread in threads:
        thread.may_settle = may_settle(thread, request.user)  # type: ignore[attr-defined]
    by_clause: dict[tuple[str, str], list[Any]] = {}
    for thread in threads:
        by_clause.setdefault((thread.place, thread.field), []).append(thread)
    clauses = clauses_of(standard)
    mine = _mine(standing, request.user) if revision.is_draft else None
    open_threads = [thread for thread in threads if thread.resolved_at is None]
    is_open = revision.is_draft and not review.is_withdrawn
    may_route = is_open and may_call(request.user, frozenset(ROUTING))
    context = {
        "review": review, "revision": revision, "process": revision.process, "standard": standard,
        "picture": draw(standard), "text": text, "standing": standing, "phases": phases_of(revision),
        "clauses": [(clause, by_clause.pop((clause.place, clause.field), [])) for clause in clauses],
        # Comments on a step or a form that is no more are not lost.
        "stray": [thread for rows in by_clause.values() for thread in rows],
        "open_threads": open_threads, "settled_count": len(threads) - len(open_threads),
        "mine": mine, "is_author": request.user.pk in authors,
        "form": form or DecisionForm(initial={"seen": text.sha256}),
        "changes": _changes_since(revision, mine, text), "is_settled": is_settled(review, standing),
        "withdrawn": review.history.select_related("history_user").first() if review.is_withdrawn else None,
        "may_begin": revision.is_draft and review.is_withdrawn and may_call(request.user, frozenset(ROUTING)),
        "may_withdraw": may_route and revision.state != State.SIGNED
        and (request.user.pk == review.started_by_id or request.user.pk in authors),
        "may_route": may_route, "may_sign": revision.is_draft and may_sign(revision, request.user),
        "may_ask_again": may_route and any(
            row.state == ReviewerState.RETURNED or (row.state == ReviewerState.APPROVED and not valid)
            for row, _decision, valid in standing
        ),
        "may_write": may_call(request.user, frozenset(WRITERS)), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "processes/review_detail.html", context)


def _mine(standing: Any, user: Any) -> Any:
    """Return the entry of the reviewer whose word *user* may give now: one's own before that of somebody else."""
    rows = [row for row in standing if row[0].state in _ANSWERING and may_answer(row[0], user)]
    return min(rows, key=lambda row: (row[0].person_id != user.pk, row[0].order), default=None)


def _changes_since(revision: Revision, mine: Any, text: Text) -> list[Any] | None:
    """Return what changed since one's own last decision; None if it was on this text, or there is none."""
    if mine is None or mine[1] is None or mine[1].covers(text.sha256):
        return None
    before = kept_text(revision, mine[1].sha256)
    return changes_between(before, text.data) if before else None


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def review_decide(request: Request, code: str, number: str, pk: int) -> HttpResponse:
    """Approve the text, or send it back. What is refused comes back on the review's page, with what was typed."""
    reviewer = reviewer_or_404(request, code, number, pk)
    if request.method != "POST":
        return redirect("processes:review-detail", code, number)
    form = DecisionForm(request.POST)
    if form.carry_out(partial(decide, reviewer, by=request.user, at=timezone.now())):
        done = _("You approved the text.") if form.result.is_approval else _("The draft is sent back.")
        messages.success(request, done)
        return redirect("processes:review-detail", code, number)
    return _page(request, reviewer.review, form)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def review_delegate(request: Request, code: str, number: str, pk: int) -> HttpResponse:
    """Let somebody else review in one's place."""
    reviewer = reviewer_or_404(request, code, number, pk)
    form = DelegateForm(request.POST or None)
    if request.method == "POST" and form.carry_out(delegate, reviewer, by=request.user, at=timezone.now()):
        messages.success(request, _("%(person)s is asked in your place.") % {"person": form.result.person})
        if Revision.objects.visible_to(request.user).filter(pk=reviewer.review.revision_id).exists():
            return redirect("processes:review-detail", code, number)
        return redirect("home")
    back = f"{reviewer.review.revision.get_absolute_url()}review/"
    context = {
        "form": form, "title": _("Hand the review on"), "process": reviewer.review.revision.process,
        "revision": reviewer.review.revision, "back": back, "save": _("Hand on"),
        "advice": _("The person is asked in your place, with as many days, and sees this draft."),
    }  # fmt: skip
    return render(request, "processes/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(*ROUTING)
def review_withdraw(request: Request, code: str, number: str) -> HttpResponse:
    """Take the draft back from review, with a reason."""
    review = review_or_404(request, code, number)
    draft_or_404(request, code, number)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.carry_out(withdraw_review, review, by=request.user, at=timezone.now()):
        messages.success(request, _("The review is withdrawn; everybody who was asked is told."))
        return redirect("processes:review-detail", code, number)
    context = {
        "form": form, "title": _("Withdraw the review"), "process": review.revision.process,
        "revision": review.revision, "back": f"{review.revision.get_absolute_url()}review/", "save": _("Withdraw"),
        "advice": _("It is a draft again. What was decided and said stays in the record, and counts no more: a review "
                    "that begins anew asks everybody anew."),
    }  # fmt: skip
    return render(request, "processes/form_page.html", context)


@require_POST
@allow(*ROUTING)
def review_again(request: Request, code: str, number: str) -> HttpResponse:
    """Submit the mended text to those who sent it back or approved another one."""
    review = review_or_404(request, code, number)
    try:
        ask_again(review, by=request.user, at=timezone.now())
        messages.success(request, _("They are asked again and see what changed."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("processes:review-detail", code, number)


@require_safe
@allow(SIGNED_IN)
def panel_reviews(request: Request) -> HttpResponse:
    """Home panel: reviews and signatures that wait for me."""
    context = {
        "reviews": reviews_waiting_for(request.user), "to_sign": standards_to_sign(request.user),
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "processes/panel_reviews.html", context)
