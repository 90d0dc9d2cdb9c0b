"""Read what was copied in a spreadsheet: cells between tabs, lines between line ends, quoted where they hold either."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError

MOST_CHARACTERS = 400_000
MOST_LINES = 200
MOST_CELLS_A_LINE = 40


def read_cells(text: str) -> list[list[str]]:
    """Return the lines of cells in *text*. A quote inside a cell that does not begin with one is only a quote."""
    if len(text) > MOST_CHARACTERS:
        raise DomainError(_("That is too much at once: paste at most %(most)d lines.") % {"most": MOST_LINES})
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    # Twice as many characters as there may be: no single cell can make csv stop.
    csv.field_size_limit(2 * MOST_CHARACTERS)
    lines = [list(line) for line in csv.reader(io.StringIO(text, newline=""), dialect="excel-tab")]
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()  # spreadsheets end with a line end
    if len(lines) > MOST_LINES or any(len(line) > MOST_CELLS_A_LINE for line in lines):
        raise DomainError(_("That is too much at once: paste at most %(most)d lines.") % {"most": MOST_LINES})
    return lines
