"""Phase 4 of the story: four weeks in service and quality, from 4 days and 75 % to 2.5 days and 90 %."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from improvements.demo.cases import Told, drive
from improvements.demo.opening import pass_gate
from improvements.demo.stage import Stage, at, then
from pilots.domain.beginning import begin_pilot
from pilots.domain.checking import begin_check, end_check, tick
from pilots.domain.choosing import choose_departments, score_candidate
from pilots.domain.criteria import add_criterion, lock_criteria
from pilots.domain.deciding import decide
from pilots.domain.issues import propose, raise_issue
from pilots.domain.planning import plan_pilot
from pilots.domain.running import agree_action, finish_action, write_minutes
from pilots.models import IssueKind, Seen, Way
from procstd.gates import Phase
from procstd.organisation.models import User
from rollouts.domain.acknowledging import acknowledge
from rollouts.domain.training import plan_training, tick_attendance
from rollouts.models import Tier
from rollouts.queries.concerned import concerned_by

HALLS = ("service", "quality")
#: Day of March, working days, rating: mean 2.5 days; nine of ten answers are 4 or 5.
_CASES: list[tuple[int, float, int | None, bool]] = [
    (2, 3.2, 4, False), (3, 2.9, None, False), (4, 2.6, 5, True), (5, 2.8, 4, False), (6, 2.4, None, False),
    (9, 2.6, 5, False), (10, 2.2, 4, False), (11, 2.9, 3, True), (12, 2.3, 5, False), (13, 2.5, None, False),
    (16, 2.1, 5, False), (17, 2.4, 4, False), (18, 2.2, 5, True), (19, 1.9, None, False), (20, 2.0, 5, False),
]  # fmt: skip
_SCORES = {
    "service": ((4, 5, 5), ("每月约 40 件", "主管主动报名", "全部投诉都经客服受理")),
    "quality": ((4, 4, 4), ("每月约 30 件判定", "部门会议已同意", "覆盖维修、更换和赔偿")),
    "production": ((2, 3, 2), ("每月约 10 件", "旺季人手紧", "只执行方案")),
}  # fmt: skip


def run(stage: Stage) -> None:
    """February and March: planned, criteria fixed, trained, run, compared, decided: go."""
    _plan(stage)
    begin_pilot(
        stage.pilot, by=stage.lead, at=at(2, 25, 9),
        reason="培训安排在 2 月 26 日，试点 3 月 2 日开始 / Trained on 26 February, before the first day",
    )  # fmt: skip
    pass_gate(stage, Phase.DEFINITION, at(2, 27))
    definition = stage.definition
    train(stage, Tier.EXECUTION, "服务投诉标准 V1.0 培训", "Training on V1.0", at(2, 26, 14), HALLS)
    for person in concerned(definition.pk, HALLS, stage, at(2, 27)):
        acknowledge(definition, by=person, at=at(2, 27, 9 + person.pk % 8))
    for day, days, rating, urgent in _CASES:
        drive(stage, Told(at(3, day, 9, 10 + day), days, rating, urgent, back={"s5": "rejected"} if day == 11 else {}))
    _watch(stage)
    decide(
        stage.pilot,
        way=Way.GO,
        reason="周期缩短到 2.5 个工作日，满意度 90 %，两个问题已有改进建议。",
        by=stage.leader,
        at=at(3, 27, 16),
    )
    pass_gate(stage, Phase.PILOT, at(3, 30))


def _plan(stage: Stage) -> None:
    lead = stage.lead
    stage.pilot = plan_pilot(
        stage.process, revision=stage.draft, leader=stage.leader, by=lead, at=at(2, 24, 15),
        reason="两个部门，四周 / Two departments, four weeks", period_from=date(2026, 3, 2), period_until=date(2026, 3, 28),
        cases_least=10, cases_most=15, before_from=date(2025, 11, 1), before_until=date(2026, 2, 1), project=stage.project,
    )  # fmt: skip
    for code, (scores, reasons) in _SCORES.items():
        names = ("volume", "willingness", "representativeness")
        facts = dict(zip(names, scores, strict=True)) | {
            f"why_{name}": why for name, why in zip(names, reasons, strict=True)
        }
        score_candidate(stage.pilot, department=stage.departments[code], by=stage.specialist, at=at(2, 24, 15, 30),
                        typed_percent=40 * scores[2] // 2, **facts)  # fmt: skip
    choose_departments(
        stage.pilot, by=lead,
        reasons={stage.departments["service"].pk: "受理全部投诉，覆盖 80 % 以上场景",
                 stage.departments["quality"].pk: "判定责任是最慢的一步"},
    )  # fmt: skip
    cycle, satisfaction, accuracy = stage.survey.baselines.order_by("pk")
    common: dict[str, Any] = {"by": stage.specialist, "at": at(2, 24, 16)}
    add_criterion(stage.pilot, indicator="cycle", threshold=Decimal(20), minimum_effect=Decimal(4), baseline=cycle,
                  point=Decimal(32), **common)  # fmt: skip
    add_criterion(stage.pilot, indicator="satisfaction", threshold=Decimal(85), minimum_effect=Decimal(5),
                  baseline=satisfaction, point=Decimal(75), **common)  # fmt: skip
    add_criterion(
        stage.pilot, indicator="accuracy", step="s4", threshold=Decimal(90), minimum_effect=Decimal(5),
        baseline=accuracy, point=Decimal(70), **common,
    )  # fmt: skip
    lock_criteria(stage.pilot, by=lead, at=at(2, 24, 17))


def train(stage: Stage, tier: Tier, zh: str, en: str, when: datetime, halls: tuple[str, ...]) -> None:
    """Hold a training to which everybody invited came."""
    definition, trainer = stage.definition, stage.people["qian.xin"]
    training = plan_training(
        definition, tier=tier, title_zh=zh, title_en=en, starts_at=when, minutes=90, place="培训室 3", trainer=trainer,
        departments=stage.halls(*halls), posts=[], by=stage.lead, at=then(when - timedelta(days=1)),
    )  # fmt: skip
    present = set(training.attendances.values_list("person", flat=True))
    tick_attendance(training, present=present, by=trainer, at=then(when + timedelta(minutes=90)))


def concerned(definition: int, halls: tuple[str, ...], stage: Stage, when: datetime) -> list[User]:
    """Return whom a version concerns in some departments."""
    rows = concerned_by(definition, at=when, departments={stage.departments[code].pk for code in halls})
    return [row.person for row in rows]


def _watch(stage: Stage) -> None:
    """The weekly meeting, a spot check, two issues with proposals."""
    minutes = write_minutes(
        stage.pilot, held_on=date(2026, 3, 13), people="孙悦、何琳、赵敏、马俊",
        text="已办 10 件，平均 2.6 个工作日。分级口径不一，登记表字段偏多。", by=stage.specialist, at=at(3, 13, 16),
    )  # fmt: skip
    action = agree_action(minutes, what="写明紧急投诉的判定口径", owner=stage.people["zhao.min"], due_on=date(2026, 3, 18),
                          by=stage.specialist, at=at(3, 13, 16, 30))  # fmt: skip
    finish_action(action, by=stage.people["zhao.min"], at=at(3, 17))
    check = begin_check(
        stage.pilot, department=stage.departments["service"], step="s2", by=stage.specialist, at=at(3, 11, 10)
    )
    lines = list(check.lines.order_by("order"))
    for line in lines[:-1]:
        tick(line, seen=Seen.OK, by=stage.specialist, at=at(3, 11, 10, 20))
    tick(lines[-1], seen=Seen.NOT_OK, note="两名客服对“紧急”理解不同。", by=stage.specialist, at=at(3, 11, 10, 25))
    end_check(check, by=stage.specialist, at=at(3, 11, 10, 40))
    loophole = raise_issue(stage.pilot, kind=IssueKind.LOOPHOLE, text="紧急投诉的口径不清，个别投诉分级错误", step="s2",
                           by=stage.people["zhao.min"], at=at(3, 12))  # fmt: skip
    difficulty = raise_issue(stage.pilot, kind=IssueKind.DIFFICULTY, text="登记表字段太多，填写费时", field="register.channel",
                             by=stage.people["chen.jing"], at=at(3, 16))  # fmt: skip
    propose(loophole, proposal_zh="在分级步骤写明：两家以上客户或涉及安全为紧急", proposal_en="Say in the grading step: two or more customers, or a safety risk, is urgent",
            effect="分级一致", by=stage.specialist)  # fmt: skip
    propose(
        difficulty,
        proposal_zh="投诉渠道由系统填写",
        proposal_en="Let the system fill in the channel",
        effect="登记少一项",
        by=stage.specialist,
    )
