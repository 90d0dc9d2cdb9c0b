"""Who acts where, for pages about people and posts."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch

from procstd.organisation.models import PostHolding, Substitution, User
from procstd.organisation.models.person import UserQuerySet


def people_with_holdings(people: UserQuerySet, *, on: date) -> UserQuerySet:
    """Return *people* with department and, as ``held``, their holdings in force on a day. Two queries."""
    held = PostHolding.objects.in_force(on).select_related("post", "department")
    return people.select_related("department").prefetch_related(Prefetch("holdings", queryset=held, to_attr="held"))


def holdings_of(person: User) -> list[PostHolding]:
    """Return all holdings of *person*, past ones too, each with its substitutions loaded."""
    return list(
        person.holdings.select_related("post", "department").prefetch_related(
            Prefetch("substitutions", queryset=Substitution.objects.select_related("substitute"))
        )
    )


def holders(*, on: date, **where: object) -> list[PostHolding]:
    """Return the holdings in force on a day in a department or of a post, with their people."""
    return list(
        PostHolding.objects.in_force(on)
        .filter(person__is_active=True, **where)
        .select_related("person", "post", "department")
        .order_by("post__code", "department__code", "person__username")
    )
