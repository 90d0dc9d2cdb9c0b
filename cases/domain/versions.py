"""By which versions of its standard a case ran, and when: told by its chain (F52)."""

from __future__ import annotations

from collections.abc import Mapping

from cases.domain.acting import standard_of
from cases.models import Case, Task
from cases.models.event import EventKind
from processes.domain.standard import Standard
from processes.models import Definition


def standards_over_time(case: Case) -> dict[str, Standard]:
    """Return every standard that *case* has run by, the first one first, by hash. Two statements if it was moved.

    Raises Broken when one of them is not what was released.
    """
    if not case.moves:
        return {case.definition.sha256: standard_of(case.definition)}
    told = case.events.filter(kind__in=[EventKind.OPENED, EventKind.MOVED]).order_by("position")
    hashes = list(dict.fromkeys(told.values_list("body__definition", flat=True)))
    found = {row.sha256: row for row in Definition.objects.filter(sha256__in=hashes)}
    return {sha: standard_of(found[sha]) for sha in hashes if sha in found}


def earlier_standards(case: Case, versions: Mapping[str, Standard] | None = None) -> list[Standard]:
    """Return the standards that *case* ran by before, the latest first. No statement if it was never moved."""
    if not case.moves:
        return []
    found = standards_over_time(case) if versions is None else versions
    return [standard for sha, standard in reversed(list(found.items())) if sha != case.definition.sha256]


def version_at(task: Task) -> Standard:
    """Return the standard by which a task was done: of one that is open, that of its case. A statement at most."""
    case = task.process
    if not case.moves or task.is_open or task.step is None or task.step.definition_id == case.definition_id:
        return standard_of(case.definition)
    return standard_of(Definition.objects.get(pk=task.step.definition_id))
