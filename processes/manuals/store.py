"""Where manuals are kept once they are drawn: one file for each version, choice of languages and kind.

A file is told by everything that it says and by what drew it: the hash of the text, the facts of its stamp,
the look, the certificate. When one of them changes it is another file, and the one before is removed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from processes.domain.validity import Standing
from processes.manuals.blocks import CHOICES
from processes.manuals.drawing import Read
from processes.manuals.facts import Facts
from processes.manuals.pdf import get_ready, manual_pdf, signed
from processes.manuals.word import manual_word
from processes.models import Revision
from processes.pdf_signing import certificate_mark
from procstd.documents import TooLong, bounded

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Kinds of file, with what browsers call them.
KINDS = {"pdf": "application/pdf", "docx": WORD}
#: Every file of a version.
EVERY = tuple((choice, kind) for kind in KINDS for choice in CHOICES)


def kept(revision: Revision, facts: Facts, choice: str, kind: str) -> Path | None:
    """Return the file, if it is made."""
    place = _place_of(revision, facts, choice, kind)
    return place if place.is_file() else None


def is_refused(revision: Revision, facts: Facts, choice: str, kind: str) -> bool:
    """Say whether the file was tried and is too long: nothing tries it again by itself."""
    return _refusal(_place_of(revision, facts, choice, kind)).is_file()


def make(read: Read, choice: str, kind: str, *, told: Callable[[int], None] = lambda done: None) -> Path:
    """Draw a manual and keep it; *told* hears how many of three steps are done.

    Raises NotDrawable where this machine cannot draw PDFs, and TooLong, which is kept. Two at once draw the same.
    """
    place = _place_of(read.revision, read.facts, choice, kind)
    manual = read.manual(choice)
    told(1)
    if kind == "pdf":
        get_ready()
    try:
        content = bounded(
            lambda: (
                manual_pdf(manual, read.standard, read.facts) if kind == "pdf" else manual_word(manual, read.standard)
            )
        )
    except TooLong:
        _keep(_refusal(place), b"")
        raise
    told(2)
    if kind == "pdf" and read.facts.status is not Standing.DRAFT:
        content = signed(content, manual, read.facts)
    _keep(place, content)
    _refusal(place).unlink(missing_ok=True)
    for older in place.parent.glob(f"{read.revision.pk}-{choice}-*.{kind}"):
        if older != place:
            older.unlink(missing_ok=True)
    told(3)
    return place


def _place_of(revision: Revision, facts: Facts, choice: str, kind: str) -> Path:
    if choice not in CHOICES or kind not in KINDS:
        raise ValueError(f"No manual is made as {kind!r} in {choice!r}.")
    told = f"{facts.sha256}-{facts.mark}-{_look()}-{certificate_mark() if kind == 'pdf' else ''}-{settings.PUBLIC_URL}"
    return settings.VAR_DIR / "manuals" / f"{revision.pk}-{choice}-{sha256(told.encode()).hexdigest()[:32]}.{kind}"


def _refusal(place: Path) -> Path:
    """Return what stands in the place of a file that is too long to be made."""
    return place.with_name(f"{place.name}.refused")


@cache
def _look() -> str:
    """Return what changes when templates, style, drawing or messages do: the look of the software that runs."""
    root = settings.BASE_DIR
    files = [root / "templates/processes" / name for name in ("manual_pdf.html", "manual_pdf.css", "manual_sheet.css")]
    for folder, pattern in (
        ("templates/processes/manual", "*.html"), ("processes/manuals", "*.py"), ("processes/domain/chart", "*.py"),
        ("processes/templatetags", "*.py"), ("locale", "*/LC_MESSAGES/django.po"),
    ):  # fmt: skip
        files += sorted((root / folder).glob(pattern))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _keep(place: Path, content: bytes) -> None:
    """Write in full or not at all: two processes may draw the same manual at the same time."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(name, place)
