"""Plans as files: out and in without loss, every fault at its sheet, row and column, nothing hostile gets through."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from procstd.calendars.domain.exchange import MOST_JSON_BYTES, read_plan_file, read_plan_json, write_plan_json
from procstd.calendars.domain.plans import checked_plan, examine_plan
from procstd.calendars.domain.workbook import SHEETS, read_plan_workbook, write_plan_workbook
from procstd.calendars.models import Calendar, CalendarVersion
from procstd.errors import DomainError
from tests.calendars.desk import DAY, random_plan

CALENDAR = Calendar(code="standard", name_zh="=标准", name_en="'Standard")


def _version(plan: dict[str, Any], known_until: date | None = None) -> CalendarVersion:
    return CalendarVersion(calendar=CALENDAR, number=1, plan=plan, known_until=known_until)


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_comes_back_from_excel_and_from_json_as_it_was(seed: int) -> None:
    plan = checked_plan(random_plan(seed))
    known_until = date(2020 + seed % 7, 12, 24) if seed % 3 else None
    version = _version(plan, known_until)

    for name, content in (("a.xlsx", write_plan_workbook(version)), ("a.json", write_plan_json(version))):
        read = read_plan_file(io.BytesIO(content), name)
        assert (read.faults, read.known_until) == ([], known_until)
        assert checked_plan(read.plan) == plan


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_that_is_checked_is_one_that_can_be_reckoned_with(seed: int) -> None:
    from procstd.calendars.models import working_time
    from procstd.worktime import PlanError

    plan = checked_plan(random_plan(seed))

    assert checked_plan(plan) == plan
    try:
        working_time(plan)
    except PlanError as error:
        assert "no working hours at all" in str(error)  # noqa: PT017  (any other error is the fault)


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    plan = {"tz": "UTC", "weekly": {}, "holidays": {"2026-10-01": '=HYPERLINK("http://evil.example")'}}
    version = _version(checked_plan({**plan, "extra_workdays": {"2026-10-10": {"windows": DAY, "name": "@SUM(A1)"}}}))

    book = load_workbook(io.BytesIO(write_plan_workbook(version)))

    assert book.sheetnames == ["calendar", "weekly", "days"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if str(cell.value)[0] in "=+-@"]


def _workbook(**sheets: list[list[Any]]) -> io.BytesIO:
    """Return a workbook with good sheets, but for those that are given."""
    book = Workbook()
    book.remove(book["Sheet"])
    good = {
        "calendar": [["standard", "标准", "Standard", "Asia/Shanghai", "2026-12-24"]],
        "weekly": [["mon", "09:00-12:00 13:30-18:00"]],
        "days": [],
    }
    for title, rows in {**good, **sheets}.items():
        sheet = book.create_sheet(title)
        sheet.append([column.code for column in SHEETS[title]])
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def _faults(file: io.BytesIO) -> list[tuple[str, int, str]]:
    return [(fault.sheet, fault.row, fault.column) for fault in read_plan_workbook(file).faults]


def test_every_fault_is_told_by_sheet_row_and_column() -> None:
    file = _workbook(
        calendar=[["standard", "标准", "Standard", "Mars", "soon"]],
        weekly=[["mon", "09:00-12:00"], ["monday", "09:00-12:00"], ["tue", "late"], ["mon", "10:00-11:00"]],
        days=[
            ["2026-10-01", "holiday", "", "国庆节"],
            ["10/02/2026", "holiday", "", ""],
            ["2026-10-03", "feast", "", ""],
            ["2026-10-04", "holiday", "09:00-10:00", ""],
            ["2026-10-10", "work", "12:00-09:00", ""],
            ["2026-10-01", "work", "", ""],
            ["2026-10-11", "holiday", "", "x" * 81],
        ],
    )

    assert _faults(file) == [
        ("calendar", 2, "time_zone"), ("calendar", 2, "known_until"),
        ("weekly", 3, "weekday"), ("weekly", 4, "windows"), ("weekly", 5, "weekday"),
        ("days", 3, "date"), ("days", 4, "kind"), ("days", 5, "windows"), ("days", 6, "windows"), ("days", 7, "date"),
        ("days", 8, "name"),
    ]  # fmt: skip


def test_days_may_be_real_dates_and_make_up_days_need_no_hours() -> None:
    read = read_plan_workbook(
        _workbook(days=[[date(2026, 10, 1), "Holiday", "", "国庆节"], [date(2026, 10, 10), "work"]])
    )

    assert read.faults == []
    assert read.plan["holidays"] == {"2026-10-01": "国庆节"}
    assert read.plan["extra_workdays"] == {"2026-10-10": {"windows": DAY, "name": ""}}


def test_without_hours_on_monday_a_make_up_day_needs_its_own() -> None:
    assert _faults(_workbook(weekly=[["tue", "09:00-12:00"]], days=[["2026-10-10", "work", "", ""]])) == [
        ("days", 2, "windows")
    ]


@pytest.mark.parametrize("rows", [[], [["a", "", "", "UTC", ""], ["b", "", "", "UTC", ""]]])
def test_the_calendar_has_exactly_one_row(rows: Any) -> None:
    assert [fault[0] for fault in _faults(_workbook(calendar=rows))] == ["calendar"]


def _bomb() -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    out.seek(0)
    return out


def _far_out() -> io.BytesIO:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.cell(row=1_000_000, column=16_000, value="far")
    book.save(out)
    out.seek(0)
    return out


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: io.BytesIO(b"hello"), "The file is damaged"),
        (_bomb, "The file unpacks to far more"),
        (_far_out, "The sheet reaches as far as row 1000000"),
        (lambda: io.BytesIO(_only_sheet("days")), "The workbook has no sheet named “calendar”."),
    ],
)
def test_what_is_no_such_workbook_is_refused_before_it_is_opened(file: Any, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        read_plan_workbook(file())


def _only_sheet(title: str) -> bytes:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.title = title
    book.save(out)
    return out.getvalue()


def test_a_sheet_without_our_columns_is_named() -> None:
    file = _workbook()
    book = load_workbook(file)
    book["weekly"]["A1"] = "Wochentag"
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(DomainError, match=r"Sheet “weekly”: Row 1 must .* Missing: weekday"):
        read_plan_workbook(out)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no JSON file"),
        (b"\xff\xfe{", "no JSON file"),
        (b"[" * 100_000, "no JSON file"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "no JSON file"),
        (b'{"tz": "UTC", "tz": "Asia/Shanghai"}', "a name stands twice"),
        (b'{"holidays": {"2026-10-01": "a", "2026-10-01": "b"}}', "a name stands twice"),
        (b"[]", "no plan of working hours"),
        (b"null", "no plan of working hours"),
        (b" " * (MOST_JSON_BYTES + 1), "far longer"),
    ],
)
def test_what_is_no_such_json_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        read_plan_json(io.BytesIO(raw))


def test_every_fault_in_json_is_told_by_its_place() -> None:
    data = {
        "tz": 7, "weekly": {"mon": "09:00", "noday": []}, "holidays": {"2026-13-01": "x", "2026-10-01": 5},
        "extra_workdays": {"2026-10-10": [], "2026-10-11": {"windows": DAY, "color": "red"}},
        "known_until": "soon", "colour": "red",
    }  # fmt: skip

    read = read_plan_json(io.BytesIO(json.dumps(data).encode()))

    assert sorted(fault.column for fault in read.faults) == sorted(
        ["tz", "weekly.mon", "weekly.noday", "2026-13-01", "2026-10-01", "2026-10-10", "2026-10-11", "colour",
         "known_until"]
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        None, 1, [], "x", {}, {"weekly": []}, {"weekly": {"mon": {}}}, {"holidays": ["2026-10-01"]},
        {"holidays": {1: ""}},
        {"extra_workdays": {"2026-10-10": {"windows": [["09:00", None]]}}}, {"tz": {"a": 1}}, {"tz": None},
    ],
)  # fmt: skip
def test_nothing_that_comes_as_data_is_more_than_a_fault(data: Any) -> None:
    _plan, faults = examine_plan(data)

    assert faults != []


def test_one_day_written_in_two_ways_is_one_day() -> None:
    _plan, faults = examine_plan({"tz": "UTC", "holidays": {"2026-10-01": "a", "20261001": "b"}})

    assert [fault.place for fault in faults] == ["2026-10-01"]
