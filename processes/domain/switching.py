"""Whom a version that takes effect concerns, and what it changes for each of them (H2.6.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from processes import notices
from processes.domain.parsing import parse
from processes.domain.redline.compare import changes_between
from processes.domain.standard import Standard
from processes.models import Release
from procstd.notices.domain.telling import Note
from procstd.organisation.models import Department, PostHolding
from procstd.roles import Role


def notes_of_switch(release: Release, *, at: datetime) -> list[Note]:
    """Return one note for each person whom *release* concerns.

    Where it replaces another text the note says what changes, first for the reader's own posts; else that a
    standard is in force. Nobody is told twice: both have the same key.
    """
    revision, new = release.definition.revision, parse(release.definition.load())
    replaced = replaced_by(release)
    if replaced is None or not replaced.definition.is_intact:
        return notices.effective(revision, release, people_concerned(release, [new], at))
    old = parse(replaced.definition.load())
    changes = changes_between(old, new)
    people = people_concerned(release, [old, new], at)
    if not changes:
        return notices.effective(revision, release, people)
    held: dict[int, set[tuple[str, str]]] = {person: set() for person in people}
    rows = PostHolding.objects.in_force(at.date()).filter(person__in=people)
    for person, post, department in rows.values_list("person_id", "post__code", "department__code"):
        held[person].add((post, department))
    # People with the same posts read the same: each text is written once.
    alike: dict[tuple[bool, ...], list[int]] = {}
    for person, posts in held.items():
        alike.setdefault(tuple(change.concerns(posts) for change in changes), []).append(person)
    return [
        note
        for mine, readers in alike.items()
        for note in notices.changed(
            replaced.definition.revision,
            revision,
            release,
            readers,
            own=[change.sentence for change, is_mine in zip(changes, mine, strict=True) if is_mine],
            others=[change.sentence for change, is_mine in zip(changes, mine, strict=True) if not is_mine],
        )
    ]


def replaced_by(release: Release) -> Release | None:
    """Return what was in force, where *release* is now, until it began: of its own departments, else of all.

    None where nothing was, or the same text was.
    """
    start = release.valid_from
    rows = Release.objects.filter(process=release.process_id, valid_from__lt=start).exclude(pk=release.pk)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=start)).order_by("-valid_from", "-pk")
    found = list(rows.select_related("definition__revision__process").prefetch_related("departments"))
    scope = _scope(release)
    same = next((row for row in found if _scope(row) == scope), None)
    before = same or next((row for row in found if not _scope(row)), None)
    return before if before and before.definition_id != release.definition_id else None


def _scope(release: Release) -> set[int]:
    return {department.pk for department in release.departments.all()}


def people_concerned(release: Release, standards: Sequence[Standard], at: datetime) -> list[int]:
    """Return whom a version concerns, within its departments: who holds a post that *standards* name, the heads.

    And the process's owner.
    """
    scope = _scope(release)
    within = Department.objects.below(list(scope)) if scope else None
    places = Q(pk__in=[])
    for post, department in _named(standards):
        where = Q(post__code=post)
        places |= where & Q(department__code=department) if department else where
    heads = Q(post__role=Role.DEPARTMENT_HEAD)
    if within is None:
        codes = {department for _post, department in _named(standards) if department}
        codes |= {row.department_code for standard in standards for row in standard.responsibilities
                  if row.department_code}  # fmt: skip
        heads &= Q(department__code__in=codes) | Q(department=release.process.department_id)
    held = PostHolding.objects.in_force(at.date()).filter(places | heads, person__is_active=True)
    if within is not None:
        held = held.filter(department__in=within)
    people = set(held.values_list("person_id", flat=True)) | {release.process.owner_id}
    return sorted(pk for pk in people if pk is not None)


def _named(standards: Iterable[Standard]) -> set[tuple[str, str | None]]:
    """Return every post that a step names, with the department in which it is meant."""
    return {
        (place.post, place.department)
        for standard in standards
        for step in standard.steps
        for places in step.posts.values()
        for place in places
    }
