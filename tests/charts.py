"""Standards for charts: read from a draft's data without a database, names made up from codes."""

from __future__ import annotations

import copy
from typing import Any

from processes.domain.parsing import SCHEMA, parse
from processes.domain.standard import Standard
from tests.standards import Data, words

_NAMES = {
    "service-agent": ("客服专员", "Service agent"),
    "service-supervisor": ("客服主管", "Service supervisor"),
    "quality-engineer": ("质量工程师", "Quality engineer"),
    "sales-representative": ("销售代表", "Sales representative"),
    "repair-technician": ("维修技师", "Repair technician"),
    "department-head": ("部门负责人", "Department head"),
    "vice-president": ("副总裁", "Vice president"),
    "service": ("客服部", "Service"),
    "quality": ("质量部", "Quality"),
    "sales": ("销售部", "Sales"),
    "production": ("生产部", "Production"),
    "management": ("管理层", "Management"),
}


def _named(row: Data | None) -> Data | None:
    if row is None:
        return None
    zh, en = _NAMES.get(row["code"], (row["code"], row["code"]))
    return {"code": row["code"], "name": {"zh": zh, "en": en}}


def _place(row: Data) -> Data:
    return {"post": _named(row["post"]), "department": _named(row.get("department"))}


def _step(row: Data) -> Data:
    outcomes = [{"send_back": False, "branches": [], **outcome} for outcome in row["outcomes"]]
    return {
        "example": {"zh": "", "en": ""}, "form": None, "key_node": False, "not_by": "", "group": None, "lane": 1,
        "customer_days": 0, **row,
        "posts": {duty: [_place(place) for place in places] for duty, places in row["posts"].items()},
        "outcomes": outcomes,
    }  # fmt: skip


def definition_of(data: Data, name: tuple[str, str] = ("投诉处理", "Complaint handling")) -> Data:
    """Return a draft's *data* as the definition that would be built of it."""
    data = copy.deepcopy(data)
    empty = {"help": words(""), "required": True, "personal": False, "public": False, "options": [], "visible": None}
    return {
        **data,
        "schema": SCHEMA,
        "number": "1.0",
        "process": {"code": "tried", "name": {"zh": name[0], "en": name[1]}, "category": "business"},
        "responsibilities": [
            {"post": _named(row["post"]), "department": _named(row["department"]), "duty": row["duty"]}
            for row in data["responsibilities"]
        ],
        "totals": [{"when": None, **row} for row in data["totals"]],
        "forms": [{**form, "fields": [{**empty, **field} for field in form["fields"]]} for form in data["forms"]],
        "steps": [_step(row) for row in data["steps"]],
        "exceptions": [{**row, "escalate_to": _place(row["escalate_to"])} for row in data["exceptions"]],
    }


def standard_of(data: Data, **facts: Any) -> Standard:
    """Return the Standard that a draft of *data* would be."""
    return parse(definition_of(data, **facts))
