"""Who and where of the story, and its clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from processes.models import Definition
from procstd import history
from procstd.organisation.models import Department, User

CODE, PROJECT = "service-complaint", "service-complaints"
HOME = ZoneInfo("Asia/Shanghai")


@dataclass
class Stage:
    """People by sign-in name, departments by code, what the story has made so far."""

    people: dict[str, User]
    departments: dict[str, Department]
    now: datetime
    process: Any = None
    project: Any = None
    survey: Any = None
    draft: Any = None
    pilot: Any = None
    cases: int = 0
    made: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def set(cls, now: datetime) -> Stage:
        people = {person.username: person for person in User.objects.active()}
        return cls(people, {row.code: row for row in Department.objects.without_tree_fields()}, now)

    def halls(self, *codes: str) -> list[Department]:
        return [self.departments[code] for code in codes]

    @property
    def definition(self) -> Any:
        """The definition of V1.0, once it is released."""
        return Definition.objects.get(revision=self.draft)

    @property
    def lead(self) -> User:
        return self.people["sun.yue"]

    @property
    def leader(self) -> User:
        return self.people["li.guoqiang"]

    @property
    def specialist(self) -> User:
        return self.people["he.lin"]


def then(moment: datetime) -> datetime:
    """Return *moment*; the story has come to it. For moments that are counted from others."""
    return history.come_to(moment)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of 2026 where the house is; the story has come to it."""
    return then(datetime(2026, month, day, hour, minute, tzinfo=HOME))


def noon(day: Any) -> datetime:
    """Return ten in the morning of a day; the story has come to it."""
    return then(datetime.combine(day, time(10), HOME))
