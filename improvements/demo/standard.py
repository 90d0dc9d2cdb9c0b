"""The standard of the story: how complaints about service are handled, V1.0, and what V1.1 changes in it."""

from __future__ import annotations

import copy
from typing import Any

from processes.demo_complaint import COMPLAINT, w

NAME_ZH, NAME_EN = "客户服务投诉处理流程", "Customer service-complaint handling"
_TEXTS = {
    "purpose": w("规范客户服务投诉的处理，快速响应，一次解决，提升客户满意度。",
                 "Handle customers' complaints about our service in one way: answered fast, solved once, to their satisfaction."),
    "scope": w("适用于客户对交付、安装、维修和售后服务的正式投诉。",
               "Every formal complaint of a customer about delivery, installation, repair and after-sales service."),
}  # fmt: skip


def first_version() -> dict[str, Any]:
    """Return V1.0."""
    data = copy.deepcopy(COMPLAINT)
    data |= _TEXTS
    return data


def second_version(data: dict[str, Any]) -> dict[str, Any]:
    """Return what V1.1 says: judging takes 12 hours instead of 24, and the register asks for the order number."""
    data = copy.deepcopy(data)
    step = next(row for row in data["steps"] if row["key"] == "s4")
    step["limit"] = {**step["limit"], "amount": 12}
    step["operation"] = w("关联订单与服务记录，分析原因，判定责任部门，制定处理方案（维修、更换或赔偿）。",
                          "Link order and service record, analyse the cause, judge the responsible department, draft the "
                          "solution (repair, replace, compensate).")  # fmt: skip
    register = next(row for row in data["forms"] if row["key"] == "register")
    register["fields"].insert(3, {
        "key": "order", "kind": "text", "label": w("订单号", "Order number"), "required": False, "public": True,
        "help": w("合同或送货单右上角，如 SO-2026-0815", "Upper right corner of contract or delivery note, for example SO-2026-0815"),
    })  # fmt: skip
    return data
