"""How people stand to a version: confirmed, not touched by what is new, or still asked (F43, F44)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models import Definition
from processes.models.release import DefinitionBroken
from rollouts.models import Acknowledgement
from rollouts.queries.concerned import Concerned
from rollouts.queries.differences import Held, difference


class Standing(models.TextChoices):
    """How somebody stands to a version."""

    CONFIRMED = "confirmed", _("Confirmed")
    UNTOUCHED = "untouched", _("Nothing concerns you")
    ASKED = "asked", _("To confirm")


@dataclass(frozen=True, slots=True)
class Given:
    """An acknowledgement, as much of it as tells how somebody stands."""

    definition: int
    sha256: str
    posts: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class Stood:
    """How a person stands to a version; *before* is the version they confirmed last, by hash."""

    standing: Standing
    at: datetime | None = None
    before: str | None = None

    @property
    def is_covered(self) -> bool:
        """Confirmed, or not asked because nothing concerns them."""
        return self.standing != Standing.ASKED


def given_by(
    people: Collection[int], processes: Collection[int], *, at: datetime
) -> dict[tuple[int, int], list[Given]]:
    """Return what people confirmed of processes until a moment, by person and process, in order. One statement."""
    rows = Acknowledgement.objects.filter(definition__revision__process__in=processes, at__lte=at)
    if len(people) < 500:  # of a whole house: all of them
        rows = rows.filter(by__in=people)
    columns = ("by", "definition__revision__process", "definition", "sha256", "posts", "at")
    found: dict[tuple[int, int], list[Given]] = {}
    # Of a whole house: one by one, and each set of posts once.
    same: dict[tuple[str, ...], frozenset[str]] = {}
    for person, process, definition, sha256, posts, when in rows.order_by("at", "pk").values_list(*columns).iterator():
        held = same.setdefault(tuple(posts), frozenset(posts))
        found.setdefault((person, process), []).append(Given(definition, sha256, held, when))
    return found


def stands(given: Sequence[Given], definition: int, sha256: str, held: Held) -> Stood:
    """Return how who *held* these posts and has confirmed *given* stands to a version.

    A confirmation counts for the posts for which it was given; a version is compared with the one confirmed last.
    """
    posts = {post for post, _department in held}
    counting = [row for row in given if posts <= row.posts]
    place = next((place for place, row in enumerate(counting) if row.definition == definition), None)
    if place is not None:
        earlier = counting[place - 1].sha256 if place else None
        return Stood(Standing.CONFIRMED, counting[place].at, earlier)
    if not counting:
        return Stood(Standing.ASKED)
    last = counting[-1]
    try:
        asks = difference(last.sha256, sha256).asks(held)
    except DefinitionBroken:  # nobody can say that nothing concerns them
        asks = True
    return Stood(Standing.ASKED if asks else Standing.UNTOUCHED, None if asks else last.at, last.sha256)


def standings_of(rows: Sequence[Concerned], *, at: datetime) -> Mapping[tuple[int, int], Stood]:
    """Return how each of those concerned stands, by person and definition. Two statements, however many.

    A person's posts in all departments are one: a version is confirmed once.
    """
    facts = {
        pk: (sha256, process)
        for pk, sha256, process in Definition.objects.filter(pk__in={row.definition for row in rows}).values_list(
            "pk", "sha256", "revision__process"
        )
    }
    held: dict[tuple[int, int], set[tuple[str, str]]] = {}
    for row in rows:
        held.setdefault((row.person.pk, row.definition), set()).update(row.posts)
    people = {person for person, _definition in held}
    given = given_by(people, {process for _sha256, process in facts.values()}, at=at)
    return {
        (person, definition): stands(
            given.get((person, facts[definition][1]), ()), definition, facts[definition][0], posts
        )
        for (person, definition), posts in held.items()
    }
