"""Phase 6 of the story: six suggestions, of which two become V1.1; its effect after eight weeks; evaluations."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from improvements.demo.cases import Told, drive
from improvements.demo.rollout import WAVES
from improvements.demo.stage import Stage, at, then
from improvements.demo.standard import first_version, second_version
from improvements.domain.effects import measure_due
from improvements.domain.evaluating import decide, gather_evidence
from improvements.domain.handling import adopt, decline, merge, settle_effective, take_up
from improvements.domain.planning import plan_regular
from improvements.domain.suggesting import new_code, suggest, suggest_anonymously
from improvements.models import Evaluation, Outcome, Suggestion
from improvements.queries.places import place_of
from processes.demo_review import review_and_sign
from processes.domain.changing import mend_change
from processes.domain.drafting import write_draft
from processes.domain.inforce import put_in_force
from processes.domain.releasing import release
from processes.domain.versions import redline_since_release

#: Who, month, day, clause, kind, difficulty, problem, proposal, effect.
_SUGGESTIONS = [
    ("wang.lei", 6, 4, "clause-step-s4", "tool", "medium", "质量部判定责任要手工查阅 3 份资料", "自动关联订单和服务记录，先在紧急投诉中试行",
     "判定由 24 小时缩短到 12 小时，差错减少 20 %"),
    ("chen.jing", 6, 9, "clause-form-register", "form", "low", "登记时没有订单号，质量部要回头问客户", "登记表增加订单号一栏", "少打一次电话"),
    ("zhou.tao", 6, 17, "clause-step-s4", "tool", "medium", "判定责任要翻三份资料，太慢", "把订单和服务记录放在一起看", "快一天"),
    ("", 6, 24, "clause-form-register", "form", "low", "登记表字段太多", "投诉渠道由系统自动填写", "每件少填一项"),
    ("huang.li", 7, 3, "clause-step-s8", "limit", "high", "回访可以更快", "完成当天回访", "满意度更高"),
    ("xu.hai", 7, 15, "clause-step-s7", "form", "low", "客户不了解我们做了什么", "处理结果必须附照片", "客户看得见处理结果"),
]  # fmt: skip


def improve(stage: Stage) -> None:
    """June to November."""
    rows = [_suggested(stage, row) for row in _SUGGESTIONS]
    _evaluate(stage, 7, 6)
    specialist = stage.specialist
    for row in rows[:4]:
        take_up(row, by=specialist, at=at(7, 20))
    merge(rows[2], into=rows[0], by=specialist, at=at(7, 20, 11), reason="与王磊的建议相同")
    decline(rows[4], reason="完成当天客户往往还未试用设备，回访得不到真实评价。", by=specialist, at=at(7, 21))
    _revise(stage, rows)
    _autumn(stage)
    measure_due(at=then(min(at(11, 16), stage.now)))
    settle_effective(at=then(min(at(9, 15), stage.now)))
    _evaluate(stage, 10, 8)


def _suggested(stage: Stage, row: tuple[Any, ...]) -> Suggestion:
    name, month, day, anchor, kind, difficulty, problem, proposal, effect = row
    texts = {
        "kind": kind,
        "difficulty": difficulty,
        "problem": problem,
        "proposal": proposal,
        "effect": effect,
        "notes": "",
    }
    place = place_of(stage.definition, anchor)
    if not name:
        return suggest_anonymously(
            stage.process, code=new_code(), place=place, at=at(month, day), department=None, **texts
        )
    person = stage.people[name]
    return suggest(stage.process, code=new_code(), place=place, by=person, at=at(month, day), department=person.department,
                   **texts)  # fmt: skip


def _revise(stage: Stage, rows: list[Suggestion]) -> None:
    """August and September: both suggestions become changes of V1.1, which is reviewed, signed and released."""
    by = stage.specialist
    draft = write_draft(stage.process, second_version(first_version()), by=by, reason="V1.1", at=at(8, 17))
    first = adopt(rows[0], effect="判定责任由 24 小时缩短到 12 小时", text_zh="判定责任 12 小时，关联订单与服务记录",
                  text_en="Judging takes 12 hours; order and service record are linked", by=by, at=at(8, 17, 11))  # fmt: skip
    second = adopt(rows[1], effect="原因分析不再回头询问客户", text_zh="登记表增加订单号", text_en="The register asks for the order number",
                   by=by, at=at(8, 17, 11))  # fmt: skip
    found = redline_since_release(draft)
    anchors = found.anchors if found else {}
    mend_change(first, by=by, anchors=[name for name in anchors if name.startswith("step:s4")])
    mend_change(second, by=by, anchors=[name for name in anchors if name.startswith("form:register")])
    day = at(9, 14, 9)
    review_and_sign(draft, stage.people, released_at=day)
    draft.refresh_from_db()
    lead, (one, *others) = stage.leader, WAVES
    reason = "采纳两条建议 / Two suggestions adopted"
    release(draft, by=lead, at=day, departments=stage.halls(*one), reason=reason)
    for halls in others:
        put_in_force(draft, by=lead, at=day, departments=stage.halls(*halls), reason=reason)


def _autumn(stage: Stage) -> None:
    """August and September by V1.0, then fourteen cases by V1.1, which judges faster."""
    lots = Random(11)  # noqa: S311  (nothing here is secret)
    for number in range(6):
        told = Told(at(9, 1 + 2 * number, 9, 40), lots.uniform(2.0, 3.0), lots.choice([3, 4, 5]), slow={"s4": 2.0})
        drive(stage, told)
    for number in range(14):
        opened = at(9, 15, 9, 20) + timedelta(days=3.6 * number)
        if opened >= stage.now - timedelta(days=9):
            return
        told = Told(opened, lots.uniform(1.4, 2.2), lots.choice([4, 4, 5, 5, None]), number % 5 == 0, slow={"s4": 0.6})
        drive(stage, told)


def _evaluate(stage: Stage, month: int, day: int) -> None:
    """Plan what the quarter asks for and decide it for this process; what others have to decide stays open."""
    when = at(month, day)
    if when >= stage.now:
        return
    plan_regular(at=at(month, 1))
    for row in Evaluation.objects.open().filter(process=stage.process):
        gather_evidence(row, by=stage.people["zhao.min"], at=then(when))
        decide(row, outcome=Outcome.KEEP, by=stage.people["zhao.min"], at=then(when + timedelta(hours=2)), confirmed=False,
               reason="各项指标稳定，继续执行；改进从建议中来。 / Stable; improvements come from suggestions.")  # fmt: skip
