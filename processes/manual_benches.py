"""What `manage.py bench authoring` measures of manuals: reading one, drawing it as PDF and as Word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from processes.domain.standard import Standard
from processes.manuals.blocks import CHOICES
from processes.manuals.content import manual_of
from processes.manuals.drawing import read
from processes.manuals.pdf import manual_pdf
from processes.manuals.word import manual_word
from processes.models import Revision
from procstd.measuring import Row, measure

_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)
#: The demo's standard cut to so many steps and forms has a manual of so many pages in one language.
STEPS, FORMS, PAGES = 4, 2, 12


def twelve_pages(standard: Standard) -> Standard:
    """Return the beginning of *standard*: what leads on to a step that is left out ends there."""
    steps = standard.steps[:STEPS]
    kept = {step.key for step in steps}
    return replace(
        standard,
        steps=tuple(
            replace(
                step,
                outcomes=tuple(
                    replace(row, target=row.target if row.target in kept else None, branches=())
                    for row in step.outcomes
                ),
            )
            for step in steps
        ),
        forms=standard.forms[:FORMS],
    )


def manual_rows(n: int | None) -> Iterator[Row]:
    """Draw a manual of 12 pages and, but in a small run, that of the demo: 17 pages in one language, 27 in both."""
    revision = Revision.objects.select_related("process__department", "process__owner", "definition").get(
        definition__isnull=False
    )
    found = read(revision, at=_AT)
    yield measure("manual.content", 1, lambda: read(revision, at=_AT).manual("both"), times=n or 20)
    short = twelve_pages(found.standard)
    for choice in ("zh-hans", "en") if n is None else ("zh-hans",):
        manual = manual_of(short, found.facts, choice=choice, at=_AT)
        draw = partial(manual_pdf, manual, short, found.facts)
        yield measure(f"manual.pdf.12 pages.{choice}", PAGES, draw, times=5 if n is None else 1)
        write = partial(manual_word, manual, short)
        yield measure(f"manual.docx.12 pages.{choice}", PAGES, write, times=5 if n is None else 1)
    if n is not None:
        return
    for choice in CHOICES:
        manual = found.manual(choice)
        draw = partial(manual_pdf, manual, found.standard, found.facts)
        yield measure(f"manual.pdf.{choice}", 1, draw, times=3)
    write = partial(manual_word, found.manual("both"), found.standard)
    yield measure("manual.docx.both", 1, write, times=3)
