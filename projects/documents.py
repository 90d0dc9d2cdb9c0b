"""What projects hand out as workbooks: the inventory."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procstd.sheets import Column, write_workbook
from projects.queries.inventory import Row

_COLUMNS = (
    Column("code", gettext_lazy("Code"), width=18),
    Column("name_zh", gettext_lazy("Name in Chinese"), width=34),
    Column("name_en", gettext_lazy("Name in English"), width=38),
    Column("category", gettext_lazy("Category"), width=14),
    Column("department", gettext_lazy("Code of the department"), width=16),
    Column("department_label", gettext_lazy("Department"), width=24),
    Column("owner", gettext_lazy("Code of the owner"), width=16),
    Column("owner_label", gettext_lazy("Process owner"), width=18),
    Column("is_core", gettext_lazy("Core process"), width=12),
    Column("priority", gettext_lazy("Priority"), width=12),
    Column("points", gettext_lazy("Points of 100"), width=12),
    Column("project", gettext_lazy("Scored in"), width=24),
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
