"""Pieces of a Word document: paragraphs, runs, fields, links, tables. Every text is cleaned where it enters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from processes.manuals.blocks import Cell, Line
from procstd.documents import cleaned

#: Fonts that machines with Word have; East Asian text names its own.
LATIN, EAST_ASIAN = "Calibri", "Microsoft YaHei"
#: How wide the text is on A4, in twentieths of a point.
TEXT_WIDTH = 9866
_GREY, _BLUE = "566377", "184B9F"
_ids = count(1)


def element(name: str, /, **attributes: Any) -> Any:
    """Return an element ``w:name``; an attribute ``val`` is ``w:val``."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def within(outer: Any, *inner: Any) -> Any:
    """Put elements into another one, and return it."""
    for row in inner:
        outer.append(row)
    return outer


def run(
    text: str, *, bold: bool = False, color: str = "", size: float = 0, language: str = "", mono: bool = False
) -> Any:
    """Return a run of text; its line breaks stay."""
    look = element("rPr")
    if mono:
        look.append(element("rFonts", ascii="Consolas", hAnsi="Consolas", eastAsia=EAST_ASIAN))
    if bold:
        within(look, element("b"), element("bCs"))
    if color:
        look.append(element("color", val=color))
    if size:
        within(look, element("sz", val=int(size * 2)), element("szCs", val=int(size * 2)))
    if language:
        tag = "zh-CN" if language.startswith("zh") else "en-US"
        look.append(element("lang", **({"eastAsia": tag} if tag == "zh-CN" else {"val": tag})))
    made = within(element("r"), look)
    for number, row in enumerate(cleaned(text).split("\n")):
        if number:
            made.append(element("br"))
        words = element("t")
        words.text = row.replace("\t", " ")
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.append(words)
    return made


def runs(line: Line, *, bold: bool = False, size: float = 0, apart: bool = True) -> list[Any]:
    """Return a line as runs, its second language below the first (*apart*) or behind it; a goal makes them a link."""
    found: list[Any] = []
    color = {"quiet": _GREY, "key": _BLUE}.get(line.look, "")
    bold = bold or line.look == "strong"
    if line.lead:
        found.append(run(f"{line.lead} ", bold=True, size=size))
    for number, (language, text) in enumerate(line.said.parts):
        if number:
            found.append(within(element("r"), element("br")) if apart else run(" "))
        second = _GREY if number else ""
        found.append(
            run(text.strip(), bold=bold and not number, color=color or second, size=size, language=language,
                mono=line.look == "mono")
        )  # fmt: skip
    if line.goal and found:
        return [within(element("hyperlink", anchor=bookmark(line.goal), history=1), *found)]
    return found


def paragraph(*inner: Any, style: str = "", after: int = 60, tabs: int = 0, keep: bool = False) -> Any:
    """Return a paragraph of runs; *tabs* sets a right tab there."""
    look = element("pPr")
    if style:
        look.append(element("pStyle", val=style))
    if keep:
        look.append(element("keepNext"))
    if tabs:
        look.append(within(element("tabs"), element("tab", val="right", pos=tabs)))
    look.append(element("spacing", before=0, after=after))
    return within(element("p"), look, *inner)


def field(code: str, shown: str = "1", *, size: float = 0, color: str = "") -> list[Any]:
    """Return a field that Word works out, as PAGE."""
    made = []
    for kind in ("begin", "", "separate", "shown", "end"):
        if kind == "shown":
            made.append(run(shown, size=size, color=color))
        elif kind:
            made.append(within(run("", size=size, color=color), element("fldChar", fldCharType=kind)))
        else:
            words = element("instrText")
            words.text = f" {code} "
            made.append(within(element("r"), words))
    return made


def bookmark(anchor: str) -> str:
    """Return the name of a bookmark: letters, digits and underscores, forty at most."""
    return "m_" + re.sub(r"\W", "_", anchor, flags=re.ASCII)[:38]


def marked(anchor: str, *inner: Any) -> list[Any]:
    """Return elements within a bookmark."""
    number = next(_ids)
    start = element("bookmarkStart", id=number, name=bookmark(anchor))
    return [start, *inner, element("bookmarkEnd", id=number)]


def cell_paragraphs(lines: Cell, *, bold: bool = False, centred: bool = False) -> list[Any]:
    """Return what stands in a place of a table."""
    made = [paragraph(*runs(line, bold=bold, size=9), after=20) for line in lines] or [paragraph(after=0)]
    if centred:
        for row in made:
            row.pPr.append(element("jc", val="center"))
    return made


def table(rows: Sequence[Sequence[tuple[Iterable[Any], bool]]], widths: Sequence[int], *, heads: int = 0) -> Any:
    """Return a table of cells (paragraphs, and whether they are a head), its first *heads* rows on every page."""
    total = sum(widths)
    sizes = [TEXT_WIDTH * width // total for width in widths]
    look = within(
        element("tblPr"), element("tblStyle", val="TableGrid"), element("tblW", w=sum(sizes), type="dxa"),
        element("tblLayout", type="fixed"),
    )  # fmt: skip
    made = within(element("tbl"), look, within(element("tblGrid"), *(element("gridCol", w=size) for size in sizes)))
    for number, cells in enumerate(rows):
        facts = within(element("trPr"), element("cantSplit"))
        if number < heads:
            facts.append(element("tblHeader"))
        row = within(element("tr"), facts)
        for size, (inner, is_head) in zip(sizes, cells, strict=True):
            form = within(element("tcPr"), element("tcW", w=size, type="dxa"))
            if is_head:
                form.append(element("shd", val="clear", color="auto", fill="F0F3F8"))
            row.append(within(element("tc"), form, *inner))
        made.append(row)
    return made


def shares(widths: Sequence[int]) -> list[int]:
    """Return the widths of a table's columns with what is left shared among those of width 0."""
    free = [width for width in widths if not width]
    rest = (100 - sum(widths)) // len(free) if free else 0
    return [width or rest for width in widths]
