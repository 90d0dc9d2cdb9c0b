"""A house with a standard in force, and the people whom it concerns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from processes.domain.drafting import write_draft
from processes.domain.releasing import checks_only, release
from processes.models import Definition, Release
from procstd.organisation.models import User
from procstd.roles import Role
from rollouts.domain.acknowledging import acknowledge
from tests.factories import person_with
from tests.reviews import fresh
from tests.standards import released, standard, step

#: A Tuesday morning in Shanghai, a day after the release.
NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def two_steps(**more: Any) -> dict[str, Any]:
    """Return a standard whose first step the agent does, and the second the engineer."""
    return standard(
        step("s1", "s2", post="service-agent"), step("s2", None, post="quality-engineer"), **more
    )  # fmt: skip


def in_force(code: str = "complaint", **facts: Any) -> Release:
    """Release the standard of two steps."""
    return released(two_steps(), code=code, **facts)


def limit_of(key: str, amount: int) -> Any:
    """Return a change of a text: the step's limit becomes so many hours."""

    def change(data: dict[str, Any]) -> None:
        next(row for row in data["steps"] if row["key"] == key)["limit"]["amount"] = amount

    return change


def word_of(key: str, text: str) -> Any:
    """Return a change of a text: other words for what is done at a step."""

    def change(data: dict[str, Any]) -> None:
        next(row for row in data["steps"] if row["key"] == key)["operation"] = {"zh": text, "en": text}

    return change


def purpose(text: str) -> Any:
    """Return a change of a text that touches nobody's steps."""

    def change(data: dict[str, Any]) -> None:
        data["purpose"] = {"zh": text, "en": text}

    return change


def total(amount: int) -> Any:
    """Return a change of a text: the limit of the whole case, which is everybody's."""

    def change(data: dict[str, Any]) -> None:
        data["totals"][0]["limit"]["amount"] = amount

    return change


def newer(before: Release, *changes: Any, at: datetime = NOW, major: bool = False, **facts: Any) -> Release:
    """Release the next version with these changes, reviewed as a minor or as a *major* one."""
    data = before.definition.load()
    for change in changes:
        change(data)
    draft = write_draft(before.process, data, by=None, reason="The next version", at=at, major=major)
    return release(draft, by=None, at=at, gate=checks_only, **facts)


def confirms(person: User, definition: Definition, *, at: datetime = NOW) -> Any:
    """Confirm as the next request of *person* would."""
    return acknowledge(definition, by=fresh(person), at=at)


def specialist(**facts: Any) -> User:
    return person_with(Role.PROCESS_SPECIALIST, **facts)
