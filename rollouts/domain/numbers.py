"""Numbers that people say: T-0001 of trainings, W-0001 of waves."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError

#: So many rows may be made at the same moment before one of them is refused.
_TRIES = 5


def save_numbered(row: Any, letter: str, *, by: Any, reason: str) -> Any:
    """Save a new row under the next free number of its model: two that are made at once both get one."""
    for attempt in range(_TRIES):
        row.pk, row.number = None, _next(type(row), letter, attempt)
        try:
            with transaction.atomic():
                return history.save(row, by=by, reason=reason)
        except IntegrityError:
            continue
    raise DomainError(_("Several of these are being made at this moment. Please try once more."))


def _next(model: Any, letter: str, more: int) -> str:
    newest = model.objects.order_by("-pk").values_list("number", flat=True).first() or f"{letter}-0000"
    return f"{letter}-{int(newest.partition('-')[2]) + 1 + more:04d}"
