"""Which cases are a pilot's, and which it is compared with. Practice cases never are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from cases.models import Case
from cases.models.case import CaseQuerySet
from pilots.models import Pilot
from pilots.queries.days import before_of, counts_until
from processes.models import Definition


def chosen_of(pilot: Pilot) -> list[int]:
    """Return the departments that a pilot runs in. One query."""
    return list(pilot.candidates.filter(is_chosen=True).order_by("pk").values_list("department_id", flat=True))


def pilot_cases(pilot: Pilot, departments: Iterable[int] | None = None) -> CaseQuerySet:
    """Return the cases opened by the pilot's version, in its departments, in its period, until it was decided."""
    if pilot.begun_at is None:
        return Case.objects.none()
    places = chosen_of(pilot) if departments is None else departments
    return Case.objects.in_figures().filter(
        process=pilot.process_id, definition__revision=pilot.revision_id, department__in=places,
        created__gte=pilot.begun_at, created__lt=counts_until(pilot),
    )  # fmt: skip


def cases_before(pilot: Pilot, departments: Iterable[int] | None = None) -> CaseQuerySet:
    """Return the cases that the pilot is compared with: opened in the period before, in the same departments."""
    places = chosen_of(pilot) if departments is None else departments
    begin, until = before_of(pilot)
    found = Case.objects.in_figures().filter(
        process=pilot.process_id, department__in=places, created__gte=begin, created__lt=until
    )
    # What the pilot itself counts is nothing to compare it with.
    return found if pilot.begun_at is None else found.filter(created__lt=pilot.begun_at)


def cases_by_department(pilot: Pilot) -> dict[int, int]:
    """Return how many cases each department had in the period compared with. One query."""
    begin, until = before_of(pilot)
    rows = Case.objects.in_figures().filter(process=pilot.process_id, created__gte=begin, created__lt=until)
    return Counter(rows.values_list("department_id", flat=True))


def definition_of(pilot: Pilot) -> Definition | None:
    """Return the released text that is tried; None while it is only signed."""
    return Definition.objects.filter(revision=pilot.revision_id).first()


def steps_named(standard: Any) -> dict[str, str]:
    """Return what a standard's steps are called, by key, in the language in force."""
    return {step.key: f"{step.number} {step.title}" for step in standard.steps}
