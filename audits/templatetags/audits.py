"""Words of audits in templates."""

from __future__ import annotations

from django import template

from audits.documents import item_state, replaced_words
from audits.models import Item
from procstd.estimates.rates import percent

register = template.Library()


@register.filter
def share(value: float) -> str:
    """Write a share as a percentage that is never rounded up."""
    return percent(value)


@register.filter
def share_up(value: float) -> str:
    """Write the upper end of an interval as a percentage that is never rounded down."""
    return percent(value, up=True)


@register.filter
def state_of(item: Item) -> str:
    """Say where the check of a case stands."""
    return item_state(item)


@register.filter
def replaced_by_whom(item: Item) -> str:
    """Say who replaced a case, and how many flags it had."""
    return replaced_words(item)


@register.filter
def look_of(item: Item) -> str:
    """Return the look of the state of a case."""
    if hasattr(item, "replacement"):
        return "draft"
    if not hasattr(item, "check_done"):
        return "waiting"
    return "done" if item.check_done.complies else "failed"


@register.filter
def named(people: dict[int, object], key: int | None) -> object:
    """Return a person by key."""
    return people.get(key or 0, "–")
