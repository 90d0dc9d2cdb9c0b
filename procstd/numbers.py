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
    """Save a new row under the next free number of its model: two that are made at once get one each, in turn.

    *busy* says to who comes with too many others at the same moment that it is refused. What another constraint of
    the row refuses is raised as it is.
    """
    model, seen, more = type(row), "", 0
    for _attempt in range(_TRIES):
        newest = _newest(model, letter, column)
        # Who lost a race follows the winner; where nobody came between, the number is an older row's: pass over it.
        more = more + 1 if newest == seen else 0
        seen, number = newest, _behind(newest, letter, more)
        row.pk = None
        setattr(row, column, number)
        try:
            with transaction.atomic():
                return history.save(row, by=by, reason=reason)
        except IntegrityError:
            if not model._base_manager.filter(**{column: number}).exists():
                raise
    raise DomainError(busy)


def next_number(model: type[models.Model], letter: str, *, column: str = "number", more: int = 0) -> str:
    """Return the number after that of the newest row of *model*, or *more* numbers behind it."""
    return _behind(_newest(model, letter, column), letter, more)


def _newest(model: type[models.Model], letter: str, column: str) -> str:
    rows = model._default_manager.order_by("-pk").values_list(column, flat=True)
    return rows.first() or f"{letter}-0000"


def _behind(number: str, letter: str, more: int) -> str:
    return f"{letter}-{int(number.partition('-')[2]) + 1 + more:04d}"
