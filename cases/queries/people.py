"""Who can do a step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from processes.domain.standard import Place, Step
from procstd.organisation.models import PostHolding, Substitution, User
from procstd.organisation.models.person import UserQuerySet


def people_for(step: Step, *, on: date) -> UserQuerySet:
    """Return the active people whose post does *step* (R) on a day. One query."""
    return people_in(step.responsible, on=on)


def people_in(places: Iterable[Place], *, on: date) -> UserQuerySet:
    """Return the active people who hold one of *places* on a day, or stand in for who does. One query."""
    condition = Q(pk__in=())
    for place in places:
        where = Q(post__code=place.post, post__is_active=True)
        condition |= where & Q(department__code=place.department) if place.department else where
    holdings = PostHolding.objects.in_force(on).filter(condition)
    stood_in = Substitution.objects.in_force(on).filter(holding__in=holdings.values("pk"))
    acting = Q(pk__in=holdings.values("person")) | Q(pk__in=stood_in.values("substitute"))
    return User.objects.active().filter(acting)


def people_at_work(*, on: date) -> UserQuerySet:
    """Return the active people who hold a post on a day, or are administrators: who can be asked. One query."""
    holdings = PostHolding.objects.in_force(on).filter(post__is_active=True)
    return User.objects.active().filter(Q(pk__in=holdings.values("person")) | Q(is_staff=True))
