"""Reviews across drafts: what waits for somebody, and what was said."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q

from processes.models import Review, ReviewComment, Reviewer, Revision
from processes.models.revision import State
from procstd.roles import Role

#: So many lines the home page shows.
_LINES = 8


def reviews_waiting_for(user: Any) -> list[Reviewer]:
    """Return the reviews in which *user*'s word is asked, or that of somebody *user* stands in for; due first."""
    rows = Reviewer.objects.waiting_for(user).select_related("person", "review__revision__process")
    return list(rows.order_by("due_at")[:_LINES])


def standards_to_sign(user: Any) -> list[Revision]:
    """Return the approved drafts that wait for a signature of *user*: as project lead, or as the process's owner."""
    mine = Q() if Role.PROJECT_LEAD in user.roles else Q(process__owner=user)
    return list(Revision.objects.filter(mine, state=State.APPROVED).select_related("process")[:_LINES])


def comments_of(review: Review) -> list[ReviewComment]:
    """Return the comments of a review, each with its answers. Two statements."""
    answers = Prefetch("answers", ReviewComment.objects.select_related("author"))
    rows = review.comments.filter(parent=None).select_related("author", "resolved_by")
    return list(rows.prefetch_related(answers))
