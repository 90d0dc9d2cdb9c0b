"""Workbooks: a round trip, no formula, no bomb, every error at its row and column (I4, I5, F10)."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from procstd.errors import DomainError
from procstd.sheets import (
    LABEL_MARK,
    MOST_ROWS,
    Column,
    neutral,
    read_sheets,
    read_workbook,
    write_sheets,
    write_workbook,
)
from procstd.ziplimits import names_in_honest_zip
from tests.files.corpus import office

COLUMNS = [Column("code", "Code"), Column("name", "Name"), Column("day", "Day")]
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "   =cmd|' /C calc'!A0",
    "\u200b=1",
    '=HYPERLINK("http://evil.example","x")',
]


def _workbook(*rows: list[Any]) -> io.BytesIO:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(out)
    out.seek(0)
    return out


def test_what_is_written_is_read_again() -> None:
    rows = [["a", "投诉", "2026-01-31"], ["b", "two\nlines", ""], ["c", "'quoted'", "-"]]

    read = read_workbook(io.BytesIO(write_workbook("People", COLUMNS, rows)), COLUMNS)

    assert [list(row.cells.values()) for row in read] == rows
    assert [row.number for row in read] == [3, 4, 5]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_and_the_text_comes_back(text: str) -> None:
    content = write_workbook("People", COLUMNS, [[text, text, text]])

    cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows(min_row=3) for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(str(cell.value).startswith("'") for cell in cells)
    assert read_workbook(io.BytesIO(content), COLUMNS)[0].cells["name"] == text


@pytest.mark.parametrize("text", ["'=1+1", "''-", "'", "''quoted''", "_x0041_", "a_x000D_b", "_x005F_x0041_", "▸ mark"])
def test_text_that_looks_like_our_own_or_excels_escapes_comes_back(text: str) -> None:
    content = write_workbook("People", COLUMNS, [["x", text, ""]])

    assert read_workbook(io.BytesIO(content), COLUMNS)[0].cells["name"] == text


def test_several_sheets_are_written_and_read_by_their_names() -> None:
    content = write_sheets([("one", COLUMNS, [["a", "投诉", ""]]), ("two", COLUMNS[:1], [["b"], ["c"]])])

    read = read_sheets(io.BytesIO(content), {"two": COLUMNS[:1], "one": COLUMNS})

    assert {title: [row.cells["code"] for row in rows] for title, rows in read.items()} == {
        "two": ["b", "c"], "one": ["a"]
    }  # fmt: skip
    with pytest.raises(DomainError, match="no sheet named “three”"):
        read_sheets(io.BytesIO(content), {"three": COLUMNS})
    with pytest.raises(DomainError, match="Sheet “two”: Row 1 must name"):
        read_sheets(io.BytesIO(content), {"two": COLUMNS})


@pytest.mark.parametrize("value", ["plain", "a=b", "投诉", 7, 1.5, None, date(2026, 1, 31)])
def test_harmless_values_stay_as_they_are(value: Any) -> None:
    assert neutral(value) == value


def test_characters_that_xml_cannot_hold_do_not_break_the_file() -> None:
    content = write_workbook("People", COLUMNS, [["a\x00b\x0bc", "\ud800", ""]])

    assert read_workbook(io.BytesIO(content), COLUMNS)[0].cells["code"] == "a\ufffdb\ufffdc"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (7, "7"),
        (7.0, "7"),
        (7.25, "7.25"),
        (True, "true"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 8, 30), "2026-01-31 08:30:00"),  # noqa: DTZ001  (a cell has no zone)
        ("  spaced  ", "spaced"),
        (None, ""),
    ],
)
def test_a_cell_is_read_as_the_person_sees_it(cell: Any, text: str) -> None:
    rows = read_workbook(_workbook(["code", "name", "day"], ["x", cell, ""]), COLUMNS)

    assert rows[0].cells["name"] == text


def test_columns_are_told_by_their_codes_in_any_order_and_others_are_passed_over() -> None:
    rows = read_workbook(_workbook(["Day", " NAME ", "colour", "code"], ["d", "n", "red", "c"]), COLUMNS)

    assert rows[0].cells == {"code": "c", "name": "n", "day": "d"}


def test_labels_and_empty_rows_are_no_rows_but_count() -> None:
    rows = read_workbook(
        _workbook(["code", "name", "day"], [f"{LABEL_MARK} 编码", "x", ""], ["a"], [None, "  "], ["b"]), COLUMNS
    )

    assert [(row.number, row.cells["code"]) for row in rows] == [(3, "a"), (5, "b")]


@pytest.mark.parametrize(
    ("book", "told"),
    [
        (_workbook(), "first sheet is empty"),
        (_workbook(["code", "name"]), "Missing: day"),
        (_workbook(["编码", "name"], ["code"]), "Missing: code, day"),
        (_workbook(["code", "name", "day", "Code"]), "twice: code"),
        (io.BytesIO(office("xl")), "not an Excel workbook"),
        (io.BytesIO(b"not a zip"), "damaged"),
    ],
    ids=["empty", "short", "labels only", "double", "hollow", "text"],
)
def test_a_sheet_that_cannot_be_read_is_refused_with_a_reason(book: io.BytesIO, told: str) -> None:
    with pytest.raises(DomainError, match=told):
        read_workbook(book, COLUMNS)


def test_a_sheet_with_too_many_rows_is_refused() -> None:
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    sheet.append(["code", "name", "day"])
    for number in range(MOST_ROWS + 2):
        sheet.append([number])
    book.save(out)

    with pytest.raises(DomainError, match=f"more than {MOST_ROWS}"):
        read_workbook(out, COLUMNS)


def test_a_bomb_is_refused_by_its_directory_without_reading_what_it_packs() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            content = super().read(size)
            self.taken += len(content)
            return content

    bomb = Counted()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made, made.open("xl/sheet.xml", "w") as entry:
        for _n in range(200):
            entry.write(b"\0" * 1024 * 1024)
    bomb.taken = 0

    with pytest.raises(DomainError, match="unpacks to far more"):
        names_in_honest_zip(bomb)

    assert bomb.taken < len(bomb.getvalue()) / 100


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_a_way_of_packing_that_is_unpacked_whole_is_refused(method: int) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", method) as made:
        made.writestr("xl/sheet.xml", b"\0" * 1024 * 1024)

    with pytest.raises(DomainError, match="packed in a way"):
        names_in_honest_zip(bomb)


def test_a_bomb_whose_directory_lies_about_its_size_is_refused_in_little_memory() -> None:
    content, claimed = b"0" * 60 * 1024 * 1024, 10
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/sheet.xml", content)
    raw = bytearray(bomb.getvalue())
    entry = raw.rfind(b"PK\x01\x02")
    raw[entry + 16 : entry + 20] = struct.pack("<I", zlib.crc32(content[:claimed]))
    raw[entry + 24 : entry + 28] = struct.pack("<I", claimed)
    del content
    lying = io.BytesIO(bytes(raw))
    tracemalloc.start()

    try:
        with pytest.raises(DomainError, match="unpacks to far more"):
            names_in_honest_zip(lying)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < 4 * 1024 * 1024


def test_entities_in_a_workbook_are_not_followed(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    clean, out = _workbook(["code", "name", "day"], ["a", "b", "c"]), io.BytesIO()
    with zipfile.ZipFile(clean) as old, zipfile.ZipFile(out, "w") as made:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                doctype = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "file://{secret}">]>'.encode()
                content = doctype + content.replace(b'<c r="B2"', b'<c r="B2" x="&leak;"', 1)
            made.writestr(name, content)

    try:
        rows = read_workbook(out, COLUMNS)
    except DomainError:
        return
    assert "canary" not in str(rows)


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576"])
def test_a_sheet_that_reaches_far_out_is_refused_before_it_is_read(place: str) -> None:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["A1"], book.active["F1"], book.active[place] = "code", "more", "x"
    book.save(out)
    out.seek(0)

    with pytest.raises(DomainError, match="reaches as far as row 1048576"):
        read_workbook(out, COLUMNS)


def test_a_far_cell_is_found_wherever_the_workbook_keeps_its_sheet() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/elsewhere.bin", "<row r = \"7\"><c r = 'XFD1048576'/></row>")
    out.seek(0)

    with pytest.raises(DomainError, match="reaches as far as row 1048576"):
        read_workbook(out, COLUMNS)


def test_a_workbook_whose_bytes_are_damaged_is_refused_in_words() -> None:
    content = bytearray(_workbook(["code", "name", "day"], ["a", "b", "c"]).getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 60 : start + 80] = b"\xff" * 20

    with pytest.raises(DomainError, match="damaged"):
        read_workbook(io.BytesIO(bytes(content)), COLUMNS)


def test_labels_and_titles_hold_nothing_that_a_workbook_cannot() -> None:
    content = write_workbook("A\x0bB/C", [Column("code", "La\x0bbel"), Column("name", "=1+1")], [])

    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]

    assert sheet.title == "A B C"
    assert sheet["A2"].value == f"{LABEL_MARK} La\ufffdbel"
    assert sheet["B2"].data_type == "s"
