"""Who is told: heads of departments, auditors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from procstd.organisation.models import Department, PostHolding, User
from procstd.organisation.models.person import UserQuerySet
from procstd.roles import Role


def heads_of(departments: Iterable[int], *, on: date) -> dict[int, list[int]]:
    """Return the heads of each department: its own, else those of the nearest department above. Two statements."""
    parents = dict(Department.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))
    own: dict[int, list[int]] = {}
    holdings = PostHolding.objects.in_force(on).filter(
        post__role=Role.DEPARTMENT_HEAD, post__is_active=True, person__is_active=True
    )
    for department, person in holdings.order_by("pk").values_list("department_id", "person_id"):
        own.setdefault(department, []).append(person)
    found: dict[int, list[int]] = {}
    for department in departments:
        here: int | None = department
        while here is not None and here not in own:
            here = parents.get(here)
        found[department] = own.get(here, []) if here is not None else []
    return found


def auditors(*, on: date) -> UserQuerySet:
    """Return the active people who hold a post of an auditor on a day."""
    holdings = PostHolding.objects.in_force(on).filter(post__role=Role.AUDITOR, post__is_active=True)
    return User.objects.active().filter(pk__in=holdings.values("person"))
