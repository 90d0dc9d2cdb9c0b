"""Kinds of job: check an Excel file, import it, export a list."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import in_each_language
from procstd.files.domain.keeping import keep_result
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind
from procstd.organisation.domain.sheets import KINDS
from procstd.sheet_import import CellError, Examined, SheetKind, examine, save_examined
from procstd.sheets import Column, read_workbook, write_workbook

#: A page shows so many errors; the error file has all of them.
ERRORS_SHOWN = 100


@kind("sheet-check", title=_("Check of an Excel file"), result_template="organisation/job_sheet_check.html")
def check_sheet(run: Run) -> dict[str, Any]:
    """Examine a file and tell what importing it would do. Nothing is saved."""
    sheet, examined = _examine(run)
    return _told(run, sheet, examined)


@kind("sheet-import", title=_("Import of an Excel file"), result_template="organisation/job_sheet_import.html")
def import_sheet(run: Run) -> dict[str, Any]:
    """Import a file: all rows, or the valid ones if that was asked for. A second time changes nothing."""
    sheet, examined = _examine(run)
    valid_rows_only = bool(run.facts.get("valid_rows_only"))
    told = _told(run, sheet, examined)
    run.advance(0, total=0)  # saving is one transaction: no steps to tell
    save_examined(
        sheet, examined, valid_rows_only=valid_rows_only, by=run.job.owner, reason=run.facts.get("reason", "")
    )
    return told


@kind("sheet-export", title=_("Export to Excel"), result_template="organisation/job_sheet_export.html")
def export_sheet(run: Run) -> dict[str, Any]:
    """Write all rows of a list into a workbook."""
    sheet = KINDS[run.facts["sheet"]]()
    rows = sheet.rows_out()
    run.advance(0, total=len(rows))
    book = write_workbook(str(sheet.title), sheet.columns, rows)
    file = _keep(run, book, f"{sheet.code}-{timezone.localdate():%Y-%m-%d}.xlsx")
    return {"sheet": sheet.code, "rows": len(rows), "file": str(file.key)}


def _examine(run: Run) -> tuple[SheetKind, Examined]:
    sheet = KINDS[run.facts["sheet"]]()
    file = StoredFile.objects.visible_to(run.job.owner).get(key=run.facts["file"])
    with file.content.open("rb") as content:
        rows = read_workbook(content, sheet.columns)
    run.advance(0, total=len(rows))
    return sheet, examine(sheet, rows, by=run.job.owner, told=run.advance)


def _told(run: Run, sheet: SheetKind, examined: Examined) -> dict[str, Any]:
    result: dict[str, Any] = {
        "sheet": sheet.code,
        "new": len(examined.new),
        "changed": len(examined.changed),
        "unchanged": examined.unchanged,
        "bad_rows": examined.bad_rows,
        "errors": [_as_json(error) for error in examined.errors[:ERRORS_SHOWN]],
        "error_count": len(examined.errors),
    }
    if examined.errors:
        columns = [
            Column("row", _("Row"), width=8),
            Column("column", _("Column")),
            Column("value", _("Value"), width=30),
            Column("error", _("What is wrong"), width=70),
        ]
        rows = [[error.row, error.column, error.value, str(error.message)] for error in examined.errors]
        file = _keep(run, write_workbook(str(_("Errors")), columns, rows), f"{sheet.code}-errors.xlsx")
        result["error_file"] = str(file.key)
    return result


def _as_json(error: CellError) -> dict[str, Any]:
    texts = in_each_language(error.message)
    return {"row": error.row, "column": error.column, "value": error.value[:80], **texts}


def _keep(run: Run, content: bytes, name: str) -> StoredFile:
    return keep_result(content, name=name, owner=run.job.owner, at=timezone.now(), belongs_to=run.job)
