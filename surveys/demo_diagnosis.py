"""The demo's diagnosis of complaint handling (H2.2.3, H2.2.4, H2.4.4), made by the real acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from procstd.organisation.models import Department, Post
from surveys.domain.diagnosis.baselines import add_baseline, freeze_baseline
from surveys.domain.diagnosis.causes import add_cause
from surveys.domain.diagnosis.pains import add_evidence, name_pain, solve_pain
from surveys.domain.diagnosis.steps import Row, write_steps
from surveys.models import Survey

#: Chinese, English, post, department, working minutes told, n, observed, n, wait: four working days together.
_STEPS = [
    ("接收投诉", "Receive the complaint", "service-agent", "service", 60, 12, 60, 2, None),
    ("质量部判定责任", "Quality judges responsibility", "quality-engineer", "quality", 960, 5, None, None, None),
    ("处理投诉", "Handle the complaint", "service-agent", "service", 420, 6, None, None, None),
    ("回访客户", "Follow-up call", "service-agent", "service", 30, 8, None, None, 450),
]
_PAINS: list[tuple[dict[str, Any], int, tuple[str, str, str], str, list[tuple[str, str]]]] = [
    (
        {"text_zh": "质量部判定责任需要 2 天", "text_en": "Quality takes 2 days to judge responsibility",
         "evidence_zh": "销售部调研表：判定平均 2 天。", "evidence_en": "Survey form of sales: judging takes 2 days.",
         "source": "told", "times_a_month": Decimal(40), "lost_minutes": 480},
        1, ("told", "销售部调研表", "2 d"), "element:7",
        [("要手工查阅 3 份文件", "Three documents are looked through by hand"),
         ("型号与批次数据没有关联", "Model and batch data are not linked"),
         ("两个系统之间没有接口，IT 可以建立", "The two systems have no interface; IT can build one")],
    ),
    (
        {"text_zh": "处理结束 3 天后才回访", "text_en": "The follow-up call comes 3 days after the end",
         "evidence_zh": "12 份问卷中 8 份提到回访太晚。", "evidence_en": "8 of 12 answers say that the call comes late.",
         "source": "asked", "times_a_month": Decimal(30), "lost_minutes": 450},
        3, ("asked", "Q3", "8 / 12"), "element:7",
        [("客服不知道处理何时完成", "Service does not know when handling ends"),
         ("完成后没有通知，可以在系统中设置", "Nobody is told at the end; the system can tell")],
    ),
]  # fmt: skip


def load_diagnosis(survey: Survey, now: datetime | None = None) -> int:
    """Write the diagnosis of the complaint process down; tell how many pain points. Only once.

    They are not carried into the standard, which names its own: its next draft would differ without an origin.
    """
    if survey.steps.exists():
        return 0
    by, at = survey.owner, now or timezone.now()
    posts = {row.code: row for row in Post.objects.all()}
    departments = {row.code: row for row in Department.objects.without_tree_fields()}
    rows = [
        Row(
            Decimal(number),
            {"name_zh": zh, "name_en": en, "post": posts.get(post), "department": departments.get(department),
             "told_minutes": told, "told_n": n, "observed_minutes": observed, "observed_n": m, "wait_minutes": wait,
             "is_key_node": number == 2, "rework_percent": 15 if number == 3 else None},
            back_to=Decimal(2) if number == 3 else None,
        )
        for number, (zh, en, post, department, told, n, observed, m, wait) in enumerate(_STEPS, 1)
    ]  # fmt: skip
    steps = write_steps(survey, rows, by=by, at=at)
    pains = []
    for facts, place, (kind, number, figure), solved_by, whys in _PAINS:
        pain = name_pain(survey, **facts, steps=[steps[place]], by=by, at=at)
        add_evidence(pain, kind=kind, number=number, figure_zh=figure, figure_en=figure, by=by, at=at)
        parent = None
        for depth, (zh, en) in enumerate(whys, 1):
            parent = add_cause(
                pain, parent=parent, text_zh=zh, text_en=en, is_actionable=depth == len(whys), by=by, at=at
            )  # fmt: skip
        pains.append(solve_pain(pain, solved_by=solved_by, by=by, at=at))
    period: dict[str, Any] = {
        "period_from": date(2025, 12, 1),
        "period_until": date(2026, 3, 1),
        "source": "read",
        "by": by,
        "at": at,
    }
    add_baseline(survey, name_zh="平均处理周期", name_en="Mean cycle", unit_zh="工作日", unit_en="working days",
                 value=Decimal(4), n=120, note="CRM", **period)  # fmt: skip
    add_baseline(survey, name_zh="客户满意度", name_en="Customer satisfaction", unit_zh="%", unit_en="%",
                 value=Decimal(75), n=88, note="CRM", **period)  # fmt: skip
    freeze_baseline(survey, by=by, at=at + timedelta(seconds=1))
    return len(pains)
