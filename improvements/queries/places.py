"""Where on a standard somebody points: the version in force there, and the clause of an anchor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.domain.clauses import clauses_of
from processes.domain.parsing import parse
from processes.models import Definition, Process, Release
from processes.models.release import DefinitionBroken
from processes.queries.inforce import departments_of, in_force_for, standings
from procstd.bilingual import in_each_language


@dataclass(frozen=True)
class Place:
    """A clause, as it is called now; without an anchor the whole standard."""

    version: str = ""
    anchor: str = ""
    clause_zh: str = ""
    clause_en: str = ""


def definition_for(process: Process, user: Any, *, at: datetime) -> Definition | None:
    """Return the definition in force of *process* where *user* works; None where there is none."""
    found = in_force_for((row for row in standings(at) if row.process == process.pk), departments_of(user))
    if not found:
        return None
    return Definition.objects.select_related("revision").get(pk=found[0].definition)


def clauses_in(definition: Definition | None) -> list[tuple[str, Any]]:
    """Return anchor and title of each clause of a definition; nothing where there is none or it was altered."""
    if definition is None:
        return []
    try:
        return [(clause.anchor, clause.title) for clause in clauses_of(parse(definition.load()))]
    except DefinitionBroken:
        return []


def place_of(definition: Definition | None, anchor: str) -> Place:
    """Return the place that *anchor* names in a definition; an anchor that it does not have is the whole."""
    if definition is None:
        return Place()
    version = f"V{definition.revision.number}"
    title = dict(clauses_in(definition)).get(anchor)
    if title is None:
        return Place(version)
    said = in_each_language(lambda: str(title))
    return Place(version, anchor, said["zh"][:200], said["en"][:200])


def anchor_of(text: str) -> str:
    """Return the anchor of a clause, as a manual has it: clause-step-s4; the centre says step:s4."""
    return f"clause-{text.replace(':', '-')}" if ":" in text else text


def is_in_force(process: Process, *, at: datetime) -> bool:
    """Tell whether any version of *process* is in force."""
    return Release.objects.in_force(at).filter(process=process).exists()
