"""Tell people in time: reviews that come due or are overdue (F21), versions that take effect (F26).

The switch itself needs nobody: a release is in force by its period. Each row is claimed by its mark, and told
by a key, so a sweep may run twice, late, or beside another one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from processes import notices
from processes.domain.standing import leaders
from processes.domain.switching import notes_of_switch
from processes.models import Release, Reviewer, ReviewerState, ReviewState
from procstd.alone import each_alone
from procstd.calendars.domain.current import calendar_for
from procstd.notices.domain.telling import tell

_BATCH = 50
#: A reminder comes so long before the due moment; the leaders hear of it so long after.
REMIND_BEFORE = timedelta(days=1)
ESCALATE_AFTER_DAYS = 1


def remind_reviewers_due(*, at: datetime) -> int:
    """Remind who is due within a day, tell who is overdue, and the leaders a working day later."""
    soon, late = Q(reminded_at=None, due_at__lte=at + REMIND_BEFORE), Q(overdue_told_at=None, due_at__lte=at)
    return _each(soon, _remind, at) + _each(late, _tell_overdue, at) + _each(
        Q(escalated_at=None, overdue_told_at__isnull=False, due_at__lte=at), _escalate, at
    )  # fmt: skip


@transaction.atomic
def _each(which: Q, act: Any, at: datetime) -> int:
    rows = (
        Reviewer.objects.filter(which, state=ReviewerState.ASKED)
        .exclude(review__state=ReviewState.CLOSED)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("person", "review__revision__process")
        .order_by("due_at")[:_BATCH]
    )

    def carry_out(row: Reviewer) -> int:
        with transaction.atomic():
            return int(act(row, row.review.revision, at))

    return sum(each_alone(rows, carry_out, event="reviewer_not_told"))


def _mark(row: Reviewer, at: datetime, field: str) -> int:
    # A mark of a sweep is no change that anybody made: it stays out of the history.
    Reviewer.objects.filter(pk=row.pk).update(**{field: at})
    return 1


def _remind(row: Reviewer, revision: Any, at: datetime) -> int:
    if row.due_at and row.due_at > at:
        tell(notices.due_soon(revision, row), at=at)
    return _mark(row, at, "reminded_at")


def _tell_overdue(row: Reviewer, revision: Any, at: datetime) -> int:
    people = [pk for pk in (row.person_id, row.review.started_by_id) if pk is not None]
    tell(notices.overdue(revision, row, people, "due"), at=at)
    return _mark(row, at, "overdue_told_at")


def _escalate(row: Reviewer, revision: Any, at: datetime) -> int:
    calendar = calendar_for(revision.process.department_id).time
    if row.due_at and calendar.nth_close(row.due_at, ESCALATE_AFTER_DAYS) > at:
        return 0
    tell(notices.overdue(revision, row, leaders(), "escalated"), at=at)
    return _mark(row, at, "escalated_at")


def announce_effective(*, at: datetime) -> int:
    """Tell those concerned of each release that has taken effect, once. Returns how many releases were told."""
    return sum(each_alone(_due(at), partial(_announce, at=at), event="release_not_announced"))


def _due(at: datetime) -> list[int]:
    waiting = Release.objects.filter(announced_at=None, valid_from__lte=at)
    return list(waiting.order_by("valid_from").values_list("pk", flat=True)[:_BATCH])


@transaction.atomic
def _announce(pk: int, *, at: datetime) -> int:
    rows = Release.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, announced_at=None)
    release = rows.select_related("definition__revision__process__department").first()
    if release is None:
        return 0
    if not release.is_over(at) and release.definition.is_intact:
        tell(notes_of_switch(release, at=at), at=at)
    Release.objects.filter(pk=pk).update(announced_at=at)
    return 1
