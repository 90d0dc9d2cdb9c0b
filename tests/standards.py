"""Standards for tests: the complaint of H3, a smallest one, and random ones."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from processes.demo_complaint import COMPLAINT
from processes.domain.drafting import write_draft
from processes.domain.releasing import release
from processes.models import Category, Process, Release
from procstd.organisation.models import Department, Post, PostHolding, User
from procstd.roles import Role
from tests.factories import DepartmentFactory, PersonFactory, PostFactory, PostHoldingFactory

RELEASED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
Data = dict[str, Any]


def words(text: str) -> Data:
    return {"zh": f"{text}（中）", "en": text}


def step(key: str, *targets: str | None, post: str = "service-agent", **more: Any) -> Data:
    """Return a step worked by *post* with an outcome to each of *targets*."""
    place = {"post": {"code": post}, "department": None}
    return {
        "key": key, "number": int(key[1:]), "title": words(f"Title {key}"), "operation": words(f"Do {key}"),
        "example": words(f"As {key}"), "inputs": words("In"), "outputs": words("Out"), "form": "note",
        "limit": {"amount": 1, "unit": "working_hours", "from": ""}, "key_node": key == "s1",
        "posts": {"R": [place], "A": [place]},
        "outcomes": [
            {"key": f"o{number}", "label": words(f"To {target or 'the end'}"), "target": target}
            for number, target in enumerate(targets, 1)
        ],
        **more,
    }  # fmt: skip


def standard(*steps: Data, **more: Any) -> Data:
    """Return a draft's data with one form “note” of one text and one choice, and *steps*."""
    return {
        **{name: words(name) for name in ("purpose", "scope", "rules", "inputs", "outputs")},
        "responsibilities": [{"post": {"code": "service-agent"}, "department": None, "duty": words("All of it")}],
        "totals": [{"limit": {"amount": 5, "unit": "working_days"}, "when": None}],
        "forms": [
            {
                "key": "note",
                "name": words("Note"),
                "fields": [
                    {"key": "text", "kind": "text", "label": words("Text"), "help": words("What happened")},
                    {
                        "key": "way", "kind": "choice", "label": words("Way"), "help": words("Which way"),
                        "required": False,
                        "options": [{"key": "a", **words("A")}, {"key": "b", **words("B")}],
                    },
                ],
            }
        ],
        "steps": list(steps),
        "exceptions": [
            {
                "step": "s1", "trigger": words("Something lacks"), "response": words("Ask for it"),
                "limit": {"amount": 2, "unit": "hours"}, "escalate_to": {"post": {"code": "service-supervisor"}},
            }
        ],
        **more,
    }  # fmt: skip


def complaint(**more: Any) -> Data:
    """Return the complaint standard's data, free to change."""
    return {**copy.deepcopy(COMPLAINT), **more}


POSTS = {
    "service-agent": Role.FRONTLINE,
    "service-supervisor": Role.FRONTLINE,
    "quality-engineer": Role.FRONTLINE,
    "sales-representative": Role.FRONTLINE,
    "repair-technician": Role.FRONTLINE,
    "department-head": Role.DEPARTMENT_HEAD,
}


def organisation() -> None:
    """Make the departments and posts that the standards here name, where they are missing."""
    for code in ("service", "quality", "sales", "production"):
        if not Department.objects.filter(code=code).exists():
            DepartmentFactory(code=code, name_en=code.title())
    for code, role in POSTS.items():
        if not Post.objects.filter(code=code).exists():
            PostFactory(code=code, role=role, name_en=code.replace("-", " ").capitalize())


def holder(post: str, department: str = "service", **facts: Any) -> User:
    """Return a person who holds *post* in *department* since the start of 2026."""
    organisation()
    home = Department.objects.get(code=department)
    person = PersonFactory(department=home, **facts)
    PostHoldingFactory(person=person, post=Post.objects.get(code=post), department=home)
    return person


def also_holds(person: User, post: str, department: str) -> PostHolding:
    """Give *person* another post."""
    return PostHoldingFactory(
        person=person, post=Post.objects.get(code=post), department=Department.objects.get(code=department)
    )


def process_named(code: str) -> Process:
    """Return the process *code* of the service department, made where it is missing."""
    organisation()
    process = Process.objects.filter(code=code).first()
    return process or Process.objects.create(
        code=code, name_zh=f"{code}流程", name_en=f"{code.title()} process", category=Category.BUSINESS,
        department=Department.objects.get(code="service"),
    )  # fmt: skip


def released(data: Data | None = None, *, code: str = "complaint", at: datetime = RELEASED_AT, **facts: Any) -> Release:
    """Draft *data* (default: the complaint) for the process *code* and release it."""
    process = process_named(code)
    draft = write_draft(process, data or complaint(), by=None, reason="Test", at=at)
    return release(draft, by=None, at=at, **facts)


@st.composite
def random_standards(draw: Any) -> Data:
    """Draw a releasable standard of 2 to 25 steps: a line with branches, loops back, and parallel parts."""
    blocks = draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))
    sizes = [(count, draw(st.booleans()) and count >= 2) for count in blocks]
    steps: list[Data] = []
    heads: list[str] = []
    number, group = 0, 0
    for count, parallel in sizes:
        keys = [f"s{number + index}" for index in range(1, count + 1)]
        number += count
        heads.append(keys[0])
        group += parallel
        for index, key in enumerate(keys):
            extra: Data = {"_block": len(heads) - 1}
            if parallel:
                extra |= {"group": group, "lane": index + 1}
                targets: list[Any] = ["_next"]
            else:
                targets = [keys[index + 1] if index + 1 < count else "_next"]
                if draw(st.booleans()):
                    targets.append(("_back", draw(st.integers(0, len(heads) - 1))))
                if draw(st.booleans()):
                    targets.append(("_ahead", draw(st.integers(1, 3))))
            steps.append({**step(key), **extra, "_targets": targets})
    for row in steps:
        block, targets = row.pop("_block"), row.pop("_targets")
        row["outcomes"] = [_outcome(position, target, block, heads, draw) for position, target in enumerate(targets, 1)]
        if draw(st.booleans()):
            row["form"] = None
    steps[0]["form"] = "note"
    return standard(*steps)


def _outcome(position: int, target: Any, block: int, heads: list[str], draw: Any) -> Data:
    following = heads[block + 1] if block + 1 < len(heads) else None
    send_back, branches = False, []
    if target == "_next":
        target = following
    elif isinstance(target, tuple) and target[0] == "_back":
        target, send_back = heads[target[1]], True
    elif isinstance(target, tuple):
        ahead = block + target[1]
        branches = [{"field": "note.way", "value": "b", "target": heads[ahead] if ahead < len(heads) else None}]
        target = following
    return {
        "key": f"o{position}", "label": words(f"Way {position}"), "target": target, "send_back": send_back,
        "branches": branches,
    }  # fmt: skip
