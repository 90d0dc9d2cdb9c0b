"""Forms to download: to be written on by hand, or filled in on a screen."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from processes.blank_forms import blank_form_pdf
from tests.manuals import read_of
from tests.standards import released

pytestmark = pytest.mark.django_db


def _fields(key: str) -> tuple[dict[str, Any], int]:
    made = released()
    standard = read_of().standard
    form = standard.form(key)
    assert form is not None
    content = blank_form_pdf(standard, form, made.definition)
    return PdfReader(io.BytesIO(content)).get_fields() or {}, len(content)


def test_every_field_of_a_form_can_be_typed_into_or_ticked_and_says_its_name() -> None:
    fields, size = _fields("register")

    form = read_of().standard.form("register")
    assert form is not None
    for field in form.fields:
        own = [name for name in fields if name.partition(".")[0] == field.key]
        assert own, field.key
        assert len(own) == max(1, len(field.options))
        assert all(fields[name]["/FT"] == ("/Btn" if field.options else fields[name]["/FT"]) for name in own)
        assert all(str(field.label) in fields[name]["/TU"] for name in own)
    assert {fields["_number"]["/FT"], fields["_date"]["/FT"], fields["_by"]["/FT"]} == {"/Tx"}
    # No font is embedded as a whole for what might be typed.
    assert size < 200_000


def test_a_long_text_has_several_lines() -> None:
    fields, _size = _fields("register")

    assert [name for name, field in fields.items() if field.get("/Ff", 0) & (1 << 12)] == ["problem"]
