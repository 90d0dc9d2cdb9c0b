"""The demo's project: complaint handling, planned by the real acts, with days that follow the demo's own clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from processes.models import Process
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.organisation.models import Department, User
from projects.domain.notebook import write_entry
from projects.domain.passing import close_phase
from projects.domain.planning import confirm_deliverable, finish_task, make_plan, move_item
from projects.domain.scope import add_candidate, choose_processes, set_weights
from projects.domain.starting import start_project
from projects.domain.team import add_member
from projects.models import Duty, EntryKind, Project

CODE, SECOND = "complaints", "expenses"
_WHY = "项目启动 / Start of the project"
#: Process, scores, reasons by dimension.
CANDIDATES = [
    ("complaint", (5, 5, 3, 5), (
        "每天都有投诉超过答复时限", "客户服务、质量、销售三个部门和全部客户", "需要新增线上表单，约两个月", "客户满意度是今年的目标",
    )),
    ("order", (3, 4, 2, 4), (
        "每周有订单重复录入", "销售、生产和采购", "要改造订单系统，约一年", "支持交付准时率目标",
    )),
    ("purchase-request", (3, 2, 4, 2), (
        "每周有申请被退回", "采购部和申请部门", "统一一张表单即可", "与今年目标关系不大",
    )),
]  # fmt: skip
TEAM = [
    (Duty.LEADER, "li.guoqiang"), (Duty.DEPARTMENT, "zhao.min"), (Duty.DEPARTMENT, "ma.jun"),
    (Duty.DEPARTMENT, "guo.peng"), (Duty.SPECIALIST, "he.lin"), (Duty.SPECIALIST, "tang.wei"), (Duty.IT, "fang.ning"),
]  # fmt: skip


@transaction.atomic
def load(now: datetime | None = None) -> int:
    """Plan the complaint project as far as it has come by *now*; tell how many projects there are more."""
    if Project.objects.filter(code=CODE).exists():
        return 0
    now = now or timezone.now()
    people = {person.username: person for person in User.objects.active()}
    processes = {process.code: process for process in Process.objects.all()}
    departments = {row.code: row for row in Department.objects.without_tree_fields()}
    with history.telling_the_past():
        _complaints(now, people, processes, departments)
    start_project(
        code=SECOND, name_zh="费用报销标准化", name_en="Expense claims", value="efficiency", figure_zh="平均审批时间",
        figure_en="Mean time to approval", unit_zh="个工作日", unit_en="working days", baseline=Decimal(5),
        target=Decimal(2), lead=people["sun.yue"], departments=[departments["management"]], by=people["sun.yue"],
        at=now - timedelta(days=3), reason=_WHY,
    )  # fmt: skip
    return 2


def _complaints(now: datetime, people: dict[str, User], processes: dict[str, Any], departments: dict[str, Any]) -> None:
    days = standard_workdays()
    start = days.plus(days.today(now), -14)

    def at(working_days: int) -> datetime:
        """Return ten in the morning so many working days after the start."""
        day = days.plus(start, working_days)
        return history.come_to(min(datetime.combine(day, time(10), days.zone), now))

    lead, leader, specialist = people["sun.yue"], people["li.guoqiang"], people["he.lin"]
    project = start_project(
        code=CODE, name_zh="客户投诉处理标准化", name_en="Complaint handling", value="efficiency",
        figure_zh="平均处理周期", figure_en="Mean time to handle a complaint", unit_zh="个工作日", unit_en="working days",
        baseline=Decimal(4), target=Decimal("2.5"), lead=lead,
        departments=[departments[code] for code in ("service", "quality", "sales")], by=lead, at=at(0), reason=_WHY,
    )  # fmt: skip
    for duty, code in TEAM:
        add_member(project, duty=duty, person=people[code], by=lead, at=at(0))
    add_member(project, duty=Duty.ADVISER, outside_name="张博士（恒泰咨询）", by=lead, at=at(1))
    for code, scores, reasons in CANDIDATES:
        scored = dict(zip(("frequency", "reach", "difficulty", "fit"), scores, strict=True))
        whys = dict(zip(("why_frequency", "why_reach", "why_difficulty", "why_fit"), reasons, strict=True))
        add_candidate(
            project, process=processes[code], reason="项目例会评分 / Scored in the meeting", by=specialist, at=at(3),
            **scored, **whys,
        )  # fmt: skip
    set_weights(
        project, frequency=35, reach=25, difficulty=15, fit=25, reason="先解决最痛的问题 / The sharpest pain first",
        by=lead, at=at(4),
    )  # fmt: skip
    choose_processes(project, processes=["complaint"], by=leader, at=at(5))
    make_plan(project, start_on=start, by=lead, at=at(5))
    write_entry(
        project, kind=EntryKind.MEETING, held_on=at(4).date(), title="第一次例会",
        people="李国强、孙悦、何琳、马俊、赵敏、郭鹏", text="三个候选流程逐项打分。\n质量部提出判定责任平均需要两天。", by=specialist,
        at=at(4),
    )  # fmt: skip
    write_entry(
        project, kind=EntryKind.DECISION, held_on=at(5).date(), title="先做客户投诉处理流程", people="李国强",
        text="频次和影响面最高；订单流程留到明年系统改造后。", by=specialist, at=at(5),
    )  # fmt: skip
    for item in project.plan_items.filter(phase=1, kind="task").order_by("start_on", "pk"):
        finish_task(item, by=lead, at=at(9))
    confirm_deliverable(project.plan_items.get(key="p1"), by=leader, at=at(9))
    close_phase(project, phase=1, by=lead, at=at(9))
    survey = project.plan_items.get(key="t4")
    move_item(
        survey, start_on=survey.start_on, end_on=days.plus(survey.end_on, 3), by=lead, at=at(12),
        reason="问卷回收慢 / Answers come in slowly",
    )  # fmt: skip
