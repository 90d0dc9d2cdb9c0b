"""The usual calendar of the six phases (H2.0), with their tasks: in both languages, as a plan keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from procstd.gates import Phase
from projects.models import Duty

Text = tuple[str, str]  # Chinese, English


@dataclass(frozen=True)
class TaskTemplate:
    """A task: from which working day of the phase, for how many, after which tasks of the phase (by place, from 0)."""

    title: Text
    begins: int
    days: int
    after: tuple[int, ...] = ()
    owner: str = ""


@dataclass(frozen=True)
class PhaseTemplate:
    """A phase: so many working days, with what it ends in. *owner* is a duty of the team; empty: the project's lead."""

    phase: Phase
    title: Text
    days: int
    milestone: Text
    deliverable: Text
    resources: Text
    owner: str = ""
    tasks: tuple[TaskTemplate, ...] = ()


#: Two weeks of five working days for each of the first five phases; the sixth goes on for a quarter, until the first
#: evaluation (H2.6.1).
TEMPLATE = (
    PhaseTemplate(
        Phase.PREPARATION, ("前期准备", "Preparation"), 10,
        ("专项小组成立，流程选定，计划获批", "Team complete, process chosen, plan agreed"),
        ("《标准化项目计划书》", "Standardization project plan"),
        ("组长与各部门负责人各两个半天", "Two half-days of the leader and of each head"), Duty.LEADER,
        (
            TaskTemplate(("成立专项小组", "Staff the team"), 1, 3, (), Duty.LEADER),
            TaskTemplate(("候选流程打分排序", "Score and rank candidates"), 4, 3, (0,)),
            TaskTemplate(("编制项目计划", "Write the plan"), 7, 4, (1,)),
        ),
    ),
    PhaseTemplate(
        Phase.MAPPING, ("流程梳理", "Mapping"), 10,
        ("痛点与根因经各部门确认", "Pains and causes confirmed by the departments"),
        ("《流程现状调研报告》", "Current-state survey report"),
        ("两周调研：访谈、问卷、现场观察", "Two weeks of survey: interviews, questionnaire, observation"),
        Duty.SPECIALIST,
        (
            TaskTemplate(("开展现状调研", "Survey the current state"), 1, 5),
            TaskTemplate(("绘制流程图", "Draw the flowcharts"), 5, 3, (), Duty.SPECIALIST),
            TaskTemplate(("分析痛点与根因", "Analyse pains and causes"), 8, 3, (0, 1), Duty.SPECIALIST),
        ),
    ),
    PhaseTemplate(
        Phase.DEFINITION, ("标准制定", "Definition"), 10,
        ("标准经评审并由组长签发", "Standard reviewed and signed by the leader"),
        ("《业务流程标准手册V1.0》", "Standard manual V1.0"),
        ("各部门负责人评审，法务参与", "Review by the heads, legal where compliance is touched"), Duty.DEPARTMENT,
        (
            TaskTemplate(("起草八大要素", "Draft the eight elements"), 1, 5, (), Duty.SPECIALIST),
            TaskTemplate(("评审与修订", "Review and revise"), 6, 4, (0,), Duty.DEPARTMENT),
            TaskTemplate(("签发V1.0", "Release V1.0"), 10, 1, (1,), Duty.LEADER),
        ),
    ),
    PhaseTemplate(
        Phase.PILOT, ("试点运行", "Pilot"), 10,
        ("10至15个典型案例运行完毕", "10 to 15 typical cases run"),
        ("《试点运行反馈报告》", "Pilot feedback report"),
        ("两个试点部门，每周一次例会", "Two pilot departments, one meeting a week"), Duty.DEPARTMENT,
        (
            TaskTemplate(("试点培训", "Train the pilot staff"), 1, 2),
            TaskTemplate(("运行与监控", "Run and monitor"), 3, 7, (0,)),
            TaskTemplate(("撰写反馈报告", "Write the feedback report"), 10, 1, (1,), Duty.SPECIALIST),
        ),
    ),
    PhaseTemplate(
        Phase.ROLLOUT, ("全面推广", "Rollout"), 10,
        ("全部相关部门按标准运行", "All departments concerned work by the standard"),
        ("《标准化推广培训材料》", "Rollout training material"),
        ("培训讲师、教室、系统支持", "Trainers, rooms, system support"), "",
        (
            TaskTemplate(("制定推广计划", "Plan the waves"), 1, 2),
            TaskTemplate(("分层培训", "Train in three tiers"), 3, 5, (0,)),
            TaskTemplate(("系统落地", "Land it in the system"), 3, 8, (0,), Duty.IT),
        ),
    ),
    PhaseTemplate(
        Phase.OPTIMIZATION, ("持续优化", "Optimization"), 60,
        ("首次季度评估完成", "First quarterly evaluation done"),
        ("《流程优化年度报告》", "Annual optimization report"),
        ("项目小组每季度两天", "Two days of the team in each quarter"), "",
        (TaskTemplate(("季度评估", "Quarterly evaluation"), 51, 10),),
    ),
)  # fmt: skip
