"""A form of a standard on paper: blank, with lines to write on and boxes to tick."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from processes.domain.standard import Form, Standard
from procstd.documents import to_pdf


def blank_form_pdf(standard: Standard, form: Form, definition: Any) -> bytes:
    """Return *form* as PDF in the language in force, stamped with the version it belongs to."""
    context = {"standard": standard, "form": form, "definition": definition, "language": get_language()}
    return to_pdf(
        render_to_string("processes/blank_form.html", context), render_to_string("processes/blank_form.css", context)
    )
