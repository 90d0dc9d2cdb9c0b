"""What `manage.py bench authoring` measures of manuals: reading one, drawing it as PDF and as Word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from processes.manuals.blocks import CHOICES
from processes.manuals.drawing import read
from processes.manuals.pdf import manual_pdf
from processes.manuals.word import manual_word
from processes.models import Revision
from procstd.measuring import Row, measure

_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)


def manual_rows(n: int | None) -> Iterator[Row]:
    """Draw the manual of the demo's standard, 17 pages in one language; its stored file is read from the disk."""
    revision = Revision.objects.select_related("process__department", "process__owner", "definition").get(
        definition__isnull=False
    )
    found = read(revision, at=_AT)
    yield measure("manual.content", 1, lambda: read(revision, at=_AT).manual("both"), times=n or 20)
    for choice in CHOICES:
        manual = found.manual(choice)
        draw = partial(manual_pdf, manual, found.standard, found.facts)
        yield measure(f"manual.pdf.{choice}", 1, draw, times=n or 3)
    write = partial(manual_word, found.manual("both"), found.standard)
    yield measure("manual.docx.both", 1, write, times=n or 3)
