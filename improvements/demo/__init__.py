"""The demo's whole story: a complaint project from its plan to V1.1, told by the real acts at past times (H2).

A sibling of the complaint process of H3, so that the one shows a house at work today and this one a year's work done: survey,
signed standard, pilot from 4 days and 75 % to 2.5 days and 90 %, three waves, two audits with findings, six suggestions
of which two became V1.1. Its days are fixed, all in 2026.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from improvements.demo import audits, improving, opening, pilot, rollout
from improvements.demo.stage import CODE, Stage
from processes.models import Process
from procstd import history
from procstd.notices.models import Delivery, Notice

CHAPTERS = (
    opening.prepare, opening.survey, opening.define, pilot.run, rollout.widen, audits.supervise, improving.improve,
)  # fmt: skip


@transaction.atomic
def load(now: datetime | None = None) -> int:
    """Tell the story once; return how many cases it has."""
    if Process.objects.filter(code=CODE).exists():
        return 0
    before = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    stage = Stage.set(now or timezone.now())
    with history.telling_the_past():
        for chapter in CHAPTERS:
            chapter(stage)
    _told_in_those_days(before, stage.now)
    return stage.cases


def _told_in_those_days(before: int, now: datetime) -> None:
    """Mark what the story told as read and sent: nobody is mailed about March when the demo is loaded."""
    told = Notice.objects.filter(pk__gt=before)
    Delivery.objects.filter(notice__in=told).delete()
    Delivery.objects.filter(channel="digest", notice=None, created_at__lte=now).delete()
    told.update(read_at=now)
