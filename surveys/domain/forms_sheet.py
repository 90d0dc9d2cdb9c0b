"""The survey forms of departments as an Excel sheet: template, check, import (H2.2.4, F10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd.organisation.models import Department
from procstd.sheet_import import Examined, SheetKind, examine, save_examined
from procstd.sheets import Column, SheetRow, read_workbook
from surveys.domain.starting import refuse_if_ended
from surveys.models import DepartmentForm, Survey

_TEXTS = ("current_owner", "departments_involved", "steps", "working_days", "pains", "wishes", "suggestions")


class DepartmentForms(SheetKind):
    """One row a department, found by its code: the same file a second time changes nothing (I10)."""

    code, title, model = "survey-forms", _("Survey forms"), DepartmentForm
    columns = (
        Column("department", _("Department"), _("Its code"), width=14),
        Column("current_owner", _("Current owner")),
        Column("departments_involved", _("Departments involved"), width=28),
        Column("steps", _("Current steps in brief"), width=40),
        Column("working_days", _("Average duration, working days"), _("A number, as 4 or 1.5"), width=14),
        Column("pains", _("Main pain points"), width=40),
        Column("wishes", _("Desired improvements"), width=40),
        Column("suggestions", _("Other suggestions"), width=40),
    )
    plain = {name: name for name in _TEXTS}

    def __init__(self, survey: Survey, by: Any, at: datetime) -> None:
        self.survey, self.by, self.at = survey, by, at

    def prepare(self, rows: Sequence[SheetRow], by: Any) -> None:
        self.departments = {row.code: row for row in Department.objects.without_tree_fields().filter(is_active=True)}
        mine = DepartmentForm.objects.filter(survey=self.survey).select_related("department")
        self.existing = {row.department.code: row for row in mine}

    def key(self, cells: dict[str, str]) -> str:
        return cells["department"].strip()

    def read(self, row: SheetRow, fail: Callable[[str, Any], None]) -> dict[str, Any]:
        values = super().read(row, fail)
        if values.get("working_days") is not None and values["working_days"] < 0:
            fail("working_days", _("Less than nothing is no duration."))
        department = self.departments.get(self.key(row.cells))
        if department is None:
            fail("department", _("No department has this code."))
        else:
            values["department"] = department
        return values

    def new(self, values: dict[str, Any]) -> DepartmentForm:
        return DepartmentForm(survey=self.survey, noted_by=self.by, noted_at=self.at, **values)


@transaction.atomic
def import_forms(
    survey: Survey, *, file: IO[bytes], valid_rows_only: bool = False, by: Any, at: datetime
) -> tuple[Examined, bool]:
    """Import the forms of a workbook. With errors nothing is saved, unless *valid_rows_only* was asked for.

    Returns what was found, and whether anything was saved.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    refuse_if_ended(survey)
    kind = DepartmentForms(survey, by, at)
    found = examine(kind, read_workbook(file, kind.columns), by=by)
    if found.errors and not valid_rows_only:
        return found, False
    save_examined(kind, found, valid_rows_only=valid_rows_only, by=by, reason="")
    return found, True
