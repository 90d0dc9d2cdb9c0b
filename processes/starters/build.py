"""How starters are written: compact calls that make the data of a draft, with roles where posts belong.

A text is written in both languages in one string, ``中文 | English``. Steps are called s1, s2, … and
their outcomes o1, o2, … by their place, so that writers name only what they point to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]
#: Where an outcome leads: to the step after its own (the end, behind the last one), or to the end.
NEXT, END = "next", "end"


@dataclass(frozen=True)
class Starter:
    """A first draft of a usual process (H1.1). Its posts are roles, until an enterprise says which post each is."""

    key: str
    category: str
    name: dict[str, str]
    #: The roles by key, in the order in which they appear, with their names.
    roles: Mapping[str, dict[str, str]]
    #: The draft as data; a post's code in it is a role's key.
    data: Data

    @property
    def escalated_to(self) -> set[str]:
        """The roles to whom exceptions go: an exception cannot be without one."""
        return {row["escalate_to"]["post"]["code"] for row in self.data["exceptions"]}


def pair(text: str) -> dict[str, str]:
    """Return ``中文 | English`` in both languages. Raises ValueError for any other number of languages."""
    zh, en = text.split(" | ")
    return {"zh": zh.strip(), "en": en.strip()}


def limit(text: str) -> Data:
    """Return the limit that ``3 working_days`` says; ``at once`` is 0 working minutes."""
    if text == "at once":
        return {"amount": 0, "unit": "working_minutes"}
    amount, unit = text.split()
    return {"amount": int(amount), "unit": unit}


def field(
    kind: str,
    name: str,
    help: str,
    *,
    options: str = "",
    shown: str = "",
    optional: bool = False,
    personal: bool = False,
) -> Data:
    """Return a field: *kind* is ``amount money`` (key and kind), *shown* is ``grade=urgent``.

    *options* are written ``a 甲 / A; b 乙 / B``.
    """
    key, sort = kind.split()
    where, _equals, value = shown.partition("=")
    return {
        "key": key, "kind": sort, "label": pair(name), "help": pair(help), "required": not optional,
        "personal": personal, "public": False, "options": [_option(text) for text in options.split(";") if text],
        "visible": {"field": where, "value": value} if shown else None,
    }  # fmt: skip


def _option(text: str) -> dict[str, str]:
    key, words = text.strip().split(" ", 1)
    zh, en = words.split(" / ")
    return {"key": key, "zh": zh.strip(), "en": en.strip()}


def form(key: str, name: str, *fields: Data) -> Data:
    return {"key": key, "name": pair(name), "fields": list(fields)}


def go(label: str, target: str = NEXT, *branches: tuple[str, str]) -> Data:
    """Return an outcome; a branch is (``claim.large=yes``, ``s4``)."""
    made = []
    for condition, branch_target in branches:
        path, _equals, value = condition.partition("=")
        made.append({"field": path, "value": value, "target": branch_target})
    return {"label": pair(label), "target": target, "send_back": False, "branches": made}


def back(label: str, target: str) -> Data:
    """Return an outcome that sends back to *target*, with a reason."""
    return {"label": pair(label), "target": target, "send_back": True, "branches": []}


def step(
    title: str,
    operation: str,
    example: str,
    goods: tuple[str, str],
    within: str,
    raci: str,
    *to: Data,
    form: str = "",
    key: bool = False,
    not_by: str = "",
    start: str = "",
    customer_days: int = 0,
    beside: tuple[int, int] | None = None,
) -> Data:
    """Return a step. *goods* are inputs and outputs, *raci* is ``R:agent,clerk A:head``, *beside* group and lane."""
    posts = {}
    for part in raci.split():
        duty, _colon, roles = part.partition(":")
        posts[duty] = [{"post": {"code": role}, "department": None} for role in roles.split(",")]
    return {
        "title": pair(title), "operation": pair(operation), "example": pair(example),
        "inputs": pair(goods[0]), "outputs": pair(goods[1]), "limit": {**limit(within), "from": start},
        "posts": posts, "outcomes": list(to) or [go("已完成 | Done")], "form": form or None, "key_node": key,
        "not_by": not_by, "customer_days": customer_days,
        "group": beside and beside[0], "lane": beside[1] if beside else 1,
    }  # fmt: skip


def exception(where: str, trigger: str, response: str, within: str, escalate_to: str, starts: str = "") -> Data:
    return {
        "step": where, "trigger": pair(trigger), "response": pair(response), "limit": limit(within),
        "escalate_to": {"post": {"code": escalate_to}, "department": None}, "starts": starts,
    }  # fmt: skip


def starter(
    key: str,
    category: str,
    name: str,
    *,
    purpose: str,
    scope: str,
    rules: str,
    goods: tuple[str, str],
    roles: Mapping[str, tuple[str, str]],
    totals: Sequence[str],
    forms: Sequence[Data],
    steps: Sequence[Data],
    exceptions: Sequence[Data],
    response: str = "",
) -> Starter:
    """Return a starter. *roles* say name and duty; *totals* are ``5 working_days`` or ``5 working_days if a.b=c``.

    *response* is ``2 working_hours until s2``.
    """
    for number, row in enumerate(steps, 1):
        row |= {"key": f"s{number}", "number": number}
        following = f"s{number + 1}" if number < len(steps) else None
        for place, outcome in enumerate(row["outcomes"], 1):
            outcome["key"] = f"o{place}"
            for goal in (outcome, *outcome["branches"]):
                goal["target"] = {NEXT: following, END: None}.get(goal["target"], goal["target"])
    data = {
        "purpose": pair(purpose), "scope": pair(scope), "rules": pair(rules),
        "inputs": pair(goods[0]), "outputs": pair(goods[1]),
        "responsibilities": [
            {"post": {"code": role}, "department": None, "duty": pair(duty)} for role, (_name, duty) in roles.items()
        ],
        "responses": [_response(response)] if response else [],
        "totals": [_total(text) for text in totals],
        "forms": list(forms), "steps": list(steps), "exceptions": list(exceptions),
    }  # fmt: skip
    return Starter(key, category, pair(name), {role: pair(words) for role, (words, _duty) in roles.items()}, data)


def _total(text: str) -> Data:
    length, _if, condition = text.partition(" if ")
    path, _equals, value = condition.partition("=")
    return {"limit": limit(length), "when": {"field": path, "value": value} if condition else None}


def _response(text: str) -> Data:
    length, _until, until = text.partition(" until ")
    return {"limit": limit(length), "until": until, "when": None}
