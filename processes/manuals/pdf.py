"""A manual as PDF: PDF/A-3a, tagged, with bookmarks, a stamp and a code on every sheet; signed once it is released."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import segno
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from processes.domain.standard import Standard, Words
from processes.manuals.blocks import Manual, Table
from processes.manuals.drawing import Read
from processes.manuals.facts import Copy, Facts, words_of
from processes.models import ManualCopy
from processes.pdf_signing import sign_pdf
from procstd.documents import bounded, cleaned, ready, to_pdf
from procstd.pdf_finishing import ARCHIVAL


def manual_pdf(manual: Manual, standard: Standard, facts: Facts) -> bytes:
    """Draw a manual."""
    author = manual.cover.rows[0][1][0] if facts.organisation.zh else manual.subtitle
    watermark = cleaned(str(manual.stamp.watermark))
    context = {
        "manual": manual,
        "standard": standard,
        "on_paper": True,
        "author": author,
        "sha256": facts.sha256,
        "code": code_of(manual.stamp.address),
        "watermark": watermark,
        "watermark_size": min(90, 680 // max(4, sum(2 if letter > "\u2e80" else 1 for letter in watermark)) * 2),
        "widths": _widths(manual),
    }
    return drawn("processes/manual_pdf.html", context)


def drawn(template: str, context: dict[str, Any], style: str = "") -> bytes:
    """Draw a template in the look of manuals, with *style* after it."""
    own = render_to_string("processes/manual_sheet.css", context) + style
    return to_pdf(render_to_string(template, context), own, look=_look(), **ARCHIVAL)


def get_ready() -> None:
    """Load what draws manuals: each is drawn in a copy of this process, which has then nothing left to load.

    Raises NotDrawable where this machine lacks what draws PDFs.
    """
    for name in ("block", "contents", "sample", "section"):
        get_template(f"processes/manual/{name}.html")
    for name in ("manual_pdf.html", "manual_sheet.css"):
        get_template(f"processes/{name}")
    ready(_look())


def _look() -> str:
    return render_to_string("processes/manual_pdf.css")


def copy_pdf(read: Read, copy: ManualCopy) -> bytes:
    """Draw and sign the file that a copy in the register is printed from: each sheet says which one it is (F34)."""
    holder = words_of(copy.holder) if copy.holder else Words(copy.place, copy.place)
    facts = replace(read.facts, copy=Copy(str(copy), holder, copy.is_controlled))
    manual = replace(read, facts=facts).manual(copy.language)
    get_ready()
    return signed(bounded(lambda: manual_pdf(manual, read.standard, facts)), manual, facts)


def signed(content: bytes, manual: Manual, facts: Facts) -> bytes:
    """Sign a released manual with the organisation's certificate, over the leader's signature (F24)."""
    reason = f"{manual.stamp.code} {manual.stamp.version}, SHA-256 {facts.sha256}"
    given = [row for row in facts.approvals if row.kind == "signed" and row.sha256 == facts.sha256]
    if given:
        last = given[-1]
        reason = f"{reason}. {last.name.en}, {last.at:%Y-%m-%d %H:%M} UTC: {last.text.en}"
    # The organisation vouches for this file from the moment at which it is drawn; the leader's own moment is in words.
    return sign_pdf(content, reason=plain_text(reason), name="procstd", at=timezone.now())


def plain_text(text: str) -> str:
    return " ".join(cleaned(text).split())


@lru_cache(maxsize=256)
def code_of(address: str) -> str:
    """Return the code that opens *address* as a picture, or nothing."""
    return str(segno.make(address, error="m").png_data_uri(scale=6, border=1)) if address else ""


def _widths(manual: Manual) -> list[int]:
    tables = [block for section in manual.front + manual.sections for block in section.blocks]
    tables += [block for section in manual.sections for below in section.sections for block in below.blocks]
    return sorted({width for block in tables if isinstance(block, Table) for width in block.widths if width})
