"""Excel workbooks in and out: rows by code, errors by row and column, no formula ever (I4, I5)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

from procstd.errors import DomainError
from procstd.ziplimits import names_in_honest_zip

MOST_ROWS = 50_000
#: The area from A1 to the last cell: reading makes a cell of every place in it.
MOST_CELLS = 5_000_000
#: The place that a row or a cell of a sheet's XML names, as in r="7" or r="C7".
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,3})([0-9]{1,7})["']""")
#: Labels in row 2 start with this mark, so that reading knows them in any language.
LABEL_MARK = "▸"

# A cell starting so, even after spaces, is read as a formula by some spreadsheet program.
# One that starts so behind apostrophes gets one more, so that reading can always take one away.
_FORMULA = re.compile(r"^'*[\s\u200b\ufeff]*[=+\-@\t\r]")
# Characters that XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# What spreadsheet programs read as a character by its number; the mark itself is written by its own.
_BY_NUMBER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its code (the key in row 1), its label (row 2), what to write there."""

    code: str
    label: str | Promise
    help: str | Promise = ""
    width: int = 18


@dataclass(frozen=True)
class SheetRow:
    """A row as read: its number in the sheet, from 1, and its cells as text by column code."""

    number: int
    cells: dict[str, str]


def neutral(value: Any) -> Any:
    """Return *value* as a cell that no spreadsheet program computes: text gets an apostrophe."""
    if not isinstance(value, str):
        return value
    value = _BY_NUMBER.sub("_x005F_", _NOT_XML.sub("\ufffd", value))
    return f"'{value}" if _FORMULA.match(value) else value


def write_workbook(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return an .xlsx with codes in row 1, labels in row 2 and the rows after them."""
    return write_sheets([(title, columns, rows)])


def write_sheets(sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Any]]]]) -> bytes:
    """Return an .xlsx of several sheets (title, columns, rows), each as :func:`write_workbook` makes one."""
    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        _write_sheet(book, title, columns, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_sheet(book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]|[\x00-\x1f]", " ", title)[:31])
    for index, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.freeze_panes = "A3"
    grey = PatternFill("solid", fgColor="EEF1F6")

    def headed(texts: Iterable[Any], *, bold: bool) -> list[WriteOnlyCell]:
        cells = []
        for text in texts:
            cell = WriteOnlyCell(sheet, value=neutral(str(text)))
            cell.font = Font(bold=bold, color="000000" if bold else "5A6B85")
            cell.fill, cell.alignment = grey, Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        return cells

    sheet.append(headed((column.code for column in columns), bold=True))
    sheet.append(headed((f"{LABEL_MARK} {column.label}" for column in columns), bold=False))
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=neutral(value))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text stays text, whatever it starts with
            cells.append(cell)
        sheet.append(cells)


def read_workbook(file: IO[bytes], columns: Sequence[Column]) -> list[SheetRow]:
    """Return the rows of the first sheet, told by the column codes in its first row.

    A row of labels under the codes and empty rows are passed over. Refuses what is no workbook,
    a bomb, a missing or doubled column and too many rows.
    """
    book = _opened(file)
    raw = _raw(lambda: book.get_sheet_by_index(0))
    if not raw:
        raise DomainError(_("The first sheet is empty. Download the template: it shows the columns."))
    return _rows(raw, columns)


def read_sheets(file: IO[bytes], wanted: Mapping[str, Sequence[Column]]) -> dict[str, list[SheetRow]]:
    """Return the rows of the sheets named in *wanted*, each as :func:`read_workbook` reads one."""
    book = _opened(file)
    places = {name.strip().lower(): name for name in book.sheet_names}
    found = {}
    for title, columns in wanted.items():
        if title not in places:
            raise DomainError(_("The workbook has no sheet named “%(sheet)s”.") % {"sheet": title})
        try:
            raw = _raw(lambda name=places[title]: book.get_sheet_by_name(name))  # type: ignore[misc]
            found[title] = _rows(raw or [[]], columns)
        except DomainError as refusal:
            raise DomainError(
                _("Sheet “%(sheet)s”: %(error)s") % {"sheet": title, "error": refusal.message}
            ) from refusal
    return found


def read_grids(file: IO[bytes], *, most_cells: int) -> list[tuple[str, list[list[str]]]]:
    """Return every sheet (title, rows of texts) as it stands, from A1; a cell merged downwards in each of its rows."""
    book = _opened(file, most_cells)
    grids = []
    for title in book.sheet_names:
        sheet = book.get_sheet_by_name(title)
        rows = [[_text(cell) for cell in row] for row in _raw(lambda sheet=sheet: sheet)]  # type: ignore[misc]
        for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
        grids.append((title, rows))
    return grids


def _opened(file: IO[bytes], most_cells: int = MOST_CELLS) -> CalamineWorkbook:
    """Open a workbook. Refuses what is none, and a bomb."""
    _refuse_sparse(file, names_in_honest_zip(file), most_cells)
    try:
        return CalamineWorkbook.from_filelike(file)  # type: ignore[arg-type]
    except (CalamineError, OSError, ValueError) as error:
        raise _no_workbook() from error


def _raw(sheet: Callable[[], Any]) -> list[list[Any]]:
    try:
        return list(sheet().to_python(skip_empty_area=False))
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise _no_workbook() from error


def _no_workbook() -> DomainError:
    return DomainError(_("This is not an Excel workbook (.xlsx). Save it as .xlsx and try once more."))


def _rows(raw: Sequence[Sequence[Any]], columns: Sequence[Column]) -> list[SheetRow]:
    if len(raw) > MOST_ROWS + 2:
        raise DomainError(_("The sheet has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
    places = _places(raw[0], columns)
    rows = []
    for number, cells in enumerate(raw[1:], 2):
        row = {code: _text(cells[place]) if place < len(cells) else "" for code, place in places.items()}
        if not any(row.values()) or (number == 2 and _is_label_row(cells)):
            continue
        rows.append(SheetRow(number, row))
    return rows


def _refuse_sparse(file: IO[bytes], names: Sequence[str], most_cells: int) -> None:
    """Refuse a sheet whose last cell stands so far out that reading it would fill the memory."""
    row, column = 0, 0
    try:
        with zipfile.ZipFile(file) as archive:
            for name in names:  # every part: which of them are sheets, the workbook itself says
                with archive.open(name) as part:
                    rest = b""
                    while block := part.read(1 << 20):
                        for letters, digits in _PLACE.findall(rest + block):
                            row = max(row, int(digits))
                            column = max(column, column_index_from_string(letters.decode()) if letters else 0)
                        rest = block[-32:]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise DomainError(_("The file is damaged: it cannot be opened. Save it again and try once more.")) from error
    finally:
        file.seek(0)
    if row * max(column, 1) > most_cells:
        raise DomainError(
            _("The sheet reaches as far as row %(row)d, column %(column)s. Delete what is behind the list.")
            % {"row": row, "column": get_column_letter(min(max(column, 1), 18_278))}
        )


def _places(head: Sequence[Any], columns: Sequence[Column]) -> dict[str, int]:
    codes = [_text(cell).strip().lower() for cell in head]
    missing = [column.code for column in columns if column.code not in codes]
    if missing:
        raise DomainError(
            _("Row 1 must name the columns by their codes. Missing: %(codes)s.") % {"codes": ", ".join(missing)}
        )
    doubled = [column.code for column in columns if codes.count(column.code) > 1]
    if doubled:
        raise DomainError(_("Row 1 names a column twice: %(codes)s.") % {"codes": ", ".join(doubled)})
    return {column.code: codes.index(column.code) for column in columns}


def _is_label_row(cells: Sequence[Any]) -> bool:
    return any(_text(cell).startswith(LABEL_MARK) for cell in cells)


def _text(cell: Any) -> str:
    """Return a cell as the text a person sees: 7 not 7.0, 2026-01-31 not a serial number."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    text = "" if cell is None else str(cell).strip()
    # Undo what neutral() wrote, so that export and import are a round trip.
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def in_steps(rows: Sequence[SheetRow], size: int, told: Callable[[int], None]) -> Iterator[SheetRow]:
    """Yield *rows*, telling after every *size* rows how many are done."""
    for done, row in enumerate(rows, 1):
        yield row
        if done % size == 0:
            told(done)
