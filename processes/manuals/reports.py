"""Reports of other rooms: written of the blocks of a manual, drawn as page, PDF and Word by what draws manuals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from processes.domain.validity import Standing
from processes.manuals.blocks import CHOICES, Line, Manual, Said, Speaker, Table
from processes.manuals.pdf import code_of, drawn
from processes.manuals.word import manual_word
from procstd.moments import moment

#: Kinds of file that a report is made as, with the words on the buttons.
KINDS = {"pdf": "PDF", "docx": "Word"}
#: Languages that a report can be read in, with the words on the buttons.
LANGUAGES = [("zh-hans", "中文"), ("en", "English"), ("both", _("Both languages"))]
#: What a manual does not have: drawings smaller than a sheet.
_STYLE = ".pareto, .gantt { display: block; margin: 2mm auto 4mm; max-width: 100%; height: auto; }"


@dataclass(frozen=True)
class Stamp:
    """What a sheet of a report says of itself; the names are those of a manual's stamp."""

    code: str
    version: str
    state: Said
    validity: Said
    printed: Said
    page_words: Said
    status: Standing = Standing.DRAFT
    short: str = ""
    address: str = ""
    watermark: Said = field(default_factory=Said)


def stamp_of(say: Speaker, *, code: str, title: Any, state: Any, path: str, at: datetime) -> Stamp:
    """Return the stamp of a report that is read at *path* and says how things were *at* a moment."""
    return Stamp(
        code=code, version=code, state=say(state), validity=say(title),
        printed=say(_("State on %(at)s"), at=lambda: moment(at)), page_words=say(_("Page")),
        address=settings.PUBLIC_URL + path,
    )  # fmt: skip


def language_choice(asked: str, spoken: str | None) -> str:
    """Return the languages that a reader asked for, or the one that the reader's pages are in."""
    return asked if asked in CHOICES else spoken or "en"


def draw_report(manual: Manual, kind: str, *, author: Line, standard: Any = None) -> bytes:
    """Return a report as a file of one of KINDS. Raises NotDrawable where PDFs cannot be drawn."""
    if kind == "docx":
        return manual_word(manual, standard)
    context = {
        "manual": manual, "standard": standard, "on_paper": True, "author": author, "sha256": "–",
        "code": code_of(manual.stamp.address), "watermark": "", "watermark_size": 0, "widths": manual_widths(manual),
    }  # fmt: skip
    return drawn("processes/report_pdf.html", context, _STYLE)


def manual_widths(manual: Manual) -> list[int]:
    """Return the widths of columns that a style sheet has to know, those of sections below others too."""
    sections = [row for section in manual.sections for row in (section, *section.sections)]
    tables = [block for section in sections for block in section.blocks if isinstance(block, Table)]
    return sorted({width for block in tables for width in block.widths if width})
