"""The report as PDF and Word: drawn by what draws manuals."""

from __future__ import annotations

from datetime import datetime

from processes.manuals.reports import draw_report
from surveys.models import Survey
from surveys.queries.diagnosis import diagnosis_of
from surveys.reports.content import report_of


def report_file(survey: Survey, kind: str, choice: str, *, at: datetime) -> bytes:
    """Return the report of a survey, as it is at a moment. Raises NotDrawable where PDFs cannot be drawn."""
    manual, standard = report_of(diagnosis_of(survey), choice=choice, at=at)
    return draw_report(manual, kind, author=manual.cover.rows[2][1][0], standard=standard)
