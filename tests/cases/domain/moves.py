"""A case of a small standard, and further versions of it to move to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cases.domain.chain import broken_chains
from cases.domain.clocks.replaying import facts_of, replay
from cases.domain.moving import choose
from cases.models import Case, Clock, Event, Task
from cases.models.event import EventKind
from processes.domain.definition import canonical, hash_of
from processes.models import Definition, Release
from procstd.roles import Role
from tests.cases.journeys import START_AT, Team, do, open_task, opened
from tests.factories import person_with
from tests.standards import next_version, released, standard, step

Change = Callable[[dict[str, Any]], None]
REACTION = timedelta(hours=4)


def hours(number: float) -> datetime:
    """Return the moment so many hours after the case was opened, on a Tuesday at 9:00 in Shanghai."""
    return START_AT + timedelta(hours=number)


def row(data: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a step of a standard's data."""
    return next(found for found in data["steps"] if found["key"] == key)


def limited(key: str, amount: int | None, unit: str = "working_hours") -> Change:
    """Return the change that gives a step another limit, or none."""

    def change(data: dict[str, Any]) -> None:
        row(data, key)["limit"] = None if amount is None else {"amount": amount, "unit": unit, "from": ""}

    return change


def also(*changes: Change) -> Change:
    """Return all *changes* as one."""

    def change(data: dict[str, Any]) -> None:
        for one in changes:
            one(data)

    return change


def put(**parts: Any) -> Change:
    """Return the change that puts parts of the standard in the place of what is there."""
    return lambda data: data.update(parts)


def unchecked(release: Release, change: Change) -> Release:
    """Change a released text behind the checks' back: as one that was released before there were such checks."""
    data = release.definition.load()
    change(data)
    text = canonical(data)
    Definition.objects.filter(pk=release.definition_id).update(content=text, sha256=hash_of(text))
    return Release.objects.select_related("process", "definition").get(pk=release.pk)


class Moving:
    """A case, who works on it and who may move it; the version that it runs by and the next one."""

    def __init__(
        self, *steps: dict[str, Any], data: dict[str, Any] | None = None, behind_checks: Change | None = None,
        code: str = "small", **facts: Any,
    ) -> None:  # fmt: skip
        rows = steps or (step("s1", "s2"), step("s2", "s3", send_back_to="s1"), step("s3", None))
        for found in rows:
            back = found.pop("send_back_to", None)
            if back:
                found["outcomes"].append(
                    {"key": "back", "label": {"zh": "退回", "en": "Back"}, "target": back, "send_back": True}
                )
        self.first = released(data or standard(*rows), code=code)
        if behind_checks is not None:
            self.first = unchecked(self.first, behind_checks)
        self.process = self.first.process
        self.lead, self.team = person_with(Role.PROJECT_LEAD), Team()
        self.agent = self.team["service-agent"]
        self.number = self.open(**facts).pk

    def open(self, **facts: Any) -> Case:
        facts = {"by": self.agent, "channel": "staff", "answers": {"text": "x", "way": "a"}, **facts}
        return opened(self.process, **facts)

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return Case.objects.select_related("definition", "process").get(pk=self.number)

    def version(
        self, *changes: Change, at: datetime = START_AT, behind_checks: Change | None = None, **facts: Any
    ) -> Release:
        """Release the next version, changed."""
        latest = self.process.releases.order_by("-pk")[0]
        made = next_version(latest, also(*changes), at=at, **facts)
        return made if behind_checks is None else unchecked(made, behind_checks)

    def choose(self, choice: str, to: Release, *, at: float, **facts: Any) -> None:
        facts = {"by": self.lead, "reason": "It is better", **facts}
        choose(self.case, choice, to=to.definition, at=hours(at), **facts)

    def do(self, at: float, **facts: Any) -> Task:
        return do(self.case, self.team, hours(at), **{"answers": {"text": "x"}, **facts})

    def task(self, key: str | None = None) -> Task:
        return open_task(self.case, key)

    def clock(self, target: str = "step") -> Clock:
        """Return the latest clock of a kind."""
        return Clock.objects.filter(case=self.number, target=target).latest("pk")

    def event(self, kind: EventKind = EventKind.MOVED) -> Event:
        return Event.objects.filter(case=self.number, kind=kind).latest("position")

    def told(self) -> list[str]:
        kinds = Event.objects.filter(case=self.number).exclude(kind=EventKind.CLOCKS).order_by("position")
        return list(kinds.values_list("kind", flat=True))

    def is_sound(self) -> bool:
        """Tell whether chain and clocks say the same of the case as its rows."""
        case = self.case
        assert list(broken_chains([case])) == []
        assert replay(case) == facts_of(case)
        return True
