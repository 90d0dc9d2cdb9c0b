"""Kinds of job: check an Excel list of cases, and open them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.domain.importing import ExaminedCases, columns_of, examine_cases, form_for_import, open_examined
from processes.models import Process
from procstd.bilingual import in_each_language
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind
from procstd.sheets import read_workbook

#: A page shows so many errors.
ERRORS_SHOWN = 100


@kind("case-check", title=_("Check of a list of cases"), result_template="cases/job_case_check.html")
def check_cases(run: Run) -> dict[str, Any]:
    """Examine a file and tell which cases it would open. Nothing is saved."""
    process, examined = _examine(run)
    return _told(process, examined)


@kind("case-import", title=_("Import of a list of cases"), result_template="cases/job_case_import.html")
def import_cases(run: Run) -> dict[str, Any]:
    """Open the cases of a file: of all rows, or of the valid ones if that was asked for."""
    process, examined = _examine(run)
    told = _told(process, examined)
    run.advance(0, total=len(examined.new))
    told["opened"] = open_examined(
        process,
        examined,
        valid_rows_only=bool(run.facts.get("valid_rows_only")),
        by=run.job.owner,
        at=timezone.now(),
        told=run.advance,
    )
    return told


def _examine(run: Run) -> tuple[Process, ExaminedCases]:
    process = Process.objects.select_related("department").get(code=run.facts["process"])
    form = form_for_import(process, timezone.now())
    file = StoredFile.objects.visible_to(run.job.owner).get(key=run.facts["file"])
    with file.content.open("rb") as content:
        rows = read_workbook(content, columns_of(form))
    run.advance(0, total=len(rows))
    return process, examine_cases(process, form, rows, told=run.advance)


def _told(process: Process, examined: ExaminedCases) -> dict[str, Any]:
    return {
        "process": process.code,
        "new": len(examined.new),
        "known": examined.known,
        "bad_rows": examined.bad_rows,
        "error_count": len(examined.errors),
        "errors": [
            {"row": error.row, "column": error.column, "value": error.value[:80], **in_each_language(error.message)}
            for error in examined.errors[:ERRORS_SHOWN]
        ],
    }
