"""A project for tests, as far along as asked for; made by the real acts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from procstd.organisation.models import User
from procstd.roles import Role
from projects.domain.planning import confirm_deliverable, finish_task, make_plan
from projects.domain.scope import add_candidate, choose_processes
from projects.domain.starting import start_project
from projects.domain.team import add_member
from projects.models import Duty, Project
from tests.factories import DepartmentFactory, person_with
from tests.standards import process_named

#: A Monday morning in Shanghai.
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def person(code: str, role: Role = Role.FRONTLINE, department: str = "management") -> User:
    """Return the person *code*, made where missing."""
    known = User.objects.filter(username=code).first()
    return known or person_with(role, DepartmentFactory(code=department), username=code, name_en=code)


def lead() -> User:
    return person("lead", Role.PROJECT_LEAD)


def leader() -> User:
    return person("leader", Role.PROJECT_LEAD)


def project(code: str = "complaints", **facts: Any) -> Project:
    """Start a project."""
    given: dict[str, Any] = {
        "name_zh": "投诉流程标准化", "name_en": "Complaint project", "value": "efficiency", "figure_zh": "周期",
        "figure_en": "Cycle", "unit_zh": "天", "unit_en": "days", "baseline": Decimal(4), "target": Decimal("2.5"),
        "lead": lead(), "departments": [DepartmentFactory(code="quality")], "by": lead(), "at": NOW, "reason": "Test",
    }  # fmt: skip
    return start_project(code=code, **(given | facts))


def staffed(of: Project) -> Project:
    """Give a project its whole team."""
    for duty, who in (
        (Duty.LEADER, leader()),
        (Duty.DEPARTMENT, person("head", Role.DEPARTMENT_HEAD, "quality")),
        (Duty.SPECIALIST, person("specialist", Role.PROCESS_SPECIALIST)),
        (Duty.IT, person("it")),
    ):
        add_member(of, duty=duty, person=who, by=of.lead, at=NOW)
    return of


def scores(frequency: int = 3, reach: int = 3, difficulty: int = 3, fit: int = 3) -> dict[str, Any]:
    """Return four scores with reasons."""
    given = {"frequency": frequency, "reach": reach, "difficulty": difficulty, "fit": fit}
    return {**given, **{f"why_{name}": f"Because {name}" for name in given}}


def candidate(of: Project, code: str, **scored: int) -> Any:
    """Let a process be compared."""
    return add_candidate(of, process=process_named(code), reason="Felt daily", by=of.lead, at=NOW, **scores(**scored))


def chosen(of: Project) -> Project:
    """Choose the complaint process, signed."""
    candidate(of, "complaint", frequency=5)
    candidate(of, "order", frequency=1)
    choose_processes(of, processes=["complaint"], by=leader(), at=NOW)
    return of


def planned(of: Project, start: date = MONDAY) -> Project:
    """Make the plan."""
    make_plan(of, start_on=start, by=of.lead, at=NOW)
    return of


def ready(of: Project, phase: int = 1) -> Project:
    """Do all tasks of a phase and confirm its deliverable."""
    for item in of.plan_items.filter(phase=phase, kind="task").order_by("start_on", "pk"):
        finish_task(item, by=of.lead, at=NOW)
    confirm_deliverable(of.plan_items.get(key=f"p{phase}"), by=of.lead, at=NOW)
    return of


def whole(code: str = "complaints") -> Project:
    """Return a project whose first gate is open."""
    return ready(planned(chosen(staffed(project(code)))))
