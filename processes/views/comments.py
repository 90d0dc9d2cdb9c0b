"""Comments on clauses, and their answers, one by one (F23)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from processes.apps import READERS
from processes.domain.clauses import clause_named
from processes.domain.commenting import answer, comment, open_comment_again, settle_comment
from processes.domain.reading import standard_of_revision
from processes.forms.review import AnswerForm, CommentForm
from processes.models import ReviewComment
from processes.views.catalogue import GET_OR_POST
from processes.views.reviews import review_or_404
from procstd.access import Request, allow
from procstd.errors import DomainError


def _comment_or_404(request: Request, code: str, number: str, pk: int) -> ReviewComment:
    review = review_or_404(request, code, number)
    row = get_object_or_404(review.comments.select_related("author").filter(parent=None), pk=pk)
    row.review = review
    return row


def _back(code: str, number: str, anchor: str) -> str:
    return f"{reverse('processes:review-detail', args=[code, number])}#{anchor}"


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def comment_add(request: Request, code: str, number: str) -> HttpResponse:
    """Comment on a clause: a form beside it by htmx, a page of its own without."""
    review = review_or_404(request, code, number)
    standard, _definition = standard_of_revision(review.revision)
    clause = clause_named(standard, request.GET.get("place", "elements"), request.GET.get("field", "purpose" if
                          "place" not in request.GET else ""))  # fmt: skip
    if clause is None:
        raise Http404
    form = CommentForm(request.POST or None)
    act = partial(comment, review, clause=clause, by=request.user, at=timezone.now())
    if request.method == "POST" and form.carry_out(act):
        return redirect(_back(code, number, f"comment-{form.result.pk}"))
    title = _("Comment on “%(clause)s”") % {"clause": clause.title}
    return _form(request, review, form, title, _back(code, number, clause.anchor))


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def comment_answer(request: Request, code: str, number: str, pk: int) -> HttpResponse:
    """Answer a comment."""
    row = _comment_or_404(request, code, number, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.carry_out(answer, row, by=request.user, at=timezone.now()):
        return redirect(_back(code, number, f"comment-{row.pk}"))
    title = _("Answer %(person)s") % {"person": row.author}
    return _form(request, row.review, form, title, _back(code, number, f"comment-{row.pk}"), row)


def _form(
    request: Request, review: Any, form: Any, title: str, back: str, row: ReviewComment | None = None
) -> HttpResponse:
    context = {
        "form": form, "title": title, "process": review.revision.process, "revision": review.revision, "back": back,
        "comment": row,
    }  # fmt: skip
    is_inline = request.htmx and request.method != "POST"
    template = "processes/comment_form.html" if is_inline else "processes/comment_page.html"
    return render(request, template, context)


@require_POST
@allow(*READERS)
def comment_settle(request: Request, code: str, number: str, pk: int) -> HttpResponse:
    """Say that a comment is settled, or open it again."""
    row = _comment_or_404(request, code, number, pk)
    try:
        if "again" in request.POST:
            open_comment_again(row, by=request.user)
        else:
            settle_comment(row, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(code, number, f"comment-{pk}"))
