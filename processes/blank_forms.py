"""A form of a standard on paper: blank, with lines to write on and boxes to tick, by hand or by keyboard."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from processes.domain.standard import Form, Standard
from procstd.documents import to_pdf
from procstd.pdf_finishing import fillable


def blank_form_pdf(standard: Standard, form: Form, definition: Any) -> bytes:
    """Return *form* as PDF in the language in force, stamped with the version it belongs to.

    Unlike the samples in a manual, which is archival and signed, it has fields that can be filled in on a screen.
    """
    context = {"standard": standard, "form": form, "definition": definition, "language": get_language()}
    page, style = (render_to_string(f"processes/blank_form.{kind}", context) for kind in ("html", "css"))
    return to_pdf(page, style, pdf_forms=True, pdf_tags=True, finisher=fillable)
