"""Numbers of suggestions and evaluations. An anonymous one draws its own: in order it would tell when it came."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from improvements.models import Suggestion
from procstd.errors import DomainError

_TRIES = 8
#: Numbers by chance come from here on, those in order stay below.
_BY_CHANCE_FROM, _BY_CHANCE = 5_000, 5_000
Row = TypeVar("Row", bound=models.Model)


def in_order(month: date) -> str:
    """Return the next number in order of the year of *month*: SG-2026-0001."""
    start = f"SG-{month.year}-"
    rows = Suggestion.objects.filter(number__startswith=start, is_anonymous=False)
    taken = [int(number.rpartition("-")[2]) for number in rows.values_list("number", flat=True)]
    following = max(taken, default=0) + 1
    if _BY_CHANCE_FROM <= following < _BY_CHANCE_FROM + _BY_CHANCE:
        following = _BY_CHANCE_FROM + _BY_CHANCE
    return f"{start}{following:04d}"


def by_chance(month: date) -> str:
    """Return a number that follows no other: SG-2026-7316."""
    return f"SG-{month.year}-{_BY_CHANCE_FROM + secrets.randbelow(_BY_CHANCE):04d}"


def keep_numbered(
    number: Callable[[], str], keep: Callable[[str], Row], *, known: Callable[[], Row | None] = lambda: None
) -> Row:
    """Keep a row under the next free number: two that come at once both get one, and none is left out.

    Whoever is second waits for the first to commit, and then reads its number.
    *known* finds the row that the same form has made meanwhile: then that one is returned.
    """
    for _attempt in range(_TRIES):
        try:
            with transaction.atomic():
                return keep(number())
        except IntegrityError:
            if (found := known()) is not None:
                return found
    raise DomainError(_("Several are being written down at this moment. Please try once more."))
