"""Whole rows of a draft: insert, delete, duplicate, move and bring back steps, and the fields of a form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.domain import cells, returning
from processes.domain.arcs import following, lead_on
from processes.domain.editing import free_key, step_keys_ever
from processes.domain.sheet import NUMBERED, Sheet
from processes.models import Answer, Branch, ExceptionRule, Field, Form, Kind, Outcome, Step, StepPost

#: A table longer than this nobody reads, let alone follows.
MOST_ROWS = 300


class RowActs:
    """Acts on rows by name; what led on in the order goes on leading on in it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.counts: Counter[str] = Counter()
        self.kinds: set[str] = set()
        self._keys: dict[str, list[str]] = {}
        self._reordered: set[str] = set()

    # --- names -----------------------------------------------------------------------------------

    def sheet_name(self, row: Any) -> str:
        """Return what *row* is called in operations."""
        if isinstance(row, Field):
            return f"form:{row.form.key}:{row.key}"
        if isinstance(row, Outcome):
            return f"outcome:{row.step.key}:{row.key}"
        kind = next((kind for kind, model in NUMBERED.items() if isinstance(row, model)), None)
        if kind is not None:
            return f"{kind}:{row.pk}"
        return f"form:{row.key}" if isinstance(row, Form) else row.key if isinstance(row, Step) else "elements"

    def note(self, name: str) -> None:
        """Keep what kind of row was touched, for the reason."""
        kind = name.partition(":")[0]
        in_elements = kind in ("elements", "responsibility", "term", "reference", "pain")
        self.kinds.add("forms" if kind == "form" else "elements" if in_elements else "steps")

    def table_of(self, name: str) -> str:
        """Return the table in which the row *name* stands."""
        return name.rpartition(":")[0] if name.count(":") == 2 else "steps"

    def list_of(self, table: str) -> list[Any]:
        if table == "steps":
            return self.sheet.steps
        found = self.sheet.fields.get(table.removeprefix("form:"))
        if found is None or not table.startswith("form:"):
            raise ValidationError(_("This row is deleted meanwhile."))
        return found

    def _rows(self, names: Iterable[str]) -> tuple[str, list[Any]]:
        """Return the table and the rows of those *names* that still exist, in their order there."""
        wanted = list(names)
        table = self.table_of(wanted[0]) if wanted else "steps"
        found = [row for row in self.list_of(table) if self.sheet_name(row) in wanted]
        if not found:
            raise ValidationError(_("This row is deleted meanwhile."))
        return table, found

    def _before(self, table: str, row: Any) -> str:
        rows = self.list_of(table)
        position = rows.index(row)
        return self.sheet_name(rows[position - 1]) if position else ""

    def _place(self, table: str, fresh: list[Any], after: str) -> None:
        """Put *fresh* rows behind the row *after*: first for an empty name, last for one that is gone."""
        rows = self.list_of(table)
        names = [self.sheet_name(row) for row in rows]
        position = names.index(after) + 1 if after in names else 0 if not after else len(rows)
        rows[position:position] = fresh
        self._reordered.add(table)

    def _key(self, table: str, start: str) -> str:
        """Return a key that no row of the table has or ever had: what names a deleted one must not mean another."""
        if table not in self._keys:
            if table == "steps":
                self._keys[table] = step_keys_ever(self.sheet.revision)
            else:
                form = self.sheet.row(table)
                entries: Any = Field.history.filter(form_id=form.pk)  # type: ignore[attr-defined]
                self._keys[table] = list(entries.values_list("key", flat=True).distinct())
        keys = self._keys[table]
        key = free_key([*keys, *(row.key for row in self.list_of(table))], start)
        keys.append(key)
        return key

    # --- acts ------------------------------------------------------------------------------------

    def insert(self, table: str, after: str, values: Mapping[str, str]) -> str:
        """Add an empty row behind *after*; a step leads on to the one behind it."""
        if len(self.list_of(table)) >= MOST_ROWS:
            raise ValidationError(_("A table has at most %(most)d rows.") % {"most": MOST_ROWS})
        self.counts["insert"] += 1
        if table == "steps":
            step = Step(revision=self.sheet.revision, key=self._key(table, "s"), number=0)
            self._join([step], after, [cells.done(step, None)])
            return step.key
        kind = values.get("kind", "")
        form = self.sheet.row(table)
        row = Field(form=form, key=self._key(table, "field"), kind=kind if kind in Kind.values else Kind.TEXT)
        self.sheet.add(row)
        self._place(table, [row], after)
        self.note(table)
        return self.sheet_name(row)

    def _join(self, steps: list[Step], after: str, ways: list[Outcome]) -> None:
        """Add *steps* behind *after*; those *ways* of theirs lead on, as what leads on to their place does."""
        sheet = self.sheet
        leading = following(sheet.steps, lambda step: sheet.outcomes[step.key])
        for step in steps:
            sheet.places.setdefault(step.key, [])
            sheet.outcomes.setdefault(step.key, [])
            sheet.add(step)
        for way in ways:
            sheet.outcomes[way.step.key].append(way)
            sheet.add(way)
        self._place("steps", steps, after)
        self._lead_on([*leading, *ways])
        self.note("steps")

    def _lead_on(self, ways: Iterable[Outcome]) -> None:
        for way in lead_on(ways, self.sheet.steps):
            self.sheet.change(way, "target")

    def duplicate(self, names: Iterable[str]) -> list[str]:
        """Copy rows, each behind itself. A step's posts and ways to end are copied too, its exceptions are not."""
        table, rows = self._rows(names)
        made = []
        for row in rows:
            self.counts["insert"] += 1
            made.append(self._copy_step(row) if isinstance(row, Step) else self._copy_field(table, row))
        return made

    def _copy_step(self, step: Step) -> str:
        sheet = self.sheet
        leading = following(sheet.steps, lambda row: sheet.outcomes[row.key])
        copy = _copy(step, key=self._key("steps", "s"))
        self._join([copy], step.key, [])
        for place in sheet.places[step.key]:
            sheet.places[copy.key].append(_copy(place, step=copy))
        leads_on = []
        for way in sheet.outcomes[step.key]:
            mine = _copy(way, step=copy)
            sheet.outcomes[copy.key].append(mine)
            if way in leading:
                leads_on.append(mine)
            for branch in sheet.branches.get(way.pk, ()):
                sheet.add(_copy(branch, outcome=mine))
        for row in (*sheet.places[copy.key], *sheet.outcomes[copy.key]):
            sheet.add(row)
        self._lead_on(leads_on)
        return copy.key

    def _copy_field(self, table: str, row: Field) -> str:
        copy = _copy(row, key=self._key(table, "field"))
        self.sheet.add(copy)
        self._place(table, [copy], self.sheet_name(row))
        self.note(table)
        return self.sheet_name(copy)

    def move(self, names: Iterable[str], after: str) -> list[tuple[str, str]]:
        """Move rows behind the row *after*; return behind which each of them stood."""
        table, rows = self._rows(names)
        back = [(self.sheet_name(row), self._before(table, row)) for row in rows]
        everything = self.list_of(table)
        before = list(everything)
        leading = following(before, lambda step: self.sheet.outcomes[step.key]) if table == "steps" else []
        everything[:] = [row for row in everything if row not in rows]
        self._place(table, rows, after)
        if everything == before:
            return []
        self._lead_on(leading)
        self.counts["move"] += len(rows)
        self.note(table)
        return back

    def delete(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Delete rows; refuse while anything but the order leads to a step. Return what brings them back."""
        table, rows = self._rows(names)
        back = [(self.sheet_name(row), self._before(table, row)) for row in rows]
        leading: list[Outcome] = []
        if table == "steps":
            leading = following(self.sheet.steps, lambda step: self.sheet.outcomes[step.key])
            self._refuse_if_used(rows, leading)
            self._remove_children(rows)
        everything = self.list_of(table)
        everything[:] = [row for row in everything if row not in rows]
        for row in rows:
            self.sheet.remove(row)
        self._reordered.add(table)
        self._lead_on(leading)
        self.counts["delete"] += len(rows)
        self.note(table)
        return back

    def _refuse_if_used(self, steps: list[Step], leading: list[Outcome]) -> None:
        gone = {step.key for step in steps}
        for step in steps:
            users = self.sheet.users_of(step, but=gone, by_order=leading)
            if words := ", ".join(str(user) for user in users):
                raise ValidationError(_("“%(what)s” is still used by: %(users)s.") % {"what": step, "users": words})

    def _remove_children(self, steps: list[Step]) -> None:
        sheet = self.sheet
        keys = [step.pk for step in steps if step.pk]
        children: list[StepPost | Outcome | Branch | ExceptionRule | Answer] = [
            *ExceptionRule.objects.filter(step__in=keys), *Answer.objects.filter(step__in=keys)
        ]  # fmt: skip
        for step in steps:
            ways = sheet.outcomes.pop(step.key)
            branches = [branch for way in ways for branch in sheet.branches.pop(way.pk, ())]
            children += [*branches, *ways, *sheet.places.pop(step.key)]
        for row in children:
            sheet.remove(row)

    def restore(self, names: list[tuple[str, str]]) -> list[str]:
        """Bring deleted rows back from their history, each behind the row that it stood behind."""
        wanted = [(name, after) for name, after in names if self.sheet.row(name) is None]
        if not wanted:
            raise ValidationError(_("This row is there already."))
        table = self.table_of(wanted[0][0])
        everything = self.list_of(table)
        if table == "steps":
            found: dict[str, Any] = returning.steps(self.sheet, [name for name, _after in wanted])
        else:
            found = returning.fields(self.sheet.row(table), [name for name, _after in wanted])
        for name, after in wanted:
            if name not in found or len(everything) >= MOST_ROWS:
                continue
            row = found[name]
            self.counts["restore"] += 1
            if isinstance(row, Step):
                self._join([row], after, [])
            else:
                self.sheet.add(row)
                self._place(table, [row], after)
                self.note(table)
        if table == "steps":
            returning.bring_children(self.sheet, list(found.values()))
        if not found:
            raise ValidationError(_("This row is not in the history."))
        return list(found)

    def settle(self) -> None:
        """Number the rows of every table that was reordered."""
        for table in self._reordered:
            column, first = ("number", 1) if table == "steps" else ("order", 0)
            for position, row in enumerate(self.list_of(table), first):
                if getattr(row, column) != position:
                    setattr(row, column, position)
                    self.sheet.change(row, column)


def _copy(row: Any, **facts: Any) -> Any:
    """Return a new row like *row*, with other *facts*; what it points to is shared."""
    model = type(row)
    values = {
        field.name if field.is_relation else field.attname: getattr(row, field.name)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    return model(**{**values, **facts})
