"""The weekly exception report as PDF and as workbook, in the language in force."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.queries.report_lines import ReportReading
from procstd.documents import to_pdf
from procstd.moments import moment
from procstd.sheets import Column, write_workbook

#: A PDF lists so many exceptions one by one; the workbook has them all.
PDF_LINES = 400
COLUMNS = (
    Column("week", gettext_lazy("Week"), width=12),
    Column("at", gettext_lazy("When"), width=18),
    Column("kind", gettext_lazy("Code of the kind"), width=12),
    Column("kind_label", gettext_lazy("Kind"), width=24),
    Column("detail", gettext_lazy("Code of the detail"), width=14),
    Column("detail_label", gettext_lazy("Detail"), width=28),
    Column("department", gettext_lazy("Code of the department"), width=16),
    Column("department_label", gettext_lazy("Department"), width=24),
    Column("process", gettext_lazy("Code of the process"), width=14),
    Column("process_label", gettext_lazy("Process"), width=30),
    Column("step", gettext_lazy("Code of the step"), width=12),
    Column("step_label", gettext_lazy("Step"), width=34),
    Column("case", gettext_lazy("Case"), width=12),
)


def report_pdf(reading: ReportReading) -> bytes:
    """Draw the report. Raises NotDrawable where this machine cannot draw PDFs."""
    context = {
        "report": reading.report,
        "reading": reading,
        "exceptions": reading.exceptions[:PDF_LINES],
        "left": max(len(reading.exceptions) - PDF_LINES, 0),
        "language": get_language(),
    }
    page = render_to_string("cases/exception_report_pdf.html", context)
    return to_pdf(page, render_to_string("cases/exception_report_pdf.css", context))


def report_workbook(reading: ReportReading) -> bytes:
    """Return every exception of the report as a row, by codes and in words."""
    return write_workbook(_("Exceptions %(week)s") % {"week": reading.report.week}, COLUMNS, _rows(reading))


def _rows(reading: ReportReading) -> list[list[Any]]:
    rows = []
    for found in reading.exceptions:
        kind, detail, department, process, step = found.codes
        rows.append(
            [
                reading.report.week, moment(found.at), kind, found.kind, detail, found.detail, department,
                found.department, process, found.process, step, found.step, found.number,
            ]
        )  # fmt: skip
    return rows
