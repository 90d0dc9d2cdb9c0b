"""The people of the complaint standard, and steps of a case done by them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.domain.consulting import answer, ask
from cases.domain.opening import open_case
from cases.domain.signing import lacking_at
from cases.domain.working import complete
from cases.models import Case, Channel, Task
from cases.models.event import EventKind
from processes.models import Process
from procstd.organisation.models import User
from tests.standards import holder, released

START_AT = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
REGISTER = {
    "customer": "Lihua Trading", "contact": "lihua@example.com", "product": "HY-200", "problem": "It leaks oil.",
    "channel": "online",
}  # fmt: skip
#: What each step answers when all goes well.
ANSWERS: dict[str, dict[str, Any]] = {
    "s1": REGISTER,
    "s2": {"grade": "normal"},
    "s4": {"cause": "A worn seal", "department": "production", "kind": "repair", "plan": "Replace the seal"},
    "s5": {"opinion": "Agreed"},
    "s6": {"confirmed": True},
    "s7": {"done_on": "2026-03-05", "result": "The seal was replaced"},
    "s8": {"satisfaction": 5},
}


@dataclass
class Team:
    """One person for each post of the complaint standard."""

    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, place: str) -> User:
        """Return the holder of “post” or “post@department”."""
        if place not in self.people:
            post, _at, department = place.partition("@")
            self.people[place] = holder(post, department or "service")
        return self.people[place]

    def worker_of(self, task: Task) -> User:
        """Return somebody whose post does the task's step."""
        place = flow_standard(task).step(task.key).responsible[0]
        return self[f"{place.post}@{place.department}" if place.department else place.post]


def flow_standard(task: Task) -> Any:
    from cases.domain.acting import standard_of

    return standard_of(task.process.definition)


def clock(start: datetime = START_AT) -> Iterator[datetime]:
    """Yield moments, ten minutes apart."""
    while True:
        yield start
        start += timedelta(minutes=10)


def opened(process: Process | None = None, answers: dict[str, Any] | None = None, **facts: Any) -> Case:
    """Open a case as a customer does, or with other *facts*."""
    process = process or released().process
    public = {key: value for key, value in REGISTER.items() if key != "channel"}
    facts = {"by": None, "at": START_AT, "channel": Channel.PUBLIC, "request_key": secrets.token_hex(8), **facts}
    return open_case(process, public if answers is None else answers, **facts)


def open_task(case: Case, key: str | None = None) -> Task:
    """Return the open task of *case*, with what an act needs."""
    tasks = Task.objects.open().filter(process=case).select_related("process__definition", "step")
    return tasks.get(key=key) if key else tasks.get()


def told(case: Case) -> list[str]:
    """Return what people and the customer did to a case, in order; without what its clocks did by themselves."""
    return [event.kind for event in case.events.exclude(kind=EventKind.CLOCKS)]


def do(case: Case, team: Team, at: datetime = START_AT, *, by: User | None = None, key: str | None = None,
       outcome: str | None = None, answers: dict[str, Any] | None = None, reason: str = "Because") -> Task:  # fmt: skip
    """Complete the open task of *case*: with its first outcome and good answers unless told otherwise."""
    task = open_task(case, key)
    step = flow_standard(task).step(task.key)
    return complete(
        task, outcome=outcome or step.outcomes[0].key, reason=reason, by=by or team.worker_of(task), at=at,
        answers=ANSWERS.get(task.key, {}) if answers is None else answers,
    )  # fmt: skip


def sign(case: Case, team: Team, key: str, at: datetime) -> None:
    """Give every countersignature that the standard still wants at an open step."""
    task = open_task(case, key)
    for place in lacking_at(task, flow_standard(task).step(key)):
        person = team[place.code]
        asked = ask(task, person=person, question="Agreed?", countersign=True, by=team.worker_of(task), at=at)
        answer(asked, text="", agrees=True, by=person, at=at)


def finish(case: Case, team: Team, moments: Iterator[datetime] | None = None) -> Case:
    """Work *case* to its end by the first outcomes."""
    moments = moments or clock()
    while Task.objects.open().filter(process=case).exists():
        do(case, team, next(moments))
    return Case.objects.get(pk=case.pk)
