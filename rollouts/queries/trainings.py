"""Who is invited to a training: whether they were there, and have understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from procstd.organisation.models import User
from rollouts.models import Training
from rollouts.queries.concerned import concerned_by
from rollouts.queries.standing import Standing, standings_of


@dataclass(frozen=True)
class Invited:
    """Somebody invited. *is_concerned*: a post of theirs has a part in the version; others need not confirm it."""

    person: User
    attended: bool | None
    is_concerned: bool
    standing: Standing | None

    @property
    def is_covered(self) -> bool:
        """“I understand”: confirmed, or nothing concerns them."""
        return self.standing in (Standing.CONFIRMED, Standing.UNTOUCHED)


def invited_to(training: Training, *, at: datetime) -> list[Invited]:
    """Return those invited, by code. Five statements, however many."""
    rows = list(training.attendances.select_related("person").order_by("person__username"))
    mine = {row.person_id for row in rows}
    concerned = [row for row in concerned_by(training.definition_id, at=at) if row.person.pk in mine]
    stood = standings_of(concerned, at=at)
    found = {person: stands.standing for (person, _definition), stands in stood.items()}
    return [
        Invited(row.person, row.attended, row.person_id in found, found.get(row.person_id)) for row in rows
    ]  # fmt: skip


def understood(people: Iterable[Invited]) -> tuple[int, int]:
    """Return how many of those whom the version concerns have understood it, and how many they are."""
    rows = [row for row in people if row.is_concerned]
    return sum(row.is_covered for row in rows), len(rows)
