"""Steps as data of a definition: what BPMN carries along, and what comes back from it."""

from __future__ import annotations

from typing import Any

from processes.domain.standard import Limit, Place, Step, Words

Data = dict[str, Any]


def step_data(step: Step) -> Data:
    """Return *step* as it stands in a definition."""
    return {
        "key": step.key,
        "number": step.number,
        **{name: _words(getattr(step, name)) for name in ("title", "operation", "example", "inputs", "outputs")},
        "limit": _limit(step.limit),
        "form": step.form,
        "key_node": step.is_key_node,
        "posts": {duty: [_place(place) for place in places] for duty, places in step.posts.items()},
        "not_by": step.not_by,
        "group": step.group,
        "lane": step.lane,
        "customer_days": step.customer_days,
        "answers": list(step.answers),
        "outcomes": [
            {
                "key": outcome.key,
                "label": _words(outcome.label),
                "target": outcome.target,
                "send_back": outcome.is_send_back,
                "branches": [
                    {"field": branch.condition.field, "value": branch.condition.value, "target": branch.target}
                    for branch in outcome.branches
                ],
            }
            for outcome in step.outcomes
        ],
    }


def empty_step(key: str, number: int, title: Data) -> Data:
    """Return a step of which a drawing says only the name."""
    empty = {"zh": "", "en": ""}
    return {
        "key": key, "number": number, "title": title,
        **{name: dict(empty) for name in ("operation", "example", "inputs", "outputs")},
        "limit": None, "form": None, "key_node": False, "posts": {}, "not_by": "", "group": None, "lane": 1,
        "customer_days": 0, "answers": [], "outcomes": [],
    }  # fmt: skip


def _words(words: Words) -> Data:
    return {"zh": words.zh, "en": words.en}


def _limit(limit: Limit | None) -> Data | None:
    return {"amount": limit.amount, "unit": limit.unit, "from": limit.start} if limit else None


def _place(place: Place) -> Data:
    department = None
    if place.department:
        department = {"code": place.department, "name": _words(place.department_name or Words("", ""))}
    return {"post": {"code": place.post, "name": _words(place.name)}, "department": department}
