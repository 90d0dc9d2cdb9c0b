"""What the process centre shows besides results of a search: one's own steps, forms, changes, favourites."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from processes.models import (
    Definition,
    Duty,
    EntryKind,
    Favourite,
    Process,
    Question,
    Release,
    Revision,
    SearchEntry,
    StepDuty,
)
from processes.queries.inforce import Standing, by_department
from procstd.organisation.models import Department

#: How long a change is news.
NEWS_LASTS = timedelta(days=90)
_LETTERS = {duty.value: number for number, duty in enumerate(Duty)}


def shown_entries() -> QuerySet[SearchEntry]:
    """Return entries with what pages say of them, without what only the index reads."""
    return SearchEntry.objects.select_related("process__department", "definition__revision", "question").defer(
        "definition__content", "title_words", "text_words"
    )


def my_steps(user: Any, definitions: Collection[int], *, most: int | None = None) -> tuple[list[SearchEntry], int]:
    """Return the steps in which a post that *user* acts in has a part, each with ``duties_of_mine``; and how many.

    Two statements.
    """
    held = {(duty.post.code, duty.department.code) for duty in user.duties}
    posts = {post for post, _department in held}
    rows = (
        StepDuty.objects.filter(entry__definition__in=definitions, post__in=posts)
        .order_by("entry__process__code", "entry__definition", "entry__order", "pk")
        .values_list("entry", "post", "department", "duty")
    )
    mine: dict[int, set[str]] = {}
    for entry, post, department, duty in rows if posts else ():
        if not department or (post, department) in held:
            mine.setdefault(entry, set()).add(duty)
    keys = list(mine)[:most]
    loaded = shown_entries().in_bulk(keys) if keys else {}
    found = [loaded[key] for key in keys if key in loaded]
    for row in found:
        row.duties_of_mine = duties_of(mine[row.pk])  # type: ignore[attr-defined]
    return found, len(mine)


def duties_of(letters: Iterable[str]) -> list[tuple[str, Any]]:
    """Return letters of duties in their order, each with its word."""
    return [(letter, Duty(letter).label) for letter in sorted(letters, key=_LETTERS.__getitem__)]


def my_duties_in(user: Any, entries: Collection[SearchEntry]) -> dict[int, list[tuple[str, Any]]]:
    """Return which part *user* has in the steps among *entries*. One statement."""
    held = {(duty.post.code, duty.department.code) for duty in user.duties}
    rows = StepDuty.objects.filter(entry__in=[entry.pk for entry in entries], post__in={post for post, _where in held})
    mine: dict[int, set[str]] = {}
    for row in rows:
        if not row.department or (row.post, row.department) in held:
            mine.setdefault(row.entry_id, set()).add(row.duty)
    return {key: duties_of(letters) for key, letters in mine.items()}


def entries_in(definitions: Collection[int], *kinds: EntryKind) -> QuerySet[SearchEntry]:
    """Return the places of some kinds in *definitions*, by process and in their order."""
    return (
        shown_entries()
        .filter(definition__in=definitions, kind__in=kinds)
        .order_by("process__code", "definition", "order")
    )


@dataclass(frozen=True)
class VersionChange:
    """A release of late, and the version that it took over from, if there was one."""

    release: Release
    before: Revision | None


def recent_changes(
    found: Collection[Standing], *, at: datetime, most: int, process: Process | None = None
) -> list[VersionChange]:
    """Return what of *found* took effect of late, newest first, each with the version before it. Three statements."""
    rows = Release.objects.filter(pk__in=[row.release for row in found])
    if process is None:
        rows = rows.filter(valid_from__gt=at - NEWS_LASTS)
    plain = Release.objects.select_related("process", "definition__revision").defer("definition__content")
    latest = list(
        plain.filter(pk__in=rows.values("pk")).prefetch_related("departments").order_by("-valid_from", "-pk")[:most]
    )
    earlier = plain.filter(process__in={row.process_id for row in latest}).order_by("valid_from", "pk")
    before: dict[int, list[Release]] = {}
    for row in earlier if latest else ():
        before.setdefault(row.process_id, []).append(row)
    return [VersionChange(row, _version_before(row, before[row.process_id])) for row in latest]


def _version_before(release: Release, rows: Iterable[Release]) -> Revision | None:
    found = None
    for row in rows:
        if row.valid_from < release.valid_from and row.definition_id != release.definition_id:
            found = row.definition.revision
    return found


def favourites_of(user: Any) -> list[Favourite]:
    """Return what *user* marked, newest first."""
    return list(Favourite.objects.filter(person=user, process__is_active=True).select_related("process"))


def favourite_places(user: Any) -> set[tuple[int, str]]:
    """Return what *user* marked, as (process, place)."""
    return set(Favourite.objects.filter(person=user).values_list("process_id", "place"))


def shown_favourites(user: Any, definitions: Collection[int]) -> list[tuple[Favourite, SearchEntry | None]]:
    """Return what *user* marked, each with its place in what is in force, or None. Two statements."""
    marks = favourites_of(user)
    rows = shown_entries().filter(
        Q(definition__in=definitions) | Q(definition=None),
        process__in={row.process_id for row in marks},
        place__in={row.place for row in marks},
    )
    places: dict[tuple[int, str], SearchEntry] = {}
    for entry in rows if marks else ():
        places.setdefault((entry.process_id, entry.place), entry)
    return [(row, places.get((row.process_id, row.place))) for row in marks]


def questions_of(process: Process) -> list[Question]:
    """Return the questions of a process in their order."""
    return list(process.questions.all())


@dataclass(frozen=True)
class Map:
    """What is in force where: processes by departments that have a version of their own, and everywhere else."""

    departments: list[Department]
    rows: list[tuple[Process, str, list[str]]]


def where_in_force(found: Collection[Standing], processes: Collection[Process]) -> Map:
    """Return the map of *processes*. Two statements."""
    keys = {process.pk for process in processes}
    mine = [row for row in found if row.process in keys]
    numbers = {
        row.pk: str(row.revision)
        for row in Definition.objects.filter(pk__in={row.definition for row in mine})
        .select_related("revision")
        .defer("content")
    }
    special = {department for row in mine for department in row.departments}
    departments = list(Department.objects.without_tree_fields().filter(pk__in=special).order_by("code"))
    everywhere = {row.process: numbers[row.definition] for row in reversed(mine) if not row.departments}
    own = {place: numbers[row.definition] for place, row in by_department(mine).items()}
    rows = [
        (
            process,
            everywhere.get(process.pk, ""),
            [own.get((process.pk, department.pk), "") for department in departments],
        )
        for process in processes
    ]
    return Map(departments, rows)


def processes_with(found: Collection[Standing]) -> QuerySet[Process]:
    """Return the processes of *found*, by category and code."""
    rows = Process.objects.filter(pk__in={row.process for row in found}).select_related("department")
    return rows.order_by("category", "code")


def releases_of(found: Collection[Standing], process: Process) -> list[Release]:
    """Return the releases of *process* among *found*, with their departments."""
    wanted = [row.release for row in found if row.process == process.pk]
    rows = Release.objects.filter(pk__in=wanted).select_related("definition__revision").defer("definition__content")
    return list(rows.prefetch_related(Prefetch("departments", Department.objects.without_tree_fields())))
