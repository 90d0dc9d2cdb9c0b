"""Numbers of new rows that people say: S-0001 of surveys, P-0001 of pilots, T-0001 of trainings, W-0001 of waves.

One after the other, without a year. What is counted otherwise stays in its room: suggestions by year and anonymous
ones by chance, findings by year in a column of their own; evaluations leave no number out; an audit is called after
its month and process, a case after its key.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError

Row = TypeVar("Row", bound=models.Model)
#: So many rows may be made at the same moment before one of them is refused.
_TRIES = 5
_BUSY = _("Several of these are being made at this moment. Please try once more.")


def save_numbered(row: Row, letter: str, *, column: str = "number", by: Any, reason: str, busy: Any = _BUSY) -> Row:
    """Save a new row under the next free number of its model: two that are made at once both get one.

    *busy* says to who comes with too many others at the same moment that it is refused.
    """
    for attempt in range(_TRIES):
        row.pk = None
        setattr(row, column, next_number(type(row), letter, column=column, more=attempt))
        try:
            with transaction.atomic():
                return history.save(row, by=by, reason=reason)
        except IntegrityError:
            continue
    raise DomainError(busy)


def next_number(model: type[models.Model], letter: str, *, column: str = "number", more: int = 0) -> str:
    """Return the number after that of the newest row of *model*, or *more* numbers behind it."""
    rows = model._default_manager.order_by("-pk").values_list(column, flat=True)
    newest = rows.first() or f"{letter}-0000"
    return f"{letter}-{int(newest.partition('-')[2]) + 1 + more:04d}"
