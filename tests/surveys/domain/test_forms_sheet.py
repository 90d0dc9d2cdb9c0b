"""Survey forms from Excel: all or nothing, told by row and column, and workbooks that mean no good (F10, I5, I10)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from procstd.errors import DomainError
from procstd.sheets import read_workbook, write_workbook
from surveys.domain.forms_sheet import DepartmentForms, import_forms
from surveys.models import DepartmentForm
from tests.factories import DepartmentFactory
from tests.surveys.field import AT, survey_of

pytestmark = pytest.mark.django_db
COMPLAINT = [
    "sales", "Sales head", "Quality", "receive → quality department → handle → follow-up call", 4,
    "quality takes 2 days to judge responsibility", "judge within 1 day", "an online complaint form",
]  # fmt: skip


def book(*rows: list[Any]) -> io.BytesIO:
    return io.BytesIO(write_workbook("Forms", DepartmentForms.columns, rows))


def made_by_hand(*rows: list[Any], change: Any = None) -> io.BytesIO:
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.append([column.code for column in DepartmentForms.columns])
    for row in rows:
        sheet.append(row)
    if change:
        change(workbook, sheet)
    out = io.BytesIO()
    workbook.save(out)
    out.seek(0)
    return out


def test_the_example_of_the_handbook_comes_in_once() -> None:
    DepartmentFactory(code="sales")
    survey = survey_of()

    first, saved = import_forms(survey, file=book(COMPLAINT), by=survey.owner, at=AT)
    again, _saved = import_forms(survey, file=book(COMPLAINT), by=survey.owner, at=AT)

    assert saved
    assert (len(first.new), len(again.new), len(again.changed), again.unchanged) == (1, 0, 0, 1)
    assert DepartmentForm.objects.get().working_days == 4


def test_one_bad_row_keeps_all_out_unless_the_valid_ones_are_asked_for() -> None:
    DepartmentFactory(code="sales")
    survey = survey_of()
    bad = ["nowhere", "", "x", "x", "soon", "x", "", ""]

    found, saved = import_forms(survey, file=book(COMPLAINT, bad), by=survey.owner, at=AT)

    assert not saved
    assert not DepartmentForm.objects.exists()
    assert {(error.row, error.column) for error in found.errors} == {
        (4, "department"), (4, "current_owner"), (4, "working_days"),
    }  # fmt: skip
    import_forms(survey, file=book(COMPLAINT, bad), valid_rows_only=True, by=survey.owner, at=AT)
    assert DepartmentForm.objects.get().department.code == "sales"


def test_a_million_empty_rows_are_refused_before_they_are_read() -> None:
    survey = survey_of()

    def far_out(_workbook: Any, sheet: Any) -> None:
        sheet.cell(1_000_000, 8, "x")

    with pytest.raises(DomainError):
        import_forms(survey, file=made_by_hand(COMPLAINT, change=far_out), by=survey.owner, at=AT)


def test_merged_cells_formulas_and_dates_are_errors_of_their_cells() -> None:
    DepartmentFactory(code="sales")
    survey = survey_of()

    def merge(_workbook: Any, sheet: Any) -> None:
        sheet.merge_cells("A2:B2")

    for column, row in (
        ("current_owner", COMPLAINT),
        ("working_days", [*COMPLAINT[:4], "=1+1", *COMPLAINT[5:]]),
        ("working_days", [*COMPLAINT[:4], date(2026, 1, 4), *COMPLAINT[5:]]),
        ("working_days", [*COMPLAINT[:4], "2026-01-04", *COMPLAINT[5:]]),
        ("working_days", [*COMPLAINT[:4], -1, *COMPLAINT[5:]]),
    ):
        file = made_by_hand(row, change=merge if column == "current_owner" else None)
        found, saved = import_forms(survey, file=file, by=survey.owner, at=AT)
        assert not saved
        assert [error.column for error in found.errors] == [column]


def test_another_sheet_and_what_is_no_workbook_are_refused_in_words() -> None:
    survey = survey_of()
    other = Workbook()
    other.active.append(["name", "price"])  # type: ignore[union-attr]
    out = io.BytesIO()
    other.save(out)
    out.seek(0)

    for file in (out, io.BytesIO(b"PK\x03\x04 nothing")):
        with pytest.raises(DomainError):
            import_forms(survey, file=file, by=survey.owner, at=AT)


def test_the_pages_give_a_template_and_show_errors_by_row_and_column(signed_in: Any) -> None:
    survey = survey_of()
    client = signed_in(survey.owner)
    template = client.get(f"/surveys/{survey.number}/forms/template.xlsx")
    assert read_workbook(io.BytesIO(template.content), DepartmentForms.columns) == []
    file = book(["nowhere", *COMPLAINT[1:]])
    file.name = "forms.xlsx"

    page = client.post(f"/surveys/{survey.number}/forms/import/", {"file": file}).content.decode()

    assert "No department has this code." in page
    assert "Nothing is saved" in page
