"""Standards for tests: the complaint of H3, and a smallest one; tests/random_standards.py draws others."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from processes.demo_complaint import COMPLAINT
from processes.domain.drafting import write_draft
from processes.domain.releasing import checks_only, release
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
    return release(draft, by=None, at=at, gate=checks_only, **facts)


def next_version(release_: Release, change: Any = None, *, at: datetime = RELEASED_AT, **facts: Any) -> Release:
    """Release the next version of a standard: its text, as *change* leaves it; with *facts* of the release."""
    data = release_.definition.load()
    if change is not None:
        change(data)
    draft = write_draft(release_.process, data, by=None, reason="The next version", at=at)
    return release(draft, by=None, at=at, gate=checks_only, **facts)
