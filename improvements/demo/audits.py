"""The supervision of the story: the audits of May and June, each with a finding; the first one closed, the score appealed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from audits.domain.appealing import appeal
from audits.domain.checking import finish_check, judge_flag
from audits.domain.concluding import conclude_audit
from audits.domain.drawing import draw_sample
from audits.domain.examining import examine_sample
from audits.domain.findings import add_why, answer_finding, close_finding, confirmed_of, raise_finding
from audits.domain.freezing import freeze_population
from audits.domain.measures import check_effect, decide_measure, finish_measure
from audits.domain.opening import open_audit
from audits.models import Audit, DeviationKind, Finding, Item, Source
from improvements.demo.stage import Stage, at, then

_REASONS = {
    DeviationKind.LATE: "核对工单时间，确已超时。",
    DeviationKind.ORDER: "退回后重新办理，属标准允许的返工。",
}


def supervise(stage: Stage) -> None:
    """June and July: two samples drawn, checked and concluded."""
    may = _audit(stage, date(2026, 5, 1), at(6, 2))
    june = _audit(stage, date(2026, 6, 1), at(7, 2))
    for finding in Finding.objects.filter(audit=may).order_by("serial"):
        _mend(stage, finding, at(6, 10))
    for finding in Finding.objects.filter(audit=june).order_by("serial"):
        answer_finding(finding, answer="已安排复训，七月内完成。", by=stage.people["zhao.min"], at=at(7, 8))
    missed = june.score_entries.filter(points__lt=0, department__code="service").first()
    if missed is not None:
        appeal(missed, text="两件超时因客户停产无法进场，请复核。", by=stage.people["zhao.min"], at=at(7, 9))


def _audit(stage: Stage, month: date, when: datetime) -> Audit:
    auditor = stage.people["deng.xue"]
    # Of eight cases all but one: whichever it is, what was late in May is found again in June.
    audit = open_audit(stage.process, month=month, percent=80, floor=5, by=auditor, at=then(when))
    freeze_population(audit, by=auditor, at=then(when + timedelta(minutes=10)))
    draw_sample(audit, auditors=[auditor], by=auditor, at=then(when + timedelta(minutes=30)))
    examine_sample(audit, at=then(when + timedelta(minutes=40)))
    for number, item in enumerate(Item.objects.standing().filter(audit=audit).order_by("pk")):
        moment = then(when + timedelta(hours=1, minutes=15 * number))
        for flag in item.deviations.filter(source=Source.SOFTWARE):
            kind = DeviationKind(flag.kind)
            judge_flag(flag, is_confirmed=kind == DeviationKind.LATE, by=auditor, at=moment,
                       reason=_REASONS.get(kind, "查看原始记录，不属于偏离。"))  # fmt: skip
        finish_check(item, by=auditor, at=then(moment + timedelta(minutes=5)))
    _find(audit, auditor, then(when + timedelta(days=1)))
    conclude_audit(audit, text="超时集中在判定责任一步。", by=auditor, at=then(when + timedelta(days=1, hours=2)))
    return audit


def _find(audit: Audit, auditor: Any, when: datetime) -> None:
    """Raise a finding for each kind, step and department that something confirmed shows."""
    seen: set[tuple[int, str, str]] = set()
    for row in confirmed_of(audit).select_related("item"):
        what = (row.item.department_id, row.kind, row.step)
        if what in seen:
            continue
        seen.add(what)
        raise_finding(audit, department=what[0], kind=what[1], step=what[2], by=auditor, at=when,
                      text="超过标准规定的时限，且无延期批准。")  # fmt: skip


def _mend(stage: Stage, finding: Finding, when: datetime) -> None:
    """Find the root cause, act on it, see after eight weeks that it worked, close it."""
    head, auditor, owner = stage.people["zhao.min"], stage.people["deng.xue"], stage.people["chen.jing"]
    answer_finding(finding, answer="情况属实，已与质量部核对工单。", by=head, at=when)
    for text, is_actionable in (("工单到达质量部后没有人看到", False), ("质量部只看邮件，不看待办", False),
                                ("没有约定每天两次查看待办", True)):  # fmt: skip
        add_why(finding, text=text, is_actionable=is_actionable, by=head, at=when)
    measure = decide_measure(finding, text="质量部每天 9 点和 14 点查看待办，主管抽查", owner=owner, due_on=date(2026, 6, 19), weeks=8,
                             checker=auditor, by=head, at=when)  # fmt: skip
    finish_measure(measure, text="已写入班组例会，两周抽查无遗漏。", by=owner, at=at(6, 18))
    check_effect(measure, worked=True, text="八周内该步骤未再超时。", by=auditor, at=at(8, 14))
    close_finding(finding, reason="整改有效。", by=auditor, at=at(8, 14, 15))
