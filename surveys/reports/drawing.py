"""The report as PDF and Word: drawn by what draws manuals."""

from __future__ import annotations

from datetime import datetime

from django.template.loader import render_to_string

from processes.manuals.blocks import Manual, Table
from processes.manuals.pdf import code_of
from processes.manuals.word import manual_word
from procstd.documents import ARCHIVAL, to_pdf
from surveys.models import Survey
from surveys.queries.diagnosis import diagnosis_of
from surveys.reports.content import report_of

#: Kinds of file that the report is made as.
KINDS = ("pdf", "docx")


def report_file(survey: Survey, kind: str, choice: str, *, at: datetime) -> bytes:
    """Return the report of a survey, as it is at a moment. Raises NotDrawable where PDFs cannot be drawn."""
    manual, standard = report_of(diagnosis_of(survey), choice=choice, at=at)
    if kind == "docx":
        return manual_word(manual, standard)
    context = {
        "manual": manual, "standard": standard, "on_paper": True, "author": manual.cover.rows[2][1][0], "sha256": "–",
        "code": code_of(manual.stamp.address), "watermark": "", "watermark_size": 0, "widths": _widths(manual),
    }  # fmt: skip
    page = render_to_string("surveys/diagnosis/report_pdf.html", context)
    style = render_to_string("processes/manual_pdf.css", context) + _STYLE
    return to_pdf(page, style, **ARCHIVAL)


#: What a manual does not have: the Pareto picture, and pictures smaller than a sheet side by side with their text.
_STYLE = ".pareto { display: block; margin: 2mm auto 4mm; max-width: 100%; height: auto; }"


def _widths(manual: Manual) -> list[int]:
    tables = [block for section in manual.sections for block in section.blocks if isinstance(block, Table)]
    return sorted({width for block in tables for width in block.widths if width})
