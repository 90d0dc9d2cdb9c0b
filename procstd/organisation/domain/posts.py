"""Acts on posts and on who holds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.organisation.models import Department, Post, PostHolding, User


@transaction.atomic
def add_post(*, by: User | None, reason: str, **facts: Any) -> Post:
    """Add a post."""
    if Post.objects.filter(code=facts["code"]).exists():
        raise DomainError(_("This code is taken."), field="code")
    return history.save(Post(**facts), by=by, reason=reason)


Need = Callable[[Post], str | None]
_needs: list[Need] = []


def keep_while(need: Need) -> None:
    """Let *need* say, in a sentence, why a post cannot be abolished now, or None.

    The rooms above register theirs when they are ready; nothing here imports them.
    """
    if need not in _needs:
        _needs.append(need)


@transaction.atomic
def change_post(post: Post, *, by: User, reason: str, seen: int | None = None, **facts: Any) -> Post:
    """Rename a post, give it another role, or abolish it. An abolished post gives nobody anything.

    Refuses to abolish one without which work would stand still.
    """
    post = Post.objects.select_for_update().get(pk=post.pk)
    history.refuse_if_changed_since(post, seen)
    if post.is_active and facts.get("is_active") is False:
        for need in _needs:
            if (why := need(post)) is not None:
                raise DomainError(why, field="is_active")
    if facts.get("role", post.role) != post.role:
        security_log.warning("post_role_changed", post=post.pk, by=by.pk)
    for name, value in facts.items():
        setattr(post, name, value)
    return history.save(post, by=by, reason=reason)


@transaction.atomic
def appoint(
    person: User,
    *,
    post: Post,
    department: Department,
    valid_from: date,
    valid_until: date | None = None,
    by: User | None,
    reason: str,
) -> PostHolding:
    """Give *person* the *post* in *department* from a day on. Nobody holds the same post there twice at once."""
    refuse_upside_down(valid_from, valid_until)
    User.objects.select_for_update().get(pk=person.pk)
    same = PostHolding.objects.filter(person=person, post=post, department=department)
    if same.overlapping(valid_from, valid_until).exists():
        raise DomainError(_("The person holds this post there already in that period."), field="valid_from")
    holding = PostHolding(
        person=person, post=post, department=department, valid_from=valid_from, valid_until=valid_until
    )
    security_log.info("post_given", user=person.pk, post=post.pk, by=by.pk if by else None)
    return history.save(holding, by=by, reason=reason)


@transaction.atomic
def end_holding(holding: PostHolding, *, valid_until: date, by: User, reason: str) -> PostHolding:
    """End a holding: from *valid_until* on the person no longer has the post."""
    holding = PostHolding.objects.select_for_update().get(pk=holding.pk)
    refuse_upside_down(holding.valid_from, valid_until)
    if holding.valid_until is not None and holding.valid_until < valid_until:
        raise DomainError(_("An earlier end is set already."), field="valid_until")
    holding.valid_until = valid_until
    security_log.info("post_taken", user=holding.person_id, post=holding.post_id, by=by.pk)
    return history.save(holding, by=by, reason=reason)


def refuse_upside_down(valid_from: date, valid_until: date | None) -> None:
    """Refuse a period that ends before or on the day it starts."""
    if valid_until is not None and valid_until <= valid_from:
        raise DomainError(_("The end must come after the start."), field="valid_until")
