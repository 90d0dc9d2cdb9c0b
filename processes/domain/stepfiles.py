"""The tables of a file that was uploaded: each sheet of a workbook, each table of a Word document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes.domain.steptable import looks_like_steps
from procstd.errors import DomainError
from procstd.sheets import read_grids
from procstd.word_tables import read_word_tables

#: Room for a workbook's theme too, in which r="50000" stands: the look for the last cell takes it for a row.
MOST_CELLS = 1_000_000
#: A table of steps is small; what reaches farther is another list.
MOST_ROWS = 2_000


@dataclass
class NamedTable:
    """A table of the file, as it is offered to choose from."""

    title: str
    grid: list[list[str]]
    notes: list[str | Promise] = field(default_factory=list)


def tables_in(file: IO[bytes], extension: str) -> list[NamedTable]:
    """Return the tables of *file* that hold anything. Refuses a file without one."""
    if extension == "docx":
        found = []
        for number, table in enumerate(read_word_tables(file), 1):
            notes: list[str | Promise] = []
            if table.has_nested:
                notes.append(_("A table inside of a cell is not read."))
            if table.has_changes:
                notes.append(_("The document has tracked changes; it is read as if they were accepted."))
            title = _("Table %(number)d: %(head)s") % {"number": number, "head": _head(table.rows)}
            found.append(NamedTable(title, table.rows, notes))
    else:
        found = [NamedTable(title[:80], grid) for title, grid in read_grids(file, most_cells=MOST_CELLS)]
        if any(len(table.grid) > MOST_ROWS for table in found):
            raise DomainError(_("A table has more than %(most)d rows. Split it.") % {"most": MOST_ROWS}, field="file")
    found = [table for table in found if any(cell.strip() for row in table.grid for cell in row)]
    if not found:
        raise DomainError(_("The file holds no table. Download the template: it shows the columns."), field="file")
    return found


def likeliest(tables: list[NamedTable]) -> int:
    """Return the place of the first table whose header is one of steps."""
    return next((place for place, table in enumerate(tables) if looks_like_steps(table.grid)), 0)


def _head(rows: list[list[str]]) -> str:
    return " · ".join(cell.strip() for cell in rows[0] if cell.strip())[:60] if rows else ""
