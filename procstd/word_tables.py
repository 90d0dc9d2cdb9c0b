"""Tables of a Word document (.docx) as text: one part is read, nothing else is opened, followed or run (I4, I5)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from procstd.errors import DomainError
from procstd.ziplimits import names_in_honest_zip

MOST_BYTES = 20 * 1024 * 1024
MOST_TABLES = 40
MOST_ROWS = 2_000
MOST_COLUMNS = 60
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What is no text of the document as it would be accepted: deletions, the old place of what was moved, text boxes.
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}tbl", f"{_W}txbxContent", f"{_W}instrText"})


@dataclass
class WordTable:
    """A table: rows of texts, a merged cell's text once beside and again in each row below."""

    rows: list[list[str]] = field(default_factory=list)
    has_nested: bool = False
    has_changes: bool = False


def read_word_tables(file: IO[bytes]) -> list[WordTable]:
    """Return the tables of a .docx in their order, without those inside of others.

    Tracked changes are read as if they were accepted. Refuses what is no Word document, a bomb,
    macros, and a document that declares a type or entities.
    """
    names = names_in_honest_zip(file)
    if any("vbaproject" in name.lower() for name in names):
        raise DomainError(_("The document contains macros. Save it without them."))
    body = _document(file)
    tables = [element for element in body.iter(f"{_W}tbl") if _is_outermost(element)]
    if len(tables) > MOST_TABLES:
        raise DomainError(_("The document has more than %(most)d tables. Split it.") % {"most": MOST_TABLES})
    return [_table(element) for element in tables]


def _document(file: IO[bytes]) -> Any:
    try:
        with zipfile.ZipFile(file) as archive, archive.open("word/document.xml") as part:
            raw = part.read(MOST_BYTES + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _no_document() from error
    finally:
        file.seek(0)
    if len(raw) > MOST_BYTES:
        raise DomainError(_("The text of the document is too long to be read. Keep only the table of steps."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _no_document() from error
    if root.getroottree().docinfo.doctype:
        raise _no_document()  # no word processor writes one: somebody wants something to be fetched
    return root


def _no_document() -> DomainError:
    return DomainError(_("This is not a Word document (.docx). Save it as .docx and try once more."))


def _is_outermost(table: Any) -> bool:
    return not any(above.tag in _SKIPPED for above in table.iterancestors())


def _table(element: Any) -> WordTable:
    found = WordTable()
    found.has_nested = any(inner is not element for inner in element.iter(f"{_W}tbl"))
    found.has_changes = any(True for _one in element.iter(f"{_W}ins", f"{_W}del", f"{_W}moveTo", f"{_W}moveFrom"))
    above: dict[int, str] = {}
    for row in _children(element, f"{_W}tr"):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        cells: list[str] = []
        for cell in _children(row, f"{_W}tc"):
            span = _number(cell.find(f"{_W}tcPr/{_W}gridSpan"))
            if len(cells) + span > MOST_COLUMNS:
                raise DomainError(_("A table has more than %(most)d columns.") % {"most": MOST_COLUMNS})
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            continues = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            text = above.get(len(cells), "") if continues else _text(cell)
            above[len(cells)] = text
            cells += [text, *[""] * (span - 1)]
        found.rows.append(cells)
        if len(found.rows) > MOST_ROWS:
            raise DomainError(_("A table has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
    return found


def _children(element: Any, tag: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those in content controls and insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"):
            yield from _children(child, tag)


def _number(span: Any) -> int:
    value = span.get(f"{_W}val", "1") if span is not None else "1"
    return min(max(int(value), 1), MOST_COLUMNS + 1) if value.isascii() and value.isdecimal() and len(value) < 6 else 1


def _text(cell: Any) -> str:
    """Return the text of a cell, a line for each paragraph."""
    lines: list[str] = [""]
    for kind, text in _pieces(cell):
        if kind == "p":
            lines.append("")
        else:
            lines[-1] += text
    return "\n".join(line.strip() for line in lines).strip()


def _pieces(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        if child.tag in _SKIPPED or not isinstance(child.tag, str) or child.tag.endswith("}Fallback"):
            continue
        if child.tag == f"{_W}t":
            yield "t", child.text or ""
        elif child.tag == f"{_W}tab":
            yield "t", " "
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "p", ""
        else:
            yield from _pieces(child)
            if child.tag == f"{_W}p":
                yield "p", ""
