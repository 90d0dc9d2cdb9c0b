"""From suggestion, finding or evaluation to the effect, and back (F81): every change of a process with both ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch

from improvements.models import Effect, Evaluation, Suggestion
from improvements.queries.evidence_audits import addresses_of
from improvements.queries.links import first_in_force
from processes.models import Change, Process, Revision


@dataclass(frozen=True)
class Source:
    """Where a change comes from: what was said, who decided, and where that is read; nothing where nobody knows it."""

    code: str
    said: str = ""
    decided: str = ""
    decided_at: datetime | None = None
    credited: str = ""
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A change with its source."""

    change: Change
    source: Source


@dataclass(frozen=True)
class Version:
    """A version with its changes, and what it brought; *measured_on* says when that is known."""

    revision: Revision
    lines: list[Line]
    in_force_since: datetime | None
    effect: Effect | None
    measured_on: datetime | None


def traced(process: Process, user: Any, *, weeks: int, at: datetime) -> list[Version]:
    """Return the versions of *process* that *user* sees and that have changes, the newest first.

    A constant number of statements.
    """
    notes = Prefetch("changes", Change.objects.order_by("pk"))
    rows = process.revisions.whole().visible_to(user).select_related("definition", "process")
    revisions = [row for row in rows.defer("definition__content").prefetch_related(notes) if row.changes.all()]
    since = first_in_force([row.pk for row in revisions], at=at)
    effects = {
        row.definition.revision_id: row
        for row in Effect.objects.filter(definition__revision__in=revisions)
        .select_related("definition")
        .defer("definition__content")
    }
    sources = _sources({note.origin_code for row in revisions for note in row.changes.all()} - {""}, user)
    found = []
    for row in revisions:
        began = since.get(row.pk)
        lines = [Line(note, sources.get(note.origin_code, Source(note.origin_code))) for note in row.changes.all()]
        due = began + timedelta(weeks=weeks) if began else None
        found.append(Version(row, lines, began, effects.get(row.pk), due))
    return found


def _sources(codes: set[str], user: Any) -> dict[str, Source]:
    found: dict[str, Source] = {}
    seen = set(Suggestion.objects.visible_to(user).filter(number__in=codes).values_list("number", flat=True))
    merged = _merged(codes)
    rows = Suggestion.objects.filter(number__in=codes).select_related("proposer", "decided_by")
    for row in rows:
        if row.number in seen:
            people = [str(row.proposer)] if row.proposer else []
            found[row.number] = Source(
                row.number, row.proposal, str(row.decided_by or ""), row.decided_at,
                ", ".join([*people, *merged[row.number]]), row.get_absolute_url(),
            )  # fmt: skip
    evaluations = Evaluation.objects.visible_to(user).filter(number__in=codes).select_related("decided_by")
    for held in evaluations:
        found[held.number] = Source(
            held.number, held.reason, str(held.decided_by or ""), held.decided_at, "", held.get_absolute_url()
        )  # fmt: skip
    for code, url in addresses_of(codes - found.keys()).items():
        found[code] = Source(code, url=url)
    return found


def _merged(codes: set[str]) -> dict[str, list[str]]:
    """Return who suggested what was merged into each of *codes*, by name."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = Suggestion.objects.filter(merged_into__number__in=codes).exclude(proposer=None)
    for row in rows.select_related("proposer", "merged_into").order_by("number"):
        found[row.merged_into.number].append(str(row.proposer))  # type: ignore[union-attr]
    return found
