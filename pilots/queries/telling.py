"""Whom a pilot concerns: its leader, and those who lead the departments in which it runs."""

from __future__ import annotations

from datetime import datetime

from pilots.models import Pilot
from pilots.queries.cases import chosen_of
from procstd.calendars.domain.workdays import standard_workdays
from procstd.organisation.models import PostHolding
from procstd.roles import Role


def people_of(pilot: Pilot, *, at: datetime | None = None) -> list[int]:
    """Return the leader, and the heads of the chosen departments. One query."""
    on = standard_workdays().today(at or pilot.begun_at or pilot.planned_at)
    heads = PostHolding.objects.in_force(on).filter(
        department__in=chosen_of(pilot), post__role=Role.DEPARTMENT_HEAD, person__is_active=True
    )
    return list(dict.fromkeys([pilot.leader_id, *heads.values_list("person_id", flat=True)]))


def workers_of(pilot: Pilot, *, at: datetime) -> list[int]:
    """Return everybody who holds a post in a chosen department."""
    held = PostHolding.objects.in_force(standard_workdays().today(at))
    rows = held.filter(department__in=chosen_of(pilot), person__is_active=True)
    return list(dict.fromkeys(rows.order_by("person_id").values_list("person_id", flat=True)))
