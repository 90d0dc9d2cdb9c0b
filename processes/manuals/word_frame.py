"""The frame of a Word manual: paper, running head, stamp with its code, watermark."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.oxml import parse_xml
from docx.shared import Mm

from processes.manuals.blocks import Manual
from processes.manuals.word_parts import TEXT_WIDTH, element, field, paragraph, run, within
from processes.templatetags.said import plain
from procstd.documents import cleaned

_GREY = "566377"


def set_frame(document: Any, manual: Manual, code: bytes) -> None:
    """Give a document A4, its running head and its stamp."""
    section, stamp = document.sections[0], manual.stamp
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(24), Mm(28)
    tab = within(element("r"), element("tab"))
    head = paragraph(
        run(f"{stamp.code} · {plain(manual.title)}"[:90], size=8, color=_GREY), tab,
        run(f"{stamp.version} · {stamp.state}", size=8, color=_GREY), tabs=TEXT_WIDTH,
    )  # fmt: skip
    _filled(section.header, head)
    if stamp.watermark:
        head.append(_watermark(cleaned(str(stamp.watermark))))
    hashed = f"SHA-256 {stamp.short} · " if stamp.short else ""
    foot = paragraph(
        run(f"{stamp.version} · {stamp.state} · {stamp.validity}", size=7, color=_GREY),
        within(element("r"), element("tab")),
        run(f"{stamp.page_words} ", size=8, color=_GREY), *field("PAGE", size=8, color=_GREY),
        run(" / ", size=8, color=_GREY), *field("NUMPAGES", size=8, color=_GREY), tabs=TEXT_WIDTH, after=0,
    )  # fmt: skip
    _filled(section.footer, foot, paragraph(run(f"{hashed}{stamp.printed}", size=7, color=_GREY), after=0))
    if code:
        words = section.footer.add_paragraph().add_run()
        shape = words.add_picture(io.BytesIO(code), width=Mm(14))
        shape._inline.docPr.set("descr", stamp.address)


def _filled(part: Any, *made: Any) -> None:
    """Put paragraphs into a header or footer in place of its empty one."""
    part.is_linked_to_previous = False
    for row in list(part._element):
        part._element.remove(row)
    within(part._element, *made)


def _watermark(words: str) -> Any:
    """Return large grey words across the page, as Word draws its own watermarks."""
    return parse_xml(
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="watermark" type="#_x0000_t136" alt="" style="position:absolute;margin-left:0;margin-top:0;'
        "width:440pt;height:110pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#f3d9d6" stroked="f">'
        f'<v:textpath style="font-family:&quot;Microsoft YaHei&quot;;font-size:1pt" string={quoteattr(words)}/>'
        "</v:shape></w:pict></w:r>"
    )
