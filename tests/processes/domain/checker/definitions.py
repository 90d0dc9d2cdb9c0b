# ruff: noqa: E501  (tables of texts in two languages)
"""Definitions for tests of the checker that need no database: completed data, and the table of H3 as it is printed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from processes.domain.checker.findings import Facts
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from procstd.calendars.domain.current import DEFAULT_PLAN
from procstd.worktime import Calendar

Data = dict[str, Any]
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
CALENDAR = Calendar.from_plan(
    tz="Asia/Shanghai", weekly=DEFAULT_PLAN["weekly"], holidays=[f"2026-10-0{day}" for day in range(1, 8)]
)
FACTS = Facts(CALENDAR, AT)


def w(zh: str, en: str) -> Data:
    return {"zh": zh, "en": en}


def read(data: Data) -> Standard:
    """Return the standard that the data of a draft says, as the database would give it back."""
    data = copy.deepcopy(data)
    for row in data["responsibilities"]:
        row |= {key: _named(row.get(key)) for key in ("post", "department")}
    for step in data["steps"]:
        for name in ("title", "operation", "example", "inputs", "outputs"):
            step.setdefault(name, w("", ""))
        for name, value in (
            ("limit", None),
            ("form", None),
            ("key_node", False),
            ("not_by", ""),
            ("group", None),
            ("lane", 1),
        ):
            step.setdefault(name, value)
        for rows in step["posts"].values():
            for place in rows:
                place |= {key: _named(place.get(key)) for key in ("post", "department")}
        for outcome in step["outcomes"]:
            outcome.setdefault("send_back", False)
            outcome.setdefault("branches", [])
    for form in data["forms"]:
        for field in form["fields"]:
            usual = {"required": True, "personal": False, "public": False, "options": [], "visible": None}
            for name, value in usual.items():
                field.setdefault(name, value)
    for rule in data["exceptions"]:
        rule["escalate_to"] = {"post": _named(rule["escalate_to"]["post"]), "department": None}
    head = {
        "schema": 3,
        "number": "1.0",
        "process": {"code": "x", "name": w("流程", "Process"), "category": "business"},
    }
    told = [{"code": "service-supervisor", "name": w("客服主管", "Service supervisor")}]
    return parse({"recipient_posts": told, **data, **head})


def _named(row: Any) -> Any:
    if not row:
        return None
    return {"code": row["code"], "name": row.get("name") or w(f"{row['code']} 岗", row["code"].replace("-", " "))}


def _post(zh: str, en: str) -> Data:
    return {"post": {"code": en.lower().replace(" ", "-"), "name": w(zh, en)}, "department": None}


_AGENT, _SUPERVISOR = _post("客服专员", "Service agent"), _post("客服主管", "Service supervisor")
_ENGINEER, _SALES = _post("质量工程师", "Quality engineer"), _post("销售代表", "Sales representative")
_RESPONSIBLE = _post("责任部门", "Responsible department")
#: number, operation, posts, inputs, outputs, limit; as H3 prints it.
_TABLE: list[tuple[str, str, list[Data], str, str, tuple[int, str]]] = [
    ("受理投诉：核实客户名称、产品型号、问题描述", "Receive the complaint; verify customer name, product model, problem description",
     [_AGENT], "客户反馈", "客户投诉登记表", (0, "hours")),
    ("分级：一般（单个客户）或紧急（多个客户或安全风险）", "Grade: normal (one customer) or urgent (many customers, or a safety risk)",
     [_SUPERVISOR], "客户投诉登记表", "级别", (1, "hours")),
    ("派发工单给质量部，附客户信息和级别", "Assign the work order to quality with customer information and grade",
     [_AGENT], "级别", "工单", (30, "minutes")),
    ("分析原因，判定责任部门，制定处理方案（维修/更换/赔偿）",
     "Analyse the cause, judge the responsible department, draft the solution (repair / replace / compensate)",
     [_ENGINEER], "工单、产品资料", "处理方案报告", (24, "hours")),
    ("向客户说明方案，取得书面确认", "Present the solution to the customer; obtain written confirmation",
     [_AGENT, _SALES], "处理方案报告", "客户确认书", (12, "hours")),
    ("执行方案，客服跟踪进度", "Carry out the solution; service follows progress",
     [_RESPONSIBLE, _AGENT], "客户确认书", "处理结果", (3, "working_days")),
    ("完成后 1 个工作日内回访客户，记录满意度，结案", "Call the customer within 1 working day of completion, record satisfaction, close",
     [_AGENT], "处理结果", "客户回访记录表", (0, "hours")),
]  # fmt: skip


def printed() -> Data:
    """Return the worked example as H3 prints it, faults and all."""
    steps = []
    for number, (zh, en, posts, inputs, outputs, (amount, unit)) in enumerate(_TABLE, 1):
        target = f"s{number + 1}" if number < len(_TABLE) else None
        steps.append({
            "key": f"s{number}", "number": number, "title": w(zh[:6], en[:20]), "operation": w(zh, en),
            "inputs": w(inputs, inputs), "outputs": w(outputs, outputs), "key_node": number in (2, 7),
            "limit": {"amount": amount, "unit": unit, "from": f"s{number - 1}" if number > 1 else ""},
            "posts": {"R": posts}, "form": "register" if number == 1 else "grading" if number == 2 else None,
            "outcomes": [{"key": "done", "label": w("完成", "Done"), "target": target}],
        })  # fmt: skip
    grades = [{"key": "normal", **w("一般", "Normal")}, {"key": "urgent", **w("紧急", "Urgent")}]
    return {
        "purpose": w("规范投诉处理", "One way of handling complaints"),
        "scope": w("所有客户线上、线下的正式产品质量投诉", "Every formal product-quality complaint, online and offline"),
        "rules": w("关键节点：投诉分级（一般/紧急）、方案审批、客户回访。一般投诉 24 小时内响应，紧急投诉 2 小时内启动处理。",
                   "Key nodes: grading (normal / urgent), approval of the solution, follow-up call. Respond to a normal "
                   "complaint within 24 hours; start on an urgent one within 2 hours."),
        "inputs": w("客户投诉登记表", "Complaint form"), "outputs": w("处理结果报告", "Result report"),
        "responsibilities": [
            {**_post("质量部", "Quality"), "duty": w("主导责任判定", "Leads the judgement of responsibility")},
            {**_post("销售部", "Sales"), "duty": w("协助", "Assists")},
        ],
        "responses": [{"limit": {"amount": 24, "unit": "hours"}, "until": "s2", "when": None},
                      {"limit": {"amount": 2, "unit": "hours"}, "until": "s2",
                       "when": {"field": "grading.grade", "value": "urgent"}}],
        "totals": [{"limit": {"amount": days, "unit": "working_days"}, "when": {"field": "grading.grade", "value": grade}}
                   for grade, days in (("normal", 5), ("urgent", 3))],
        "forms": [
            {"key": "register", "name": w("客户投诉登记表", "Complaint register"),
             "fields": [{"key": "problem", "kind": "long_text", "label": w("问题描述", "Problem"),
                         "help": w("何时、何地、看到什么、有何影响", "When, where, what was seen, what it affects")}]},
            {"key": "grading", "name": w("投诉分级表", "Grading record"),
             "fields": [{"key": "grade", "kind": "choice", "label": w("级别", "Grade"), "help": w("", ""), "options": grades}]},
        ],
        "steps": steps,
        "exceptions": [{"step": "", "trigger": w("客户信息不完整", "Information incomplete"),
                        "response": w("2 小时内联系客户，否则升级至客服主管", "Contact the customer within 2 h, else escalate to the service supervisor"),
                        "limit": {"amount": 2, "unit": "hours"}, "escalate_to": _SUPERVISOR}],
        "pain_points": [{"key": "p1", "text": w("判定责任需 2 天", "Judging takes 2 days")}],
    }  # fmt: skip
