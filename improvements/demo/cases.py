"""Cases of the story: each driven through the real acts, step by step on the working calendar of its department."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases.demo_texts import CUSTOMERS
from cases.domain.acting import may_work, standard_of
from cases.domain.opening import open_case
from cases.domain.satisfaction import answer
from cases.domain.working import complete
from cases.models import Case, Channel, Task
from improvements.demo.stage import HOME, Stage
from procstd.calendars.domain.current import calendar_for

#: Working hours that each step takes in a case of a day's work; a case takes so many times as long.
_HOURS = {"s1": 0.05, "s2": 0.3, "s3": 0.15, "s4": 2.2, "s5": 0.7, "s6": 1.0, "s7": 2.6, "s8": 0.5}
_DAY = sum(_HOURS.values())
PROBLEMS = [
    ("PX-7 安装服务", "安装人员未按约定时间到场，客户停工半天。", "派工单未写明客户的停机窗口。", "compensate"),
    ("HY-200 维修", "维修后第三天同一部位再次渗漏。", "更换密封圈后未做保压试验。", "repair"),
    ("备件交付", "备件比承诺晚到两天。", "仓库未收到加急标记。", "compensate"),
    ("HY-350 现场保养", "保养后未清理现场，油渍留在通道上。", "保养清单没有清场一项。", "repair"),
    ("电话客服", "三次来电得到三种不同答复。", "知识库中有两份过期说明。", "repair"),
]


@dataclass
class Told:
    """What happens in a case: how many working days it takes, and what goes otherwise than it should."""

    opened_at: datetime
    days: float
    rating: int | None = None
    is_urgent: bool = False
    hall: str = "service"
    #: Steps that end by another outcome the first time.
    back: Mapping[str, str] = field(default_factory=dict)
    #: Steps that take so many times as long as the others do.
    slow: Mapping[str, float] = field(default_factory=dict)


def drive(stage: Stage, told: Told) -> Case:
    """Open a case and work it to its close; the customer rates it a day later."""
    number = stage.cases
    stage.cases += 1
    time = calendar_for(stage.departments[told.hall]).time
    customer, contact = CUSTOMERS[number % len(CUSTOMERS)]
    product, problem, cause, kind = PROBLEMS[number % len(PROBLEMS)]
    filed = {"customer": customer, "contact": contact, "product": product, "problem": problem}
    moment = time.add(told.opened_at, 60)
    case = open_case(
        stage.process, filed, by=None, at=moment, channel=Channel.PUBLIC, department=stage.departments[told.hall],
        request_key=hashlib.sha256(f"story-{number}".encode()).hexdigest(),
    )  # fmt: skip
    back = dict(told.back)
    while (task := _open_task(case)) is not None:
        share = _HOURS.get(task.key, 0.5) / _DAY * told.slow.get(task.key, 1)
        moment = time.add(moment, max(int(share * told.days * 8 * 3600), 60))
        outcome = back.pop(task.key, None)
        answers = _answers(task, filed, cause, kind, told, moment)
        reason = "信息不足，请补充。" if outcome else ""
        complete(
            task, outcome=outcome or _good(task), answers=answers, by=_worker(stage, task), at=moment, reason=reason
        )
    if told.rating is not None:
        asked = case.satisfaction_requests.latest("number")
        answer(asked, rating=told.rating, at=moment + timedelta(hours=20))
    return Case.objects.get(pk=case.pk)


def _open_task(case: Case) -> Task | None:
    return Task.objects.open().filter(process=case).select_related("process__definition", "step").first()


def _good(task: Task) -> str:
    step = standard_of(task.process.definition).step(task.key)
    assert step is not None  # noqa: S101  (a task is of a step)
    return next(row.key for row in step.outcomes if not row.is_send_back)


def _worker(stage: Stage, task: Task) -> Any:
    step = standard_of(task.process.definition).step(task.key)
    able = [person for _name, person in sorted(stage.people.items()) if step and may_work(person, step)]
    return able[task.process_id % len(able)]


def _answers(task: Task, filed: dict[str, Any], cause: str, kind: str, told: Told, moment: datetime) -> dict[str, Any]:
    grading = {"grade": "urgent", "risk": "客户产线停工。"} if told.is_urgent else {"grade": "normal"}
    solution = {"cause": cause, "department": "production", "kind": kind, "plan": "当天安排上门处理，并致电说明。"}
    if kind == "compensate":
        solution["amount"] = "600.00"
    by_step: dict[str, dict[str, Any]] = {
        "s1": filed, "s2": grading, "s4": solution, "s5": {"opinion": "同意。"},
        "s6": {"confirmed": True, "said": "同意方案。"},
        "s7": {"done_on": moment.astimezone(HOME).date().isoformat(), "result": "已处理，客户确认。"},
        "s8": {"satisfaction": told.rating or 4, "remarks": ""},
    }  # fmt: skip
    return by_step.get(task.key, {})
