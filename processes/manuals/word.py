"""A manual as Word document, of the same content as its page and its PDF, for whoever must go on writing with it."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from processes.domain.chart.png import raster
from processes.domain.picture import pages
from processes.domain.standard import Standard
from processes.manuals.blocks import Block, Facts, Flow, Lines, Manual, Picture, Sample, Section, Table, Terms
from processes.manuals.pdf import code_of
from processes.manuals.word_frame import set_frame
from processes.manuals.word_parts import (
    EAST_ASIAN,
    LATIN,
    bookmark,
    cell_paragraphs,
    element,
    marked,
    paragraph,
    run,
    runs,
    shares,
    table,
    within,
)
from processes.templatetags.said import plain
from procstd.documents import cleaned

_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
#: What a picture may take of a page, in millimetres.
_WIDE, _HIGH = 174, 225


def manual_word(manual: Manual, standard: Standard) -> bytes:
    """Write a manual."""
    document = Document()
    _set_styles(document)
    made = _Writer(document, manual, standard)
    made.cover()
    for section in manual.front:
        made.section(section, 1)
    made.contents()
    for section in manual.sections:
        made.section(section, 1)
    set_frame(document, manual, b64decode(code_of(manual.stamp.address).partition(",")[2]))
    properties = document.core_properties
    properties.title = f"{plain(manual.title)} {manual.stamp.version}"[:250]
    properties.subject = f"{plain(manual.subtitle)} {manual.stamp.code} {manual.stamp.version}"[:250]
    properties.author = "procstd"
    properties.comments = f"SHA-256 {manual.stamp.short}" if manual.stamp.short else ""
    properties.language = "zh-CN" if manual.tag == "zh-Hans" else "en-US"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    """Appends to the end of a document's body."""

    def __init__(self, document: Any, manual: Manual, standard: Standard) -> None:
        self.document, self.manual, self.standard = document, manual, standard
        self.body = document.element.body

    def add(self, *made: Any) -> None:
        for row in made:
            self.body.insert(len(self.body) - 1, row)  # before the properties of the section

    def cover(self) -> None:
        manual, stamp = self.manual, self.manual.stamp
        self.add(paragraph(*runs(manual.subtitle, size=12, apart=False), after=120))
        self.add(paragraph(*runs(manual.title), style="Title"))
        self.add(paragraph(run(f"{stamp.code} · {stamp.version} · {stamp.state}", size=13, color="566377"), after=480))
        self.facts(manual.cover)

    def contents(self) -> None:
        """Write the table of contents as a field, filled with what it will say; Word puts the page numbers in."""
        self.add(self.heading("contents", "", self.manual.contents_title, None, 1, new_page=True))
        entries = [(row, 1) for row in self.manual.front]
        for section in self.manual.sections:
            entries += [(section, 1), *((below, 2) for below in section.sections)]
        begin = element("fldChar", fldCharType="begin", dirty="true")
        code = element("instrText")
        code.text = ' TOC \\o "1-2" \\h \\z \\u '
        head = [within(element("r"), begin), within(element("r"), code)]
        head.append(within(element("r"), element("fldChar", fldCharType="separate")))
        for number, (section, level) in enumerate(entries):
            words = f"{section.number} {plain(section.title)}".strip()
            link = within(element("hyperlink", anchor=bookmark(section.anchor), history=1), run(words))
            made = paragraph(*(head if not number else ()), link, after=20)
            made.pPr.append(element("ind", left=360 * (level - 1)))
            self.add(made)
        self.add(paragraph(within(element("r"), element("fldChar", fldCharType="end")), after=0))

    def heading(self, anchor: str, number: str, title: Any, badge: Any, level: int, *, new_page: bool = False) -> Any:
        words = [run(f"{number}{'.' if level == 1 else ''} ")] if number else []
        words += runs(title, apart=False)
        if badge is not None:
            words += [run("  "), *runs(badge, size=8, apart=False)]
        made = paragraph(*marked(anchor, *words), style=f"Heading{level}", after=80)
        if new_page:
            made.pPr.insert(1, element("pageBreakBefore"))
        return made

    def section(self, section: Section, level: int) -> None:
        new_page = section.starts_page or section is self.manual.sections[0]
        title = self.heading(section.anchor, section.number, section.title, section.badge, level, new_page=new_page)
        self.add(title)
        for block in section.blocks:
            self.block(block)
        for below in section.sections:
            self.section(below, level + 1)

    def block(self, block: Block) -> None:
        if isinstance(block, Lines):
            style = "ListBullet" if block.is_list else ""
            self.add(*(paragraph(*runs(line), style=style) for line in block.lines))
        elif isinstance(block, Facts):
            self.facts(block)
        elif isinstance(block, Table):
            grid = block.look == "grid"
            rows = [[(cell_paragraphs((head,), bold=True), True) for head in block.heads]]
            for row in block.rows:
                cells = [(cell_paragraphs(lines, centred=grid and n > 0), False) for n, lines in enumerate(row)]
                rows.append(cells)
            self.add(table(rows, shares(block.widths), heads=1), paragraph(after=60))
        elif isinstance(block, Terms):
            for key, term, meaning in block.rows:
                self.add(paragraph(*marked(f"term-{key}", *runs(term, apart=False)), after=0, keep=True))
                self.add(paragraph(*runs(meaning), after=80))
        elif isinstance(block, Flow):
            self.flow(block)
        elif isinstance(block, Picture):
            for language in block.languages:
                with translation.override(language):
                    for drawing in block.draw(True):
                        self.picture(str(drawing), str(block.told()))
        else:
            self.sample(block)

    def facts(self, block: Facts) -> None:
        rows = [
            [(cell_paragraphs((label,), bold=True), True), (cell_paragraphs(lines), False)]
            for label, lines in block.rows
        ]
        self.add(table(rows, (20, 80)), paragraph(after=60))

    def flow(self, block: Flow) -> None:
        for language in block.languages:
            with translation.override(language):
                drawings = pages(self.standard, level=block.level)
                told = f"{_('Flow')}: {cleaned(str(self.standard.name))}"
            for drawing in drawings:
                self.picture(str(drawing), told)

    def picture(self, drawing: str, told: str) -> None:
        found = _SIZE.search(drawing)
        width, height = (float(found[1]), float(found[2])) if found else (1.0, 1.0)
        zoom = min(_WIDE / width, _HIGH / height, 0.26)
        words = self.document.add_paragraph().add_run()
        shape = words.add_picture(
            io.BytesIO(raster(drawing, width, height, zoom=2)), width=Mm(width * zoom), height=Mm(height * zoom)
        )
        shape._inline.docPr.set("descr", told[:250])

    def sample(self, block: Sample) -> None:
        heads: list[Any] = []
        for head in block.heads:
            heads += [*runs(head, size=9, apart=False), run(" ______________   ", size=9)]
        self.add(paragraph(*heads, keep=True))
        rows = []
        for field in block.fields:
            label = [run("* ", size=9)] if field.is_required else []
            label += runs(field.label, size=9, bold=True)
            told = [paragraph(*runs(line, size=8), after=0) for line in field.told]
            options = [paragraph(run("☐ ", size=9), *runs(row, size=9, apart=False), after=0) for row in field.options]
            if field.draws == "scale":
                inner: list[Any] = []
                for row in field.options:
                    inner += [run("☐ ", size=9), *runs(row, size=9, apart=False), run("    ")]
                options = [paragraph(*inner, after=0)]
            empty = [paragraph(after=0) for _row in range(4 if field.draws == "area" else 1)]
            rows.append([([paragraph(*label, after=0), *told], True), (options or empty, False)])
        self.add(table(rows, (36, 64)), paragraph(after=60))


def _set_styles(document: Any) -> None:
    styles = document.styles
    for name, size, color in (
        ("Normal", 10, None), ("Title", 26, RGBColor(0x1F, 0x29, 0x37)), ("Heading 1", 15, RGBColor(0x18, 0x4B, 0x9F)),
        ("Heading 2", 12, RGBColor(0x1F, 0x29, 0x37)), ("List Bullet", 10, None),
    ):  # fmt: skip
        style = styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), EAST_ASIAN)
        if color is not None:
            style.font.color.rgb = color
