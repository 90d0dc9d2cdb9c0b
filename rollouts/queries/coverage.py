"""How far a version has reached people, by department: concerned, trained, confirmed, passed the quiz (F46)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.models import Definition
from procstd.organisation.models import Department, User
from rollouts.models import Attendance, QuizAttempt
from rollouts.queries.concerned import Concerned, concerned_by, concerned_now
from rollouts.queries.standing import Standing, Stood, standings_of


@dataclass(frozen=True)
class Reader:
    """A person concerned: how they stand, whether they were at a training on this version, and passed its quiz."""

    person: User
    posts: frozenset[tuple[str, str]]
    stood: Stood
    is_trained: bool
    has_passed: bool
    since: datetime

    @property
    def is_covered(self) -> bool:
        return self.stood.is_covered

    @property
    def is_untouched(self) -> bool:
        return self.stood.standing == Standing.UNTOUCHED

    @property
    def needs_no_training(self) -> bool:
        """Trained, or not to be trained: nothing that is new concerns them."""
        return self.is_trained or self.is_untouched


@dataclass(frozen=True)
class Row:
    """A department: how many people the version concerns there, and how many of them it has reached."""

    department: Department
    readers: tuple[Reader, ...]

    @property
    def concerned(self) -> int:
        return len(self.readers)

    @property
    def trained(self) -> int:
        """Were at a training on this version, or need none because nothing new concerns them."""
        return sum(row.needs_no_training for row in self.readers)

    @property
    def confirmed(self) -> int:
        """Have confirmed it, or were not asked because nothing concerns them."""
        return sum(row.is_covered for row in self.readers)

    @property
    def passed(self) -> int:
        return sum(row.has_passed for row in self.readers)

    @property
    def is_whole(self) -> bool:
        """Everybody was trained and has confirmed: 100 % is what is wanted (H2.4.2)."""
        return self.trained == self.confirmed == self.concerned

    @property
    def waiting(self) -> list[Reader]:
        """Those who have not confirmed, who wait longest first."""
        rows = [row for row in self.readers if not row.is_covered]
        return sorted(rows, key=lambda row: (row.since, row.person.username))

    @property
    def covered(self) -> list[Reader]:
        """Those who have confirmed, or whom nothing concerns."""
        return [row for row in self.readers if row.is_covered]


@dataclass(frozen=True)
class Total:
    """Figures of several departments together: each person once."""

    concerned: int
    trained: int
    confirmed: int
    passed: int

    @property
    def percent(self) -> int:
        """How many of a hundred have confirmed, rounded down: 100 is everybody."""
        return 100 * self.confirmed // self.concerned if self.concerned else 100

    @property
    def trained_percent(self) -> int:
        return 100 * self.trained // self.concerned if self.concerned else 100


def coverage_of(definition: Definition, departments: Iterable[Any] | None, at: datetime) -> list[Row]:
    """Return how far *definition* has reached those whom it concerns in *departments* (None: everywhere).

    In force there or not: a pilot trains before it begins. Departments by code; those where it concerns nobody are
    left out. Six statements, however many people.
    """
    halls = None if departments is None else {getattr(row, "pk", row) for row in departments}
    return rows_of(concerned_by(definition.pk, at=at, departments=halls), at=at).get(definition.pk, [])


def coverage_now(
    at: datetime, *, departments: Collection[int] | None = None, processes: Collection[int] = ()
) -> dict[int, list[Row]]:
    """Return the same for everything in force, by definition, for those who work by it now. Ten statements."""
    return rows_of(concerned_now(at, departments=departments, processes=processes), at=at)


def rows_of(concerned: Sequence[Concerned], *, at: datetime) -> dict[int, list[Row]]:
    """Return rows by definition and department for those concerned. Four statements."""
    stood = standings_of(concerned, at=at)
    definitions = {row.definition for row in concerned}
    there = Attendance.objects.filter(
        attended=True, training__definition__in=definitions, training__cancelled_at=None, training__starts_at__lte=at
    )
    trained = set(there.values_list("person", "training__definition"))
    attempts = QuizAttempt.objects.filter(has_passed=True, definition__in=definitions, finished_at__lte=at)
    passed = set(attempts.order_by().values_list("person", "definition"))
    found: dict[int, dict[int, list[Concerned]]] = {}
    for row in concerned:
        found.setdefault(row.definition, {}).setdefault(row.department.pk, []).append(row)

    def reader(row: Concerned) -> Reader:
        key = (row.person.pk, row.definition)
        return Reader(row.person, row.posts, stood[key], key in trained, key in passed, row.since)

    return {
        definition: [Row(rows[0].department, tuple(map(reader, rows))) for rows in halls.values()]
        for definition, halls in found.items()
    }


def total_of(rows: Iterable[Row]) -> Total:
    """Return the figures of *rows* together; who works in two of the departments counts once."""
    people: dict[int, Reader] = {}
    for row in rows:
        for reader in row.readers:
            people.setdefault(reader.person.pk, reader)
    found = people.values()
    return Total(
        len(found),
        sum(reader.needs_no_training for reader in found),
        sum(reader.is_covered for reader in found),
        sum(reader.has_passed for reader in found),
    )
