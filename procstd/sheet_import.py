"""Import rows of a sheet: examine all, tell every error by row and column, then save all or nothing (F10, I10).

The same file a second time finds every row as it is and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.sheets import Column, SheetRow

#: Progress is told after so many rows.
STEP = 200


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell, and what would be right."""

    row: int
    column: str
    value: str
    message: str | Promise


@dataclass
class Examined:
    """What an import would do."""

    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    unchanged: int = 0
    errors: list[CellError] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        return len({error.row for error in self.errors})


class SheetKind:
    """A kind of sheet: its columns, how its rows are found and read, how they are written out.

    A subclass loads what it needs to look up in ``prepare`` (a constant number of queries), so
    that reading a row costs none.
    """

    code: ClassVar[str]
    title: ClassVar[str | Promise]
    model: ClassVar[type[models.Model]]
    columns: ClassVar[Sequence[Column]]
    #: Column code → model field, for columns that are checked and stored as they are.
    plain: ClassVar[dict[str, str]]

    def prepare(self, rows: Sequence[SheetRow], by: Any) -> None:
        """Load what the rows refer to, and the existing rows by key into ``self.existing``."""
        self.existing: dict[Hashable, Any] = {}

    def key(self, cells: dict[str, str]) -> Hashable:
        """Return what tells whether two rows mean the same thing."""
        raise NotImplementedError

    def read(self, row: SheetRow, fail: Callable[[str, str | Promise], None]) -> dict[str, Any]:
        """Return the values of the row's fields; call *fail* with column and message for each fault."""
        values = {}
        for column, name in self.plain.items():
            model_field = self.model._meta.get_field(name)
            try:
                values[name] = model_field.clean(row.cells[column], None)  # type: ignore[union-attr]
            except ValidationError as error:
                fail(column, " ".join(error.messages))
        return values

    def examine_together(self, found: list[tuple[SheetRow, Any]], fail: Callable[[int, str, Any], None]) -> None:
        """Find faults that show only when all rows are seen together."""

    def new(self, values: dict[str, Any]) -> Any:
        """Return an unsaved object of these values."""
        return self.model(**values)

    def batches(self, new: list[Any]) -> Iterable[list[Any]]:
        """Give the new objects in the order in which they can be created; one batch is saved before the next."""
        return [new]

    def after_save(self, changed: list[Any]) -> None:
        """Do what a change of these objects entails."""

    def rows_out(self) -> list[list[Any]]:
        """Return all rows for an export, by codes."""
        raise NotImplementedError


def examine(
    kind: SheetKind, rows: Sequence[SheetRow], *, by: Any, told: Callable[[int], None] = lambda done: None
) -> Examined:
    """Return what importing *rows* would create, change and leave, and every error."""
    kind.prepare(rows, by)
    outcome = Examined()
    found: list[tuple[SheetRow, Any]] = []
    seen: dict[Hashable, int] = {}
    for done, row in enumerate(rows, 1):
        before = len(outcome.errors)

        def fail(column: str, message: str | Promise, row: SheetRow = row) -> None:
            outcome.errors.append(CellError(row.number, column, row.cells.get(column, ""), message))

        key = kind.key(row.cells)
        if key in seen:
            fail(kind.columns[0].code, _("The same as row %(row)d; each may stand here once.") % {"row": seen[key]})
        seen.setdefault(key, row.number)
        values = kind.read(row, fail)
        if len(outcome.errors) == before:
            target = kind.existing.get(key)
            if target is None:
                found.append((row, kind.new(values)))
            else:
                different = {name for name, value in values.items() if getattr(target, name) != value}
                for name in different:
                    setattr(target, name, values[name])
                target._sheet_changed = bool(different)
                found.append((row, target))
        if done % STEP == 0:
            told(done)

    bad: set[int] = set()
    cells_of = {row.number: row.cells for row, _object in found}

    def fail_together(number: int, column: str, message: Any) -> None:
        bad.add(number)
        value = cells_of[number].get(column, "")
        outcome.errors.append(CellError(number, column, value, message))

    kind.examine_together(found, fail_together)
    for row, target in found:
        if row.number in bad:
            continue
        if target.pk is None:
            outcome.new.append(target)
        elif target._sheet_changed:
            outcome.changed.append(target)
        else:
            outcome.unchanged += 1
    outcome.errors.sort(key=lambda error: error.row)
    return outcome


@transaction.atomic
def save_examined(kind: SheetKind, examined: Examined, *, valid_rows_only: bool, by: Any, reason: str) -> None:
    """Save what was examined, all in one transaction.

    With errors nothing is saved, unless *valid_rows_only* was asked for.
    """
    if examined.errors and not valid_rows_only:
        raise DomainError(_("Nothing is saved: the file still has errors."))
    for batch in kind.batches(examined.new):
        history.save_many(batch, by=by, reason=reason)
    if examined.changed:
        columns = [column.name for column in kind.model._meta.concrete_fields if not column.primary_key]
        history.save_many(examined.changed, by=by, reason=reason, fields=columns)
    kind.after_save(examined.changed)
