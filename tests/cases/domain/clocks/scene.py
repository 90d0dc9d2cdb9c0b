"""A complaint with all its clocks, on the calendar of 2026, and the hours of Shanghai."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cases.models import Case, Clock
from processes.domain.definition import canonical, hash_of
from processes.models import Definition, Process
from tests.cases.calendars import calendar_2026
from tests.cases.journeys import Team, opened
from tests.standards import released

HOME = ZoneInfo("Asia/Shanghai")
RESPONSES = [{"limit": {"amount": 2, "unit": "working_hours"}, "until": "s2", "when": None}]


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment of 2026 as the clocks of Shanghai show it."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=HOME).astimezone(UTC)


def process_with_clocks(**more: Any) -> Process:
    """Release the complaint with first response and a step that may wait for the customer; *more* goes over it."""
    found = Process.objects.filter(code="complaint").first()
    if found is not None:  # a test that draws many stories
        return found
    calendar_2026()
    release = released()
    data = release.definition.load()
    for step in data["steps"]:
        step["customer_days"] = 5 if step["key"] in ("s1", "s6") else 0
    clockwork = {**data["clockwork"], "reaction_minutes": 240}  # as in the worked examples of R10
    text = canonical({**data, "responses": RESPONSES, "clockwork": clockwork, **more})
    Definition.objects.filter(pk=release.definition_id).update(content=text, sha256=hash_of(text))
    return Process.objects.get(pk=release.process_id)


class Scene:
    """A case, its people and its clocks."""

    def __init__(self, start: datetime, **more: Any) -> None:
        self.team = Team()
        self.case: Case = opened(process_with_clocks(**more), at=start)
        self.agent, self.boss = self.team["service-agent"], self.team["service-supervisor"]

    def clock(self, target: str = "total") -> Clock:
        """Return the latest clock of a kind, ready for its arithmetic."""
        clock = Clock.objects.select_related("case", "task__process", "version__calendar").filter(
            case=self.case, target=target
        ).latest("pk")  # fmt: skip
        clock.digest = clock.version.digest if clock.version else ""
        return clock

    def due(self, target: str = "total") -> Any:
        """Return when a clock is due, as Shanghai reads it; None on hold."""
        due = self.clock(target).due_at
        return due.astimezone(HOME).strftime("%m-%d %H:%M:%S") if due else None
