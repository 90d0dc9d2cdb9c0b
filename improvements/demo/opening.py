"""Phases 1 to 3 of the story: team and plan, survey with its baseline, the standard reviewed and signed."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import NormalDist

from improvements.demo.stage import CODE, PROJECT, Stage, at
from improvements.demo.standard import NAME_EN, NAME_ZH, first_version
from processes.demo_review import review_and_sign
from processes.domain.drafting import write_draft
from processes.models import Category, Process
from procstd import history
from procstd.gates import Phase
from projects.domain.notebook import write_entry
from projects.domain.passing import close_phase, override_criterion
from projects.domain.planning import confirm_deliverable, finish_task, make_plan
from projects.domain.scope import add_candidate, choose_processes
from projects.domain.starting import start_project
from projects.domain.team import add_member
from projects.models import Duty, EntryKind
from projects.queries.gate import gate_of
from surveys.demo import answers_of
from surveys.domain.answering import answer
from surveys.domain.asking import ask_people, close_questionnaire, open_questionnaire
from surveys.domain.diagnosis.baselines import add_baseline, freeze_baseline
from surveys.domain.diagnosis.causes import add_cause
from surveys.domain.diagnosis.pains import add_evidence, name_pain, solve_pain
from surveys.domain.diagnosis.steps import Row, write_steps
from surveys.domain.questioning import begin_questionnaire
from surveys.domain.starting import end_survey, start_survey

_TEAM = [
    (Duty.LEADER, "li.guoqiang"), (Duty.DEPARTMENT, "zhao.min"), (Duty.DEPARTMENT, "ma.jun"),
    (Duty.DEPARTMENT, "guo.peng"), (Duty.DEPARTMENT, "lin.feng"), (Duty.SPECIALIST, "he.lin"), (Duty.IT, "fang.ning"),
]  # fmt: skip
_WHY = {
    "why_frequency": "每月约 40 件服务投诉", "why_reach": "客服、质量、销售、生产四个部门和全部客户",
    "why_difficulty": "只需统一登记表和时限，两个月可见效", "why_fit": "客户满意度是今年的目标",
}  # fmt: skip
#: Chinese, English, post, department, minutes told, n, minutes of waiting: four working days together.
_STEPS = [
    ("接收投诉", "Receive the complaint", "service-agent", "service", 60, 9, None),
    ("质量部判定责任", "Quality judges responsibility", "quality-engineer", "quality", 960, 6, None),
    ("处理投诉", "Handle the complaint", "repair-technician", "workshop-1", 480, 6, None),
    ("回访客户", "Follow-up call", "service-agent", "service", 30, 9, 390),
]


def prepare(stage: Stage) -> None:
    """January: the project begins, its team is complete, the process is chosen, the plan is made."""
    lead, began = stage.lead, at(1, 5)
    stage.process = history.save(
        Process(code=CODE, category=Category.BUSINESS, department=stage.departments["service"],
                owner=stage.people["zhao.min"], is_core=True, name_zh=NAME_ZH, name_en=NAME_EN),
        by=None, reason="Demo",
    )  # fmt: skip
    stage.project = start_project(
        code=PROJECT, name_zh="客户服务投诉标准化", name_en="Service complaints", value="efficiency",
        figure_zh="平均处理周期", figure_en="Mean time to handle a complaint", unit_zh="个工作日", unit_en="working days",
        baseline=Decimal(4), target=Decimal("2.5"), lead=lead, departments=stage.halls("service", "quality", "sales", "production"),
        by=lead, at=began, reason="项目启动 / Start of the project",
    )  # fmt: skip
    for duty, name in _TEAM:
        add_member(stage.project, duty=duty, person=stage.people[name], by=lead, at=began)
    add_candidate(
        stage.project, process=stage.process, reason="项目例会评分 / Scored in the meeting", by=stage.specialist,
        at=began + timedelta(days=1), frequency=5, reach=5, difficulty=3, fit=5, **_WHY,
    )  # fmt: skip
    choose_processes(stage.project, processes=[CODE], by=stage.leader, at=began + timedelta(days=3))
    make_plan(stage.project, start_on=began.date(), by=lead, at=began + timedelta(days=3))
    write_entry(
        stage.project, kind=EntryKind.MEETING, held_on=date(2026, 1, 7), title="第一次例会", people="李国强、孙悦、何琳、马俊、赵敏、郭鹏",
        text="服务投诉平均 4 个工作日办结，满意度 75 %。目标：2.5 个工作日，90 %。", by=stage.specialist, at=at(1, 7, 16),
    )  # fmt: skip
    pass_gate(stage, Phase.PREPARATION, at(1, 16))


def survey(stage: Stage) -> None:
    """January and February: questionnaire, steps as they are, pain points with causes, figures frozen."""
    owner, began = stage.specialist, at(1, 19)
    stage.survey = start_survey(
        stage.process, title_zh="客户服务投诉现状调研", title_en="How service complaints are handled today", owner=owner,
        departments=stage.halls("service", "quality", "sales"), by=owner, at=began,
    )  # fmt: skip
    asked = begin_questionnaire(
        stage.survey, title_zh="服务投诉处理问卷", title_en="Service complaints, step by step", is_anonymous=False,
        with_starter=True, by=owner, intro_zh="请花五分钟告诉我们目前的情况。",
        intro_en="Please take five minutes to tell us how it is today.",
    )  # fmt: skip
    open_questionnaire(asked, by=owner, at=began)
    ask_people(asked, departments=stage.halls("service", "quality", "sales"), by=owner, at=began)
    for number, invitation in enumerate(asked.invitations.select_related("person", "questionnaire")):
        answer(
            invitation,
            answers=answers_of(asked, 2 + number % 3),
            by=invitation.person,
            at=began + timedelta(days=2, hours=number),
        )
    close_questionnaire(asked, by=owner, at=at(1, 30))
    _diagnose(stage, at(2, 3))
    period = {"period_from": date(2025, 11, 1), "period_until": date(2026, 2, 1), "source": "read", "note": "CRM"}
    add_baseline(stage.survey, name_zh="平均处理周期", name_en="Mean cycle", unit_zh="工作日", unit_en="working days",
                 value=Decimal(4), n=112, values=_register(112, Decimal(4)), by=owner, at=at(2, 5), **period)  # fmt: skip
    add_baseline(stage.survey, name_zh="客户满意度", name_en="Customer satisfaction", unit_zh="%", unit_en="%",
                 value=Decimal(75), n=64, by=owner, at=at(2, 5), **period)  # fmt: skip
    add_baseline(stage.survey, name_zh="方案一次准确率", name_en="Solutions right at once", unit_zh="%", unit_en="%",
                 value=Decimal(70), n=112, by=owner, at=at(2, 5), **period)  # fmt: skip
    freeze_baseline(stage.survey, by=owner, at=at(2, 5, 11))
    pass_gate(stage, Phase.MAPPING, at(2, 6))


def _register(count: int, mean: Decimal) -> str:
    """Return the days of *count* complaints as a column of the old register: most short, some long, of this mean."""
    shape = [NormalDist(0, 0.45).inv_cdf((place + 0.5) / count) for place in range(count)]
    scale = float(mean) * count / sum(math.exp(value) for value in shape)
    days = [round(Decimal(scale * math.exp(value)), 1) for value in shape]
    days[-1] += mean * count - sum(days)
    # A register is not sorted.
    return "\n".join(str(days[place * 45 % count]) for place in range(count))


def _diagnose(stage: Stage, when: datetime) -> None:
    from procstd.organisation.models import Post

    by = stage.specialist
    posts = {row.code: row for row in Post.objects.all()}
    rows = [
        Row(Decimal(number), {
            "name_zh": zh, "name_en": en, "post": posts[post], "department": stage.departments[hall], "told_minutes": told,
            "told_n": n, "wait_minutes": wait, "is_key_node": number == 2,
        })
        for number, (zh, en, post, hall, told, n, wait) in enumerate(_STEPS, 1)
    ]  # fmt: skip
    steps = write_steps(stage.survey, rows, by=by, at=when)
    pain = name_pain(
        stage.survey, text_zh="质量部判定责任需要 2 天", text_en="Quality takes 2 days to judge responsibility",
        evidence_zh="问卷与工单记录。", evidence_en="Questionnaire and work orders.", source="told", times_a_month=Decimal(40),
        lost_minutes=480, steps=[steps[1]], by=by, at=when,
    )  # fmt: skip
    add_evidence(pain, kind="told", number="调研表", figure_zh="2 天", figure_en="2 d", by=by, at=when)
    parent = None
    for depth, (zh, en) in enumerate(
        [
            ("要手工查阅 3 份文件", "Three documents are looked through by hand"),
            ("订单与服务记录没有关联", "Orders and service records are not linked"),
            ("没有规定时限和责任岗位，可以写入标准", "Nobody has a limit nor answers for it; a standard can say so"),
        ],
        1,
    ):
        parent = add_cause(pain, parent=parent, text_zh=zh, text_en=en, is_actionable=depth == 3, by=by, at=when)
    solve_pain(pain, solved_by="element:7", by=by, at=when + timedelta(days=1))


def define(stage: Stage) -> None:
    """February: the standard is drafted, reviewed by three, signed by the leader."""
    stage.draft = write_draft(stage.process, first_version(), by=stage.specialist, reason="Demo", at=at(2, 9))
    review_and_sign(stage.draft, stage.people, released_at=at(2, 25, 9))
    stage.draft.refresh_from_db()
    end_survey(stage.survey, by=stage.specialist, at=at(2, 10), reason="调研完成 / Survey done")


def pass_gate(stage: Stage, phase: Phase, when: datetime) -> None:
    """Finish the phase's tasks, confirm what it delivers, answer for what is open still, and close it."""
    items = stage.project.plan_items.filter(phase=phase)
    waiting = list(items.filter(kind="task").order_by("start_on", "pk"))
    while waiting:  # in the order in which they wait for each other
        ready = [row for row in waiting if not row.depends_on.filter(done_at=None).exists()] or waiting
        for row in ready:
            finish_task(row, by=stage.lead, at=when)
            waiting.remove(row)
    confirm_deliverable(items.get(kind="phase"), by=stage.leader, at=when)
    for criterion in gate_of(stage.project, phase, at=when).missing:
        override_criterion(
            stage.project, phase=phase, criterion=criterion.code, by=stage.leader, at=when,
            reason="不影响下一阶段，两周内补齐 / The next phase can begin; it is made up for within two weeks",
        )  # fmt: skip
    close_phase(stage.project, phase=phase, by=stage.lead, at=when)
