"""The demo's review: three reviewers, a comment that was answered, four answers each, and the leader's signature."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from processes.domain.clauses import clauses_of
from processes.domain.commenting import answer, comment, settle_comment
from processes.domain.parsing import parse
from processes.domain.proposing import propose
from processes.domain.reviewing import QUESTIONS, decide
from processes.domain.routing import Asked, start_review
from processes.domain.signing import sign
from processes.domain.texts import text_of
from processes.models import Mode, Release, Revision, Verdict
from procstd.notices.models import Delivery, Notice

_REVIEWERS = ("zhao.min", "ma.jun", "shen.yi")
_ANSWERS = dict.fromkeys(QUESTIONS, (True, ""))


def review_and_sign(draft: Revision, people: dict[str, Any], *, released_at: datetime) -> None:
    """Review *draft* in the days before its release by the real acts, and have the leader sign it."""
    start = released_at - timedelta(days=10)
    proposed = {row.person.username: row for row in propose(draft, on=start.date())}
    rows = [proposed[name] for name in _REVIEWERS]
    route = [Asked(row.person, row.rule, row.post, row.department) for row in rows]
    review = start_review(
        draft, mode=Mode.ALL, days=5, touches_compliance=True, route=route, by=people["he.lin"], at=start
    )
    clause = next(row for row in clauses_of(parse(text_of(draft).data)) if row.place == "step:s4")
    said = comment(
        review, clause=clause, text="24 小时是从收到工单起算，还是从登记起算？请写清楚。", by=people["ma.jun"],
        at=start + timedelta(days=1),
    )  # fmt: skip
    answer(
        said, text="从派单（第 3 步）结束起算，见“时限”一行，已在操作规范中核对。", by=people["he.lin"],
        at=start + timedelta(days=2),
    )  # fmt: skip
    settle_comment(said, by=people["ma.jun"], at=start + timedelta(days=3))
    for days, reviewer in enumerate(review.reviewers.order_by("order"), 3):
        decide(
            reviewer, verdict=Verdict.APPROVED, answers=_ANSWERS, reason="", by=reviewer.person,
            at=start + timedelta(days=days, hours=1),
        )  # fmt: skip
    sign(draft, meaning="approve", by=people["li.guoqiang"], at=released_at - timedelta(days=1))


def told_in_time(release: Release, *, at: datetime) -> None:
    """Mark what the acts told as read and sent in those days: nobody is mailed about March when the demo is loaded."""
    told = Notice.objects.filter(created_at__lte=at)
    Delivery.objects.filter(notice__in=told).delete()
    Delivery.objects.filter(channel="digest", created_at__lte=at).delete()
    told.update(read_at=at)
    Release.objects.filter(pk=release.pk).update(announced_at=at)
