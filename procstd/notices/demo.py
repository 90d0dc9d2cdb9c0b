"""The demo's notices: what people of the house were told in the last days, through the real act."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Notice
from procstd.notices.rules import NEWS
from procstd.organisation.models import User

#: Days ago, key, where it leads, then title and text in Chinese and in English.
NEWS_OF_THE_DEMO = [
    (
        9, "welcome", "/",
        "欢迎使用 procstd", "Welcome to procstd",
        "“我的工作”汇总了需要您处理的事项。左侧导航按岗位显示您可以使用的功能。",
        "“My work” gathers what waits for you. On the left stands what your posts may use.",
    ),
    (
        4, "complaint-in-force", "/processes/complaint/",
        "客户投诉处理标准已在试点部门生效", "The standard for customer complaints is in force",
        "新登记的投诉一律按该标准办理，请阅读手册。",
        "From now on every complaint follows it. Read the manual.",
    ),
    (
        0, "choose-how", "/notices/preferences/",
        "请选择接收通知的方式", "Choose how you want to be told",
        "每类通知都可以立即发邮件、仅在工作时间发送、汇总到每日摘要，或只在系统内提醒；还可以设置免打扰时段。",
        "For each kind of notice: by mail at once, in working time only, in the daily digest, or never. You can have quiet hours too.",
    ),
]  # fmt: skip


@transaction.atomic
def load(now: datetime | None = None) -> int:
    """Tell everybody of the demo its news, unless that was done; tell how many notices were made."""
    now = now or timezone.now()
    people = list(User.objects.active().order_by("pk").values_list("pk", flat=True))
    made = 0
    for days, key, url, title_zh, title_en, body_zh, body_en in NEWS_OF_THE_DEMO:
        at = now - timedelta(days=days, minutes=7)
        notes = [Note(person, NEWS.name, f"demo:{key}", title_zh, title_en, body_zh, body_en, url) for person in people]
        made += tell(notes, at=at)
        if days > 5:
            Notice.objects.filter(key=f"demo:{key}", read_at=None).update(read_at=at + timedelta(hours=2))
    return made
