"""The sheet of departments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.organisation.models import Department
from procstd.sheet_import import SheetKind
from procstd.sheets import Column, SheetRow


class Departments(SheetKind):
    """Departments by code. A parent may stand in the same file, in any order."""

    code, title, model = "departments", _("Departments"), Department
    columns = (
        Column("code", _("Code"), _("Small letters, digits, dots, hyphens, underscores")),
        Column("name_zh", _("Name in Chinese")),
        Column("name_en", _("Name in English"), width=28),
        Column("parent", _("Belongs to"), _("Code of the department above; empty: at the top")),
    )
    plain = {"code": "code", "name_zh": "name_zh", "name_en": "name_en"}

    def prepare(self, rows: Sequence[SheetRow], by: Any) -> None:
        known = Department.objects.without_tree_fields().select_related("parent")
        self.existing = {department.code: department for department in known}
        self.parents = {code: row.parent.code if row.parent else "" for code, row in self.existing.items()}
        self.in_file = {self.key(row.cells) for row in rows}

    def key(self, cells: dict[str, str]) -> str:
        return cells["code"].strip()

    def read(self, row: SheetRow, fail: Callable[[str, Any], None]) -> dict[str, Any]:
        values = super().read(row, fail)
        parent = row.cells["parent"]
        if parent and parent not in self.existing and parent not in self.in_file:
            fail("parent", _("There is no department with this code, here or in the file."))
        self.parents[self.key(row.cells)] = parent
        values["parent"] = self.existing.get(parent)
        return values

    def examine_together(self, found: list[tuple[SheetRow, Any]], fail: Callable[[int, str, Any], None]) -> None:
        good = {department.code: department for _row, department in found}
        bad: set[str] = set()
        for row, department in found:
            if self._stands_under_itself(department.code):
                bad.add(department.code)
                fail(row.number, "parent", _("A department cannot stand under itself."))
        # A row is as good as the row it stands under: with "valid rows only" its parent must exist.
        again = True
        while again:
            again = False
            for row, department in found:
                parent = self.parents[department.code]
                missing = parent and parent not in self.existing and (parent not in good or parent in bad)
                if missing and department.code not in bad:
                    bad.add(department.code)
                    again = True
                    fail(row.number, "parent", _("The row of the department above has an error itself."))
        for _row, department in found:
            parent = self.parents[department.code]
            if parent in good and department.code not in bad and department.parent != good[parent]:
                department.parent = good[parent]
                department._sheet_changed = True

    def _stands_under_itself(self, code: str) -> bool:
        seen, above = {code}, self.parents.get(code, "")
        while above:
            if above in seen:
                return True
            seen.add(above)
            above = self.parents.get(above, "")
        return False

    def batches(self, new: list[Any]) -> Iterator[list[Any]]:
        waiting, created = list(new), set()
        while waiting:
            ready: list[Any] = []
            later: list[Any] = []
            for row in waiting:
                can_go = row.parent is None or row.parent.pk or row.parent.code in created
                (ready if can_go else later).append(row)
            waiting = later
            for row in ready:
                row.parent = row.parent  # created a batch ago: take over its key
            yield ready
            created |= {row.code for row in ready}

    def rows_out(self) -> list[list[Any]]:
        return [
            [row.code, row.name_zh, row.name_en, row.parent.code if row.parent else ""]
            for row in Department.objects.as_tree().select_related("parent")
        ]
