"""Steps from Excel: errors by row and column, nothing saved unless asked, twice is once (F10)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from procstd.errors import DomainError
from procstd.sheets import SheetRow, read_workbook, write_workbook
from surveys.domain.diagnosis.steps import edition_of_steps
from surveys.domain.diagnosis.stepsheet import COLUMNS, examine_steps, import_steps, rows_out
from surveys.models import AsIsStep, Survey
from tests.surveys.diagnosis.conftest import AT


def line(number: int, /, **cells: str) -> SheetRow:
    given = {column.code: "" for column in COLUMNS} | {"number": str(number - 1), "name_en": f"Step {number - 1}"}
    return SheetRow(number, given | cells)


def _names(survey: Survey) -> list[str]:
    return [step.name_en for step in AsIsStep.objects.filter(survey=survey).in_order()]


def test_every_error_is_told_by_row_and_column(survey: Survey) -> None:
    found = examine_steps(
        [
            line(2, told="2 days-ish", told_n="0"),
            line(3, post="nobody", department="nowhere", core="maybe"),
            line(4, name_en="", rework_percent="101", back_to="9"),
            line(5, number="x"),
            line(6, number="1"),
            line(7, name_en="x" * 121, observed_n="3"),
        ]
    )

    assert [(error.row, error.column) for error in found.errors] == [
        (2, "told"), (2, "told_n"), (3, "post"), (3, "department"), (3, "core"), (4, "name_zh"),
        (4, "rework_percent"), (4, "back_to"), (5, "number"), (6, "number"), (7, "name_en"), (7, "observed"),
    ]  # fmt: skip
    assert found.rows == []


def test_nothing_is_saved_with_errors_unless_asked(survey: Survey, specialist: Any) -> None:
    found = examine_steps([line(2), line(3, told="?"), line(4)])

    with pytest.raises(DomainError, match="Nothing is saved"):
        import_steps(survey, found, by=specialist, at=AT)
    assert _names(survey) == []

    import_steps(survey, found, valid_rows_only=True, by=specialist, at=AT)
    assert _names(survey) == ["Step 1", "Step 3"]


def test_a_file_that_was_mended_finds_its_steps(survey: Survey, specialist: Any) -> None:
    import_steps(
        survey, examine_steps([line(2), line(3, told="?"), line(4)]), valid_rows_only=True, by=specialist, at=AT
    )
    keys = dict(AsIsStep.objects.values_list("name_en", "pk"))

    import_steps(survey, examine_steps([line(2), line(3, told="1 h"), line(4)]), by=specialist, at=AT)

    assert _names(survey) == ["Step 1", "Step 2", "Step 3"]
    assert keys.items() <= dict(AsIsStep.objects.values_list("name_en", "pk")).items()


def test_the_same_file_twice_is_imported_once(survey: Survey, specialist: Any) -> None:
    rows = [line(2, post="service-agent", told="2 d", told_n="5", core="yes"), line(3, number="10", back_to="1")]
    import_steps(survey, examine_steps(rows), by=specialist, at=AT)
    before = edition_of_steps(survey)

    import_steps(survey, examine_steps(rows), by=specialist, at=AT)

    assert edition_of_steps(survey) == before
    assert AsIsStep.objects.get(number=2).rework_to.number == 1


def test_what_is_exported_is_imported_unchanged(survey: Survey, steps: list[AsIsStep], specialist: Any) -> None:
    book = write_workbook("Steps", COLUMNS, rows_out(list(AsIsStep.objects.in_order())))
    before = edition_of_steps(survey)

    found = examine_steps(read_workbook(io.BytesIO(book), COLUMNS))
    assert found.errors == []
    import_steps(survey, found, by=specialist, at=AT)

    assert edition_of_steps(survey) == before


def test_a_row_going_back_to_a_refused_one_is_refused(survey: Survey) -> None:
    found = examine_steps([line(2, told="?"), line(3, back_to="1"), line(4)])

    assert [(error.row, error.column) for error in found.errors] == [(2, "told"), (3, "back_to")]
    assert [row.place for row in found.rows] == [3]


def test_formulas_dates_and_a_wrong_sheet_do_no_harm(survey: Survey) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append([column.code for column in COLUMNS])
    sheet.append([1, "=1+1", "=HYPERLINK(1)", *[""] * 2, date(2026, 1, 2)])
    data = io.BytesIO()
    book.save(data)
    found = examine_steps(read_workbook(data, COLUMNS))
    assert [(error.row, error.column) for error in found.errors] == [(2, "name_zh"), (2, "told")]

    other = Workbook()
    other.active.append(["something", "else"])
    data = io.BytesIO()
    other.save(data)
    with pytest.raises(DomainError, match="Missing"):
        read_workbook(data, COLUMNS)
