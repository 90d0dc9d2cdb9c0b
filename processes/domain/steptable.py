"""Read a table of steps as enterprises keep it in Excel and Word: any order of columns, headers in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes.domain.limitcells import Unreadable, limit_in_words
from processes.domain.standard import Limit
from processes.domain.stepheaders import TEXTS, header_of, known
from processes.models import Step
from procstd.sheet_import import CellError
from procstd.sheets import LABEL_MARK

MOST_STEPS = 200
MOST_POSTS = 60
NAMELESS = _("Steps without a name are called by the first words of their operation.")
_CLAUSE = re.compile(r"[，。；;,.:：（(\n]")
_HAN = re.compile("[\u4e00-\u9fff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_BETWEEN = re.compile(r"[、,，;；/\n]")


@dataclass
class StepRow:
    """A step as the table says it; *number* is its row there."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    accountable: list[str] = field(default_factory=list)
    limit: Limit | None = None


@dataclass
class StepTable:
    """What a table of steps holds, and what is wrong with it."""

    rows: list[StepRow] = field(default_factory=list)
    #: Header as it stands, code and language (or "") of each column that was recognised.
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    #: What is taken over otherwise than it stands there, to be looked at.
    remarks: list[CellError] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Every post that the table names, once, in its order."""
        return list(dict.fromkeys(name for row in self.rows for name in (*row.posts, *row.accountable)))

    @property
    def languages(self) -> set[str]:
        """The languages in which some text arrives."""
        return {key[-2:] for row in self.rows for key, text in row.texts.items() if text}


def looks_like_steps(grid: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table has a header of steps."""
    return header_of(grid) is not None


def read_steps(grid: Sequence[Sequence[str]], *, language: str = "", in_working_time: bool = False) -> StepTable:
    """Return the steps of *grid* (rows of texts), with every error by row and column.

    *language* is the one of columns whose header does not say it; empty: as most of their text is.
    """
    table = StepTable()
    start = header_of(grid)
    if start is None:
        message = _("No row names the columns. Needed: “步骤” or “Step” and “操作” or “Operation”.")
        table.errors.append(CellError(1, "", "", message))
        return table
    places = _places(grid, start, table)
    rows = list(_rows(grid, start, table))
    if len(rows) > MOST_STEPS:
        too_many = _("The table has more than %(most)d steps. Split the process.") % {"most": MOST_STEPS}
        table.errors.append(CellError(rows[MOST_STEPS][0], "", "", too_many))
        return table
    language = language or language_of(grid[start + 1 :], places)
    for number, cells in rows:
        _read_row(table, number, cells, places, language, in_working_time)
    if len(table.names) > MOST_POSTS:
        strange = _("The table names more than %(most)d posts; is this the right column?") % {"most": MOST_POSTS}
        table.errors.append(CellError(start + 1, "", "", strange))
    if not table.rows and not table.errors:
        table.errors.append(CellError(start + 1, "", "", _("There is no step under the header.")))
    return table


def language_of(rows: Sequence[Sequence[str]], places: dict[tuple[str, str], int]) -> str:
    """Return the language in which most cells of the columns of text without a language are written."""
    texts = [
        row[at] for row in rows for (code, end), at in places.items() if code in TEXTS and not end and at < len(row)
    ]
    written = [text for text in texts if text.strip()]
    return "zh" if 2 * sum(bool(_HAN.search(text)) for text in written) >= len(written) else "en"


def _places(grid: Sequence[Sequence[str]], start: int, table: StepTable) -> dict[tuple[str, str], int]:
    places: dict[tuple[str, str], int] = {}
    for place, header in enumerate(grid[start]):
        code, language = known(header)
        if not code:
            if header.strip():
                table.ignored.append(header.strip()[:60])
            continue
        if (code, language) in places:
            message = _("Two columns say the same; keep one of them.")
            table.errors.append(CellError(start + 1, header.strip()[:60], header, message))
            continue
        places[code, language] = place
        table.columns.append((header.strip()[:60], code, language))
    return _numbers_apart(grid, start, places)


def _numbers_apart(
    grid: Sequence[Sequence[str]], start: int, places: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Take a column “Step” that holds only numbers for what it is: the manual of H3 is written so."""
    at = places.get(("title", ""))
    if at is None or ("operation", "") not in places:
        return places
    values = [row[at].strip() for row in grid[start + 1 :] if at < len(row) and row[at].strip()]
    if values and all(re.fullmatch(r"(?:[Ss]|步骤|第)?\s*\d{1,3}\s*[.、步]?", value) for value in values):
        places.setdefault(("number", ""), at)
        del places["title", ""]
    return places


def _rows(grid: Sequence[Sequence[str]], start: int, table: StepTable) -> Iterator[tuple[int, Sequence[str]]]:
    header = [cell.strip() for cell in grid[start]]
    for number, cells in enumerate(grid[start + 1 :], start + 2):
        written = [cell for cell in cells if cell.strip()]
        if not written or written[0].startswith(LABEL_MARK) or [cell.strip() for cell in cells] == header:
            continue
        if len(written) == 1 and cells[0].strip() and not written[0].strip().isdecimal() and len(header) > 2:
            message = _("Passed over: a heading across the table, no step.")
            table.remarks.append(CellError(number, "", written[0][:80], message))
            continue
        yield number, cells


def _read_row(
    table: StepTable,
    number: int,
    cells: Sequence[str],
    places: dict[tuple[str, str], int],
    language: str,
    in_working_time: bool,
) -> None:
    headers = {(code, end): header for header, code, end in table.columns}
    before = len(table.errors)
    row = StepRow(number)

    def cell(code: str, end: str = "") -> str:
        at = places.get((code, end))
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def tell(found: list[CellError], code: str, end: str, message: str | Promise) -> None:
        header = headers.get((code, end)) or headers.get(("title", "")) or code
        found.append(CellError(number, header, cell(code, end)[:80], message))

    for code in TEXTS:
        for end in ("zh", "en"):
            sources = [("", code)] if end == language else []
            for mark, name in [(end, code), *sources]:
                text = _tidy(name, cell(name, mark))
                if fault := _text_fault(name, text):
                    tell(table.errors, name, mark, fault)
                elif text and not row.texts.get(f"{code}_{end}"):
                    row.texts[f"{code}_{end}"] = text
    if not _is_titled(row):
        _derive_title(row)
        if _is_titled(row) and not any(remark.message is NAMELESS for remark in table.remarks):
            tell(table.remarks, "operation", "", NAMELESS)
    if not _is_titled(row) and len(table.errors) == before:
        tell(table.errors, "title", "", _("The row names neither a step nor what is done."))
    for code, names in (("post", row.posts), ("accountable", row.accountable)):
        names += _names(cell(code))
        if any(len(name) > 80 or _CONTROL.search(name) for name in names):
            tell(table.errors, code, "", _("This is no name of a post."))
    try:
        row.limit = limit_in_words(cell("limit"), in_working_time=in_working_time)
    except Unreadable:
        message = _("Not one limit, so none is set. Write it as “24小时”, “3 working days” or “at once”.")
        tell(table.remarks, "limit", "", message)
    if len(table.errors) == before:
        table.rows.append(row)


def _tidy(code: str, text: str) -> str:
    return text if code in ("operation", "example") else " ".join(text.split())


def _text_fault(code: str, text: str) -> str | Promise | None:
    most = Step._meta.get_field(f"{code}_zh").max_length or 0  # type: ignore[union-attr]
    if len(text) > most:
        return _("%(length)d characters; at most %(most)d fit.") % {"length": len(text), "most": most}
    return _("This holds a character that cannot be written in a text.") if _CONTROL.search(text) else None


def _is_titled(row: StepRow) -> bool:
    return any(row.texts.get(f"title_{end}") for end in ("zh", "en"))


def _derive_title(row: StepRow) -> None:
    for end in ("zh", "en"):
        if text := row.texts.get(f"operation_{end}", ""):
            row.texts[f"title_{end}"] = _CLAUSE.split(text, maxsplit=1)[0].strip()[:60] or text[:60]


def _names(text: str) -> list[str]:
    found = (" ".join(part.split()) for part in _BETWEEN.split(text))
    return list(dict.fromkeys(name for name in found if name and name not in ("-", "–", "/", "无")))
