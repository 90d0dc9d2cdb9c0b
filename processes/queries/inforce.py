"""Which standards are in force for whom: what the process centre shows, and nothing else of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.models import Release
from procstd.roles import Role

#: Who looks after standards everywhere, not only where they work.
_EVERYWHERE = frozenset({Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD, Role.AUDITOR})


@dataclass(frozen=True)
class Standing:
    """A release in force now; *departments* are those it was made for, none: all."""

    release: int
    process: int
    definition: int
    departments: frozenset[int]
    valid_from: datetime
    #: The department whose variant it is, or None (F19).
    variant_for: int | None = None

    def is_from_above(self, department: int) -> bool:
        """Tell whether *department* only shares the variant of a department above it."""
        return self.variant_for not in (None, department)


def departments_of(user: Any) -> frozenset[int] | None:
    """Return the departments whose standards concern *user*; None: all of them."""
    if user.is_staff or _EVERYWHERE & user.roles:
        return None
    return frozenset(duty.department_id for duty in user.duties)


def standings(at: datetime) -> list[Standing]:
    """Return every release in force at a moment, of active processes. Two statements."""
    rows = (
        Release.objects.in_force(at)
        .filter(process__is_active=True)
        .order_by("process__code", "-valid_from", "-pk")
        .values_list("pk", "process_id", "definition_id", "valid_from", "definition__revision__variant_for__pk")
    )
    scopes: dict[int, set[int]] = {}
    links = Release.departments.through.objects.filter(release__in=Release.objects.in_force(at).values("pk"))
    for release, department in links.values_list("release_id", "department_id"):
        scopes.setdefault(release, set()).add(department)
    return [
        Standing(release, process, definition, frozenset(scopes.get(release, ())), valid_from, variant_for)
        for release, process, definition, valid_from, variant_for in rows
    ]


def by_department(found: Iterable[Standing]) -> dict[tuple[int, int], Standing]:
    """Return what is in force by process and department, where a release was made for it, as a case there would run."""
    own: dict[tuple[int, int], Standing] = {}
    for row in found:
        for department in row.departments:
            known = own.get((row.process, department))
            if known is None or (known.is_from_above(department) and not row.is_from_above(department)):
                own[row.process, department] = row
    return own


def in_force_for(found: Iterable[Standing], departments: Collection[int] | None) -> list[Standing]:
    """Return what is in force in *departments* (None: anywhere), as a case there would run.

    A release made for a department goes before one for all, so what another department tries is
    not among them.
    """
    rows = list(found)
    if departments is None:
        return rows
    chosen: dict[int, Standing] = {}
    own = by_department(rows)
    everywhere: dict[int, Standing] = {}
    for row in rows:
        if not row.departments:
            everywhere.setdefault(row.process, row)
    processes = dict.fromkeys(row.process for row in rows)
    for process in processes:
        for department in departments:
            there = own.get((process, department)) or everywhere.get(process)
            if there is not None:
                chosen[there.release] = there
    return list(chosen.values())
