"""Hand posts to a substitute for an absence, and take them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.organisation.domain.posts import refuse_upside_down
from procstd.organisation.models import PostHolding, Substitution, User


@transaction.atomic
def hand_over(
    holdings: Sequence[PostHolding],
    *,
    substitute: User,
    valid_from: date,
    valid_until: date | None,
    by: User,
    reason: str,
    on: date,
) -> list[Substitution]:
    """Let *substitute* act in each of *holdings* for a period that ends.

    *on* is today: an absence cannot be handed over backwards, or somebody would have had rights
    at a time when nobody knew.
    """
    if valid_until is None:
        raise DomainError(_("Say when the absence ends; it can be ended early or extended."), field="valid_until")
    refuse_upside_down(valid_from, valid_until)
    if valid_from < on:
        raise DomainError(_("A substitution cannot start in the past."), field="valid_from")
    if not substitute.is_active:
        raise DomainError(_("%(person)s no longer works here.") % {"person": substitute}, field="substitute")
    locked = list(
        PostHolding.objects.select_for_update(of=("self",))
        .filter(pk__in=[holding.pk for holding in holdings])
        .select_related("post", "department")
    )
    if not locked:
        raise DomainError(_("Choose at least one post."), field="holdings")
    taken = set(
        Substitution.objects.filter(holding__in=locked)
        .overlapping(valid_from, valid_until)
        .values_list("holding_id", flat=True)
    )
    made = []
    for holding in locked:
        if holding.person_id == substitute.pk:
            raise DomainError(_("One cannot be one's own substitute."), field="substitute")
        if holding.pk in taken:
            raise DomainError(
                _("“%(post)s” has a substitute in that period already. Take it back first.") % {"post": holding},
                field="holdings",
            )
        if holding.valid_until is not None and valid_from >= holding.valid_until:
            raise DomainError(
                _("The holding of “%(post)s” ends before the absence begins.") % {"post": holding}, field="holdings"
            )
        made.append(
            Substitution(holding=holding, substitute=substitute, valid_from=valid_from, valid_until=valid_until)
        )
    history.save_many(made, by=by, reason=reason)
    security_log.info("post_handed_over", holdings=[row.pk for row in locked], to=substitute.pk, by=by.pk)
    return made


@transaction.atomic
def take_back(substitution: Substitution, *, by: User, reason: str, on: date) -> None:
    """End a substitution today (*on*); one that has not begun is removed."""
    substitution = Substitution.objects.select_for_update().get(pk=substitution.pk)
    if substitution.valid_until is not None and substitution.valid_until <= on:
        raise DomainError(_("This substitution has ended already."))
    security_log.info("post_taken_back", holding=substitution.holding_id, by=by.pk)
    if substitution.valid_from >= on:
        history.delete(substitution, by=by, reason=reason)
        return
    substitution.valid_until = on
    history.save(substitution, by=by, reason=reason)
