"""What projects hand out as workbooks: the inventory."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from procstd.sheets import Column, write_workbook
from projects.queries.inventory import Row

_COLUMNS = (
    Column("code", _lazy("Code"), width=18),
    Column("name_zh", _lazy("Name in Chinese"), width=34),
    Column("name_en", _lazy("Name in English"), width=38),
    Column("category", _lazy("Category"), width=14),
    Column("department", _lazy("Code of the department"), width=16),
    Column("department_label", _lazy("Department"), width=24),
    Column("owner", _lazy("Code of the owner"), width=16),
    Column("owner_label", _lazy("Process owner"), width=18),
    Column("is_core", _lazy("Core process"), width=12),
    Column("priority", _lazy("Priority"), width=12),
    Column("points", _lazy("Points of 100"), width=12),
    Column("project", _lazy("Scored in"), width=24),
)


def inventory_workbook(rows: Iterable[Row]) -> bytes:
    """Return the inventory (F02) as .xlsx, by codes and in words."""
    return write_workbook(_("Process inventory"), _COLUMNS, (_cells(row) for row in rows))


def _cells(row: Row) -> list[object]:
    process = row.process
    return [
        process.code, process.name_zh, process.name_en, str(process.get_category_display()), process.department.code,
        str(process.department), process.owner.username if process.owner else "",
        str(process.owner) if process.owner else "", _("yes") if process.is_core else _("no"),
        str(row.priority.label), str(row.points) if row.points is not None else "",
        row.project.code if row.project else "",
    ]  # fmt: skip
