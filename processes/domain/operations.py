"""Apply small operations of the editor to a draft, merged cell by cell with what others wrote meanwhile (F20).

Each is a dict with ``op``: ``set`` (row, field, value, was), ``insert`` (table, after, values, as),
``delete``, ``duplicate`` (rows), ``move`` (rows, after), ``paste`` (row, field, text, was), ``restore``
(rows, after). What is refused stands beside its cell; the rest is saved in one act with one reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from processes.domain import cells
from processes.domain.editing import locked_draft, refuse_variant
from processes.domain.headings import known_headings
from processes.domain.pasting import read_cells
from processes.domain.rows import RowActs
from processes.domain.sheet import Sheet
from processes.domain.standing import reopen_after_change
from processes.models import Presence, Revision
from procstd.errors import DomainError
from procstd.logs import log

Operation = dict[str, Any]
MOST_OPERATIONS = 1000


@dataclass
class Applied:
    """What became of a batch: what was refused and why, what undoes the rest, which rows were made."""

    sheet: Sheet
    refused: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    undo: list[Operation] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    is_repeated: bool = False

    def answer(self) -> dict[str, Any]:
        """Return what the window is told, and told again if the answer was lost."""
        names = ("refused", "conflicts", "undo", "made", "new")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def apply_operations(
    revision: Revision,
    operations: list[Operation],
    *,
    by: Any,
    at: datetime,
    reason: str = "",
    window: str = "",
    batch: str = "",
) -> Applied:
    """Apply *operations* in their order. Cells that another person changed meanwhile are left, and reported.

    A *batch* that its *window* sent before is not applied again: its answer is given again.
    """
    present = locked_draft(revision, None)
    refuse_variant(present)
    here = _presence(present, by, window, at) if window else None
    if here and batch and here.batch == batch:
        return Applied(Sheet(present), **here.answer, is_repeated=True)
    if len(operations) > MOST_OPERATIONS:
        raise DomainError(gettext_lazy("Too many changes at once. Save some of them first."))
    sheet = Sheet(present)
    work, flushed = _Work(sheet), False
    for operation in operations:
        # What is deleted is remembered by its row in the history, so what it points to must be there.
        if operation["op"] in ("delete", "restore") and sheet.has_new_rows:
            sheet.flush(by=by, reason=reason or work.reason(), at=at)
            at, flushed = at + timedelta(microseconds=1), True
        work.apply(operation)
    work.settle()
    result = Applied(sheet, work.refused, work.conflicts, work.undo[::-1], work.made, work.new)
    if sheet.is_changed or flushed:
        sheet.save(by=by, reason=reason or work.reason(), at=at)
        reopen_after_change(sheet.revision, by=by, reason=reason or work.reason())
        log.info("draft_changed", revision=present.pk, rows=len(operations))
    if result.conflicts:
        _name_the_other(result.conflicts, present, by)
    if here and batch:
        here.batch, here.answer = batch, result.answer()
        here.save(update_fields=["batch", "answer"])
    return result


def _presence(revision: Revision, by: Any, window: str, at: datetime) -> Presence:
    found, _made = Presence.objects.get_or_create(
        revision=revision, person=by, window=window[:32], defaults={"seen_at": at}
    )
    return found


def _name_the_other(conflicts: list[dict[str, Any]], revision: Revision, by: Any) -> None:
    entries = revision.history.select_related("history_user").exclude(history_user=by)
    other = entries.order_by("-history_id").first()
    for conflict in conflicts:
        conflict["by"] = str((other and other.history_user) or _("The software"))


class _Work(RowActs):
    """A batch under way."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet)
        self.refused: list[dict[str, Any]] = []
        self.conflicts: list[dict[str, Any]] = []
        self.undo: list[Operation] = []
        self.made: dict[str, str] = {}
        self.new: list[str] = []
        self.cells = 0
        self.kinds: set[str] = set()

    def apply(self, operation: Operation) -> None:
        act = getattr(self, f"do_{operation['op']}")
        try:
            act(operation)
        except ValidationError as error:
            first = (operation.get("rows") or [operation.get("row", "")])[0]
            self.refuse(
                self.named(first if isinstance(first, str) else first[0]), operation.get("field", ""), "", error
            )

    def named(self, name: str) -> str:
        """Return the row that is meant: a new one is called as its window called it until the answer came."""
        return self.made.get(name, name)

    def refuse(self, row: str, name: str, value: str, error: ValidationError) -> None:
        self.refused.append({"row": row, "field": name, "value": value, "message": " ".join(error.messages)})

    def do_set(self, operation: Operation) -> None:
        self.write(self.named(operation["row"]), operation["field"], operation["value"], operation.get("was"))

    def write(self, name: str, column: str, value: str, was: str | None) -> None:
        """Write one cell, unless another person changed it since it was *was* (None: nobody could)."""
        row = self.sheet.row(name)
        if row is None:
            self.refuse(name, column, value, ValidationError(_("This row is deleted meanwhile.")))
            return
        if not cells.has_cell(row, column):
            self.refuse(name, column, value, ValidationError(_("There is no such column.")))
            return
        before = cells.read(self.sheet, row, column)
        if _same(value) == _same(before):
            return
        unit = row.limit_unit if column == "limit_amount" else ""
        if was is not None and _same(was) != _same(before):
            theirs = {"theirs": before, "shown": cells.shown(self.sheet, row, column)}
            self.conflicts.append({"row": name, "field": column, "mine": value, **theirs})
            return
        try:
            cells.write(self.sheet, row, column, value)
        except ValidationError as error:
            self.refuse(name, column, value, error)
            return
        after = cells.read(self.sheet, row, column)
        if after != before:
            self.note(name)
            self.cells += 1
            # A key is what a field is called: undone, it is looked for by its new name.
            name = self.sheet_name(row)
            self.undo.append({"op": "set", "row": name, "field": column, "value": before, "was": after})
            if unit and unit != row.limit_unit:
                back = {"field": "limit_unit", "value": unit, "was": row.limit_unit}
                self.undo.append({"op": "set", "row": name, **back})

    def do_insert(self, operation: Operation) -> None:
        table = operation.get("table", "steps")
        name = self.insert(table, self.named(operation.get("after", "")), operation.get("values", {}))
        if operation.get("as"):
            self.made[operation["as"]] = name
        self.new.append(name)
        undone = len(self.undo)
        for column, value in operation.get("values", {}).items():
            self.write(name, column, value, None)
        del self.undo[undone:]  # it goes with the row
        self.undo.append({"op": "delete", "rows": [name]})

    def do_delete(self, operation: Operation) -> None:
        self.undo.append({"op": "restore", "rows": self.delete(self.all_named(operation))})

    def do_duplicate(self, operation: Operation) -> None:
        made = self.duplicate(self.all_named(operation))
        self.new += made
        self.undo.append({"op": "delete", "rows": made})

    def do_move(self, operation: Operation) -> None:
        back = self.move(self.all_named(operation), self.named(operation.get("after", "")))
        self.undo += [{"op": "move", "rows": [name], "after": after} for name, after in reversed(back)]

    def do_restore(self, operation: Operation) -> None:
        made = self.restore([(name, after) for name, after in operation["rows"]])
        self.undo.append({"op": "delete", "rows": made})

    def all_named(self, operation: Operation) -> list[str]:
        return list(dict.fromkeys(self.named(name) for name in operation["rows"]))

    def do_paste(self, operation: Operation) -> None:
        """Write a block of cells from one cell on; lines beyond the last step are new steps."""
        lines = read_cells(operation["text"])
        first = operation.get("field") or cells.COLUMNS[0]
        columns = cells.COLUMNS[cells.COLUMNS.index(first) :] if first in cells.COLUMNS else cells.COLUMNS
        if lines and (headed := headings_of(lines[0])):
            columns, lines = headed, lines[1:]
        names = [step.key for step in self.sheet.steps]
        row = self.named(operation.get("row", ""))
        start = names.index(row) if row in names else len(names)
        seen = operation.get("was", {})
        for number, line in enumerate(lines):
            if start + number < len(names):
                name = names[start + number]
                was = seen.get(name, {})
            else:
                name, was = self.insert("steps", self.sheet.steps[-1].key if self.sheet.steps else "", {}), {}
                self.new.append(name)
                self.undo.append({"op": "delete", "rows": [name]})
            for column, value in zip(columns, line, strict=False):
                if column:
                    self.write(name, column, value, was.get(column))
            for value in line[len(columns) :]:
                if value.strip():
                    self.refuse(name, "", value, ValidationError(_("There is no column for this.")))

    def reason(self) -> str:
        """Say what was done, where the person does not."""
        n = {**self.counts, "cell": self.cells}
        done = [_WORDS[what](n[what]) for what in _WORDS if n.get(what)]
        places = {"steps": _("Steps"), "elements": _("Elements"), "forms": _("Forms")}
        where = ", ".join(places[kind] for kind in sorted(self.kinds))
        return _("%(where)s: %(what)s") % {"where": where, "what": ", ".join(done)}


_WORDS: dict[str, Callable[[int], str]] = {
    "cell": lambda n: ngettext("%(n)d cell", "%(n)d cells", n) % {"n": n},
    "insert": lambda n: ngettext("%(n)d row added", "%(n)d rows added", n) % {"n": n},
    "delete": lambda n: ngettext("%(n)d row deleted", "%(n)d rows deleted", n) % {"n": n},
    "move": lambda n: ngettext("%(n)d row moved", "%(n)d rows moved", n) % {"n": n},
    "restore": lambda n: ngettext("%(n)d row brought back", "%(n)d rows brought back", n) % {"n": n},
}


def _same(text: str) -> str:
    """Return *text* as two writers compare it."""
    return text.replace("\r\n", "\n").strip()


def headings_of(line: list[str]) -> tuple[str, ...]:
    """Return the columns that a pasted line of headings names, in its order; empty if it is no such line."""
    found = tuple(column_called(cell) for cell in line)
    named = [column for column in found if column]
    written = [cell for cell in line if cell.strip()]
    return found if len(named) >= 2 and len(named) == len(set(named)) and len(named) * 2 > len(written) else ()


def column_called(text: str) -> str:
    """Return the column whose heading is *text*, in either language, or an empty string."""
    return known_headings().get(" ".join(text.split()).casefold(), "")
