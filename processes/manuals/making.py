"""Make the manuals of what is released, once, by the worker: after the release, and again where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from processes.manuals.drawing import read
from processes.manuals.facts import Facts, facts_of
from processes.manuals.store import EVERY, is_refused, kept, make
from processes.models import Definition, Release, Revision
from processes.models.release import DefinitionBroken
from procstd.alone import each_alone
from procstd.documents import NotDrawable
from procstd.logs import log

#: The kind of job that makes one file for somebody (processes/longjobs.py).
MAKE_MANUAL = "manual-make"


def make_missing(definition: Definition, *, at: datetime, most: int | None = None) -> int:
    """Make every file of a released version that is missing, *most* of them; tell how many were made.

    One that cannot be drawn keeps none of the others.
    """
    try:
        found = read(definition.revision, at=at)
    except DefinitionBroken:
        log.error("manual_of_altered_definition", definition=definition.pk)
        return 0
    made = 0
    for choice, kind in EVERY:
        if made == most:
            break
        if lacks(found.revision, found.facts, choice, kind):
            try:
                make(found, choice, kind)
                made += 1
            except NotDrawable as refusal:
                log.warning("manual_not_drawn", definition=definition.pk, kind=kind, why=str(refusal))
            except Exception:  # one standard must not keep the manuals of all others waiting (W10)
                log.exception("manual_failed", definition=definition.pk, choice=choice, kind=kind)
    return made


def lacks(revision: Revision, facts: Facts, choice: str, kind: str) -> bool:
    """Say whether a file is to be made: not there, and not found to be too long."""
    return kept(revision, facts, choice, kind) is None and not is_refused(revision, facts, choice, kind)


def definitions_without_manuals(*, at: datetime, most: int) -> Iterator[int]:
    """Yield up to *most* versions, in force or planned, of which a file is missing."""
    current = Release.objects.not_over(at).values("definition")
    rows = Definition.objects.filter(pk__in=current).select_related(
        "revision__process__department", "revision__process__owner"
    )

    def lacking(definition: Definition) -> bool:
        facts = facts_of(definition.revision, sha256=definition.sha256, at=at)
        return any(lacks(definition.revision, facts, choice, kind) for choice, kind in EVERY)

    for definition in rows.order_by("-pk"):
        if most <= 0:
            return
        if any(each_alone([definition], lacking, event="manual_not_looked_for")):
            most -= 1
            yield definition.pk
