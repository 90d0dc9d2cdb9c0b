"""People, suggestions, and cases that are worked week by week, for tests of the room."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.domain.opening import open_case
from cases.domain.satisfaction import answer as rate
from cases.domain.working import complete
from cases.models import Case, Channel
from improvements.domain.suggesting import new_code, suggest, suggest_anonymously
from improvements.models import Suggestion
from improvements.queries.places import Place
from processes.models import Process, Release
from procstd.organisation.models import User
from procstd.roles import Role
from tests.cases.journeys import Team, open_task
from tests.factories import DepartmentFactory, person_with
from tests.standards import Data, released, standard, step

#: A Monday morning in Shanghai.
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
TEXTS: dict[str, Any] = {
    "kind": "tool", "problem": "Quality looks through three documents by hand to judge.",
    "proposal": "Link model and batch data automatically.", "effect": "24 h to 12 h, 20 % fewer errors",
    "difficulty": "medium", "notes": "Try it on urgent complaints first.", "department": None,
}  # fmt: skip
#: Another one, with other words.
OTHER: dict[str, Any] = {
    **TEXTS, "kind": "form", "problem": "Nobody fills in the channel of the register.",
    "proposal": "Choose the channel before anything else is asked.",
}  # fmt: skip


def person(code: str, role: Role = Role.FRONTLINE, department: str = "management") -> User:
    """Return the person *code*, made where missing."""
    known = User.objects.filter(username=code).first()
    return known or person_with(role, DepartmentFactory(code=department), username=code, name_en=code)


def specialist() -> User:
    return person("specialist", Role.PROCESS_SPECIALIST)


def lead() -> User:
    return person("lead", Role.PROJECT_LEAD)


def small(**more: Any) -> Data:
    """Return a standard of two steps; the second may send back to the first."""
    ways = [
        {"key": "ok", "label": {"zh": "完成", "en": "Done"}, "target": None},
        {"key": "back", "label": {"zh": "退回", "en": "Back"}, "target": "s1", "send_back": True},
    ]
    return standard(step("s1", "s2"), step("s2", outcomes=ways), **more)


def process_in_force(code: str = "complaint", data: Data | None = None, *, at: datetime = NOW) -> Process:
    """Return a process whose first version is in force since *at*, with an owner."""
    process = released(data or small(), code=code, at=at).process
    process.owner = person("owner", Role.DEPARTMENT_HEAD)
    process.save()
    return process


def named(process: Process, by: User | None = None, *, at: datetime = NOW, **facts: Any) -> Suggestion:
    """Suggest by name."""
    given = {**TEXTS, "code": new_code(), "place": Place("V1.0"), **facts}
    return suggest(process, by=by or person("author"), at=at, **given)


def anonymous(process: Process, *, at: datetime = NOW, **facts: Any) -> tuple[Suggestion, str]:
    """Suggest anonymously; return the suggestion and its code."""
    code = new_code()
    given = {**TEXTS, "code": code, "place": Place("V1.0"), **facts}
    return suggest_anonymously(process, at=at, **given), code


def worked(
    process: Process, team: Team, *, opened: datetime, hours: Sequence[float], outcomes: Sequence[str] = ("o1", "ok"),
    rating: int | None = None,
) -> Case:  # fmt: skip
    """Open a case of the small standard and do its steps, each so many hours after *opened*, with these outcomes."""
    by = team["service-agent"]
    case = open_case(
        process, {"text": "It leaks"}, by=by, at=opened, channel=Channel.STAFF, request_key=secrets.token_hex(8)
    )
    for passed, outcome in zip(hours, outcomes, strict=True):
        complete(
            open_task(case), outcome=outcome, reason="Because", answers={"text": "It leaks"}, by=by,
            at=opened + passed * HOUR,
        )  # fmt: skip
    if rating is not None:
        rate(case.satisfaction_requests.get(), rating=rating, at=opened + hours[-1] * HOUR)
    return case


def release_of(process: Process) -> Release:
    """Return the newest release of a process."""
    found = process.releases.order_by("-valid_from", "-pk").first()
    assert found is not None
    return found
