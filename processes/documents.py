"""The manual as PDF. What is released never changes, so it is drawn once for each language and kept."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from processes.models import Revision
from processes.models.release import DefinitionBroken
from procstd.documents import to_pdf

#: Text between two tags, and sixty letters without a place where a line may break.
_TEXT = re.compile(r">[^<]+<")
_LONG_WORD = re.compile(r"[^\s<>&;\u2e80-\uffff]{60}")
_TEMPLATES = ("processes/manual_pdf.html", "processes/manual_pdf.css")


def manual_pdf_of(revision: Revision, context: Callable[[], dict[str, Any]]) -> bytes:
    """Return the manual in the language in force; *context* makes what its page shows.

    Raises DefinitionBroken when the released bytes were altered, and NotDrawable where this
    machine cannot draw PDFs.
    """
    definition = getattr(revision, "definition", None)
    if definition is None:
        return drawn(context())
    if not definition.is_intact:
        raise DefinitionBroken(f"The definition {definition.pk} does not match its hash.")
    kept = _place_of(definition.sha256)
    if kept.is_file():
        return kept.read_bytes()
    content = drawn(context())
    _keep(kept, content)
    return content


def drawn(context: dict[str, Any]) -> bytes:
    """Draw a manual anew."""
    page = _TEXT.sub(_with_breaks, render_to_string(_TEMPLATES[0], context))
    return to_pdf(page, render_to_string(_TEMPLATES[1], context))


def _with_breaks(text: re.Match[str]) -> str:
    # Without a place to break, the time for a word grows with the square of its length.
    return _LONG_WORD.sub("\\g<0>\u200b", text[0])


def _place_of(definition: str) -> Path:
    """Return where the PDF of a definition is kept; another look of the manual has another place."""
    return settings.VAR_DIR / "manuals" / f"{definition}-{get_language()}-{_look()}.pdf"


@cache
def _look() -> str:
    """Return what changes when templates, style or messages do: the drawn page of the software that runs."""
    files = [settings.BASE_DIR / "templates" / name for name in (*_TEMPLATES, "processes/manual_body.html")]
    files += sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _keep(place: Path, content: bytes) -> None:
    """Write in full or not at all: two processes may draw the same manual at the same time."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(name, place)
