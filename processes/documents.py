"""Flow charts as PDF, a sheet to a page; manuals are drawn by processes/manuals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from procstd.documents import to_pdf


def chart_pdf(standard: Any, pages: Sequence[str]) -> bytes:
    """Return a flow chart as PDF, a sheet to a page."""
    context = {"standard": standard, "pages": pages, "language": get_language()}
    return to_pdf(
        render_to_string("processes/chart_pdf.html", context), render_to_string("processes/chart_pdf.css", context)
    )
