"""The sheet of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from procstd.organisation.models import ApiToken, Department, Session, User
from procstd.sheet_import import SheetKind
from procstd.sheets import Column, SheetRow

_YES, _NO = {"", "true", "yes", "1", "是"}, {"false", "no", "0", "否"}


class People(SheetKind):
    """People by code. The administrator's right is never given by a file."""

    code, title, model = "people", _("People"), User
    columns = (
        Column("username", _("Code"), _("Small letters, digits, dots, hyphens, underscores")),
        Column("name_zh", _("Full name in Chinese")),
        Column("name_en", _("Full name in English"), width=24),
        Column("email", _("E-mail"), width=30),
        Column("department", _("Department"), _("Code; may be empty")),
        Column("language", _("Language"), "zh-hans, en"),
        Column("time_zone", _("Time zone"), "Asia/Shanghai"),
        Column("active", _("Active"), "true, false"),
    )
    plain = {name: name for name in ("username", "name_zh", "name_en", "email", "language", "time_zone")}

    def prepare(self, rows: Sequence[SheetRow], by: Any) -> None:
        self.by = by
        self.existing = {person.username: person for person in User.objects.select_related("department")}
        self.departments = {row.code: row for row in Department.objects.without_tree_fields().filter(is_active=True)}
        self.no_password = make_password(None)

    def key(self, cells: dict[str, str]) -> str:
        return cells["username"].strip().lower()

    def read(self, row: SheetRow, fail: Callable[[str, Any], None]) -> dict[str, Any]:
        row.cells["username"] = self.key(row.cells)
        row.cells["language"] = row.cells["language"] or "zh-hans"
        row.cells["time_zone"] = row.cells["time_zone"] or "Asia/Shanghai"
        values = super().read(row, fail)
        department = row.cells["department"]
        values["department"] = self.departments.get(department)
        if department and values["department"] is None:
            fail("department", _("There is no active department with this code."))
        active = row.cells["active"].lower()
        values["is_active"] = active in _YES
        if active not in _YES | _NO:
            fail("active", _("Write true or false."))
        if not values["is_active"] and self.by is not None and self.by.username == row.cells["username"]:
            fail("active", _("You cannot deactivate yourself; ask another administrator."))
        return values

    def new(self, values: dict[str, Any]) -> User:
        return User(**values, password=self.no_password)

    def after_save(self, changed: list[Any]) -> None:
        gone = [person.pk for person in changed if not person.is_active]
        if gone:
            Session.objects.filter(person__in=gone).delete()
            ApiToken.objects.filter(person__in=gone).delete()

    def rows_out(self) -> list[list[Any]]:
        return [
            [
                person.username,
                person.name_zh,
                person.name_en,
                person.email,
                person.department.code if person.department else "",
                person.language,
                person.time_zone,
                "true" if person.is_active else "false",
            ]
            for person in User.objects.select_related("department")
        ]
