"""What a manual says besides its standard: who answers for it, who put a name to it, since when it holds.

Plain values, so that two readings of the same facts are equal: a stored file is kept by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from processes.domain.standard import Words
from processes.domain.validity import Standing, standing_of
from processes.models import Category, Decision, Release, Revision
from processes.models import Change as NotedChange


@dataclass(frozen=True)
class Period:
    """A stretch of time in which a version is in force; for *departments*, none: for all."""

    start: datetime
    end: datetime | None
    departments: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Approval:
    """Somebody's name under a text: what was decided or signed, with what words, over which hash."""

    kind: str
    name: Words
    post: Words
    text: Words
    at: datetime
    sha256: str
    #: By question of H2.3.3: yes, and what was said.
    answers: tuple[tuple[str, bool, str], ...] = ()


@dataclass(frozen=True)
class Change:
    """A line of the change record: a version, when it was made, and what was changed."""

    number: str
    at: datetime | None
    text: Words
    by: Words | None = None
    #: What was changed in it, each with its origin and that one's number (F28).
    points: tuple[tuple[Words, str, str], ...] = ()


@dataclass(frozen=True)
class Copy:
    """The copy on paper that a file is printed for: its number in the register, and who holds it (F34)."""

    number: str
    holder: Words
    is_controlled: bool


@dataclass(frozen=True)
class Facts:
    """Everything outside of the standard that the manual prints."""

    organisation: Words
    department: Words
    owner: Words
    category: str
    state: str
    status: Standing
    sha256: str
    released_at: datetime | None
    periods: tuple[Period, ...] = ()
    #: The version in force now, where it is another one.
    current: str = ""
    approvals: tuple[Approval, ...] = ()
    changes: tuple[Change, ...] = ()
    #: Where it is no file for everybody.
    copy: Copy | None = None

    @property
    def mark(self) -> str:
        """What tells these facts from others."""
        return sha256(repr(self).encode()).hexdigest()[:16]


def facts_of(revision: Revision, *, sha256: str, at: datetime) -> Facts:
    """Return what the manual of *revision*, whose text has this hash, says besides it at a moment.

    Seven statements, however many versions, releases and signatures there are.
    """
    process, definition = revision.process, getattr(revision, "definition", None)
    # Variants of departments have versions of their own (F19).
    rows = Release.objects.filter(process=process, definition__revision__variant_for__code=revision.variant_for_id)
    rows = rows.select_related("definition__revision", "released_by")
    releases = sorted(rows.prefetch_related("departments"), key=lambda row: (row.valid_from, row.pk))
    own = [row for row in releases if definition is not None and row.definition_id == definition.pk]
    status = standing_of(own, at) if definition else Standing.DRAFT
    in_force = [row for row in releases if row.covers(at) and row not in own]
    newest = max(in_force, key=lambda row: _place(row.definition.revision), default=None)
    return Facts(
        organisation=_organisation(),
        department=words_of(process.department),
        owner=words_of(process.owner),
        category=process.category,
        state="" if definition else revision.state,
        status=status,
        sha256=sha256,
        released_at=definition.created_at if definition else None,
        periods=tuple(_period(row) for row in own),
        current=newest.definition.revision.number if newest and status.is_over else "",
        approvals=approvals_of(revision),
        changes=change_record(revision, releases),
    )


def facts_of_starter(category: Category) -> Facts:
    """Return what is said of a starter: it belongs to nobody yet."""
    nobody = Words("–", "–")
    return Facts(_organisation(), nobody, nobody, category.value, "", Standing.DRAFT, "", None)


def facts_for_strangers(release: Release) -> Facts:
    """Return what strangers read of a version in force: no name of a person, nothing that was said in a review."""
    process, nobody = release.process, Words("–", "–")
    return Facts(
        _organisation(), words_of(process.department), nobody, process.category, "", Standing.IN_FORCE, "",
        release.definition.created_at, periods=(Period(release.valid_from, release.valid_until),),
    )  # fmt: skip


def words_of(row: Any) -> Words:
    """Return the name of a person, a post or a department in both languages."""
    return Words(row.name_zh, row.name_en) if row is not None else Words("–", "–")


def approvals_of(revision: Revision) -> tuple[Approval, ...]:
    """Return decisions, signatures and overrides in the order of time, in both languages. Three statements."""
    decisions = Decision.objects.filter(reviewer__review__revision=revision)
    found = [_approval(row, row.verdict, Words(row.reason, row.reason), row.answers) for row in decisions]
    found += [_approval(row, "signed", Words(row.meaning_zh, row.meaning_en)) for row in revision.signatures.all()]
    found += [
        _approval(row, "overridden", Words(f"{row.title_zh}：{row.reason}", f"{row.title_en}: {row.reason}"))
        for row in revision.overrides.all()
    ]
    return tuple(sorted(found, key=lambda row: row.at))


def _approval(row: Any, kind: str, text: Words, answers: dict[str, Any] | None = None) -> Approval:
    given = tuple((key, bool(row["yes"]), str(row.get("text", ""))) for key, row in (answers or {}).items())
    return Approval(
        str(kind), Words(row.name_zh, row.name_en), Words(row.post_zh, row.post_en), text, row.at, row.sha256, given
    )


def change_record(revision: Revision, releases: Sequence[Release]) -> tuple[Change, ...]:
    """Return the versions up to *revision*, each with the day and the reason of its first release.

    *releases* are those of the process, the oldest first.
    """
    points: dict[int, list[tuple[Words, str, str]]] = {}
    for noted in NotedChange.objects.filter(revision__process=revision.process_id).order_by("pk"):
        words = Words(noted.text_zh, noted.text_en)
        if words.zh or words.en:
            points.setdefault(noted.revision_id, []).append((words, noted.origin, noted.origin_code))
    first: dict[tuple[int, ...], Release] = {}
    for row in releases:
        own = row.definition.revision
        if _place(own) <= _place(revision):
            first.setdefault(_place(own), row)
    found = [
        Change(
            row.definition.revision.number, row.definition.created_at, Words(row.reason, row.reason),
            words_of(row.released_by) if row.released_by else None,
            tuple(points.get(row.definition.revision_id, ())),
        )
        for _number, row in sorted(first.items())
    ]  # fmt: skip
    if _place(revision) not in first:
        found.append(Change(revision.number, None, Words("", ""), points=tuple(points.get(revision.pk, ()))))
    return tuple(found)


def _place(revision: Revision) -> tuple[int, ...]:
    """Return where a version stands among those of its process, or of its department's variants."""
    return revision.major, revision.minor, revision.issue


def _period(row: Release) -> Period:
    departments = sorted(row.departments.all(), key=lambda department: department.code)
    return Period(row.valid_from, row.valid_until, tuple(words_of(department) for department in departments))


def _organisation() -> Words:
    chinese, _bar, english = settings.ORGANISATION.partition("/")
    return Words(chinese.strip(), english.strip() or chinese.strip())
