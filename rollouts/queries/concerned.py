"""Whom a version concerns: people who hold a post with a part (R, A, C, I or S) in it, where it is in force.

Holders only. Who stands in for somebody reads and works by the standard, but confirms nothing in their place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.models import CompiledPlace
from processes.models import Release
from processes.queries.inforce import Standing, by_department, standings
from procstd.moments import house_day, house_midnight
from procstd.organisation.models import Department, PostHolding, User


@dataclass(frozen=True)
class Concerned:
    """A person in a department whose posts there have a part in a definition."""

    person: User
    department: Department
    definition: int
    #: Post and department by code.
    posts: frozenset[tuple[str, str]]
    #: Since when it concerns them: the version is in force there, and they hold the post.
    since: datetime


def holdings_at(at: datetime, *, person: Any = None, departments: Collection[int] | None = None) -> list[PostHolding]:
    """Return who holds which post where on the day of *at*; of one person or of some departments if named.

    The day is that of the settings' zone, for which no statement is asked: home pages ask for this.
    """
    where = Q() if person is None else Q(person=person)
    if departments is not None:
        where &= Q(department__in=departments)
    rows = PostHolding.objects.in_force(house_day(at)).filter(where, person__is_active=True, post__is_active=True)
    found = rows.select_related("person", "post", "department").order_by("department__code", "person__username", "pk")
    return list(found)


def places_of(definitions: Collection[int]) -> dict[int, set[tuple[int, int | None]]]:
    """Return the posts that each definition names, with the department in which they are meant. One statement."""
    rows = CompiledPlace.objects.filter(step__definition__in=definitions).order_by()
    found: dict[int, set[tuple[int, int | None]]] = {}
    for definition, post, department in rows.values_list("step__definition", "post", "department").distinct():
        found.setdefault(definition, set()).add((post, department))
    return found


def concerned_by(
    definition: int, *, at: datetime, departments: Collection[int] | None = None, person: Any = None
) -> list[Concerned]:
    """Return whom *definition* concerns in *departments* (None: everywhere), in force there or not. Two statements."""
    held = holdings_at(at, person=person, departments=departments)
    places = places_of([definition]).get(definition, set())
    return _grouped((row, definition, None) for row in held if _has_part(row, places))


def concerned_now(
    at: datetime, *, person: Any = None, departments: Collection[int] | None = None, processes: Collection[int] = ()
) -> list[Concerned]:
    """Return who is concerned by what is in force for their department at a moment. Four statements, however many.

    *processes* are those asked about (none: all).
    """
    held = holdings_at(at, person=person, departments=departments)
    if not held:
        return []
    found = [row for row in standings(at) if not processes or row.process in processes]
    places = places_of({row.definition for row in found})
    own = by_department(found)
    everywhere = {row.process: row for row in reversed(found) if not row.departments}
    by_post: dict[int, list[PostHolding]] = {}
    for holding in held:
        by_post.setdefault(holding.post_id, []).append(holding)
    named: dict[int, set[int]] = {}
    for row in found:
        named.setdefault(row.process, set()).update(post for post, _department in places.get(row.definition, ()))
    pairs = []
    for process, posts in named.items():
        for holding in (holding for post in sorted(posts) for holding in by_post.get(post, ())):
            standing: Standing | None = own.get((process, holding.department_id)) or everywhere.get(process)
            if standing and _has_part(holding, places.get(standing.definition, set())):
                pairs.append((holding, standing.definition, standing.valid_from))
    return _grouped(pairs)


def held_for_good(definition: int, process: int, halls: Collection[int], *, at: datetime) -> set[int]:
    """Return in which of *halls* people work by *definition* now, with no end planned. Three statements."""
    open_ended = set(Release.objects.filter(process=process, valid_until=None).values_list("pk", flat=True))
    there = worked_by(process, halls, at=at)
    return {hall for hall, row in there.items() if row.definition == definition and row.release in open_ended}


def worked_by(process: int, halls: Collection[int], *, at: datetime) -> dict[int, Standing]:
    """Return what is in force of *process* in each of *halls*, as a case there would run. Two statements."""
    found = [row for row in standings(at) if row.process == process]
    own, everywhere = by_department(found), next((row for row in found if not row.departments), None)
    there = {hall: own.get((process, hall)) or everywhere for hall in halls}
    return {hall: row for hall, row in there.items() if row is not None}


def _has_part(holding: PostHolding, places: set[tuple[int, int | None]]) -> bool:
    return (holding.post_id, None) in places or (holding.post_id, holding.department_id) in places


def _grouped(rows: Iterable[tuple[PostHolding, int, datetime | None]]) -> list[Concerned]:
    grouped: dict[tuple[int, int, int], list[tuple[PostHolding, datetime | None]]] = {}
    for holding, definition, begun in rows:
        key = (definition, holding.department_id, holding.person_id)
        grouped.setdefault(key, []).append((holding, begun))
    made = [_concerned(definition, found) for (definition, _hall, _person), found in grouped.items()]
    return sorted(made, key=lambda row: (row.department.code, row.person.username, row.definition))


def _concerned(definition: int, found: Sequence[tuple[PostHolding, datetime | None]]) -> Concerned:
    first = found[0][0]
    posts = frozenset((row.post.code, row.department.code) for row, _begun in found)
    mornings = ((house_midnight(row.valid_from), begun) for row, begun in found)
    since = min(max(morning, begun or morning) for morning, begun in mornings)
    return Concerned(first.person, first.department, definition, posts, since)
