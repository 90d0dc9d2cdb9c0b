"""Tables of Word documents: what a reader sees in them, and what somebody hostile puts there."""

from __future__ import annotations

import io
import time

import pytest

from procstd.errors import DomainError
from procstd.word_tables import read_word_tables
from tests.word_documents import cell, document, raw_document, row, table

pytestmark = pytest.mark.pure


def read(content: bytes) -> list[list[list[str]]]:
    return [found.rows for found in read_word_tables(io.BytesIO(content))]


def test_every_table_is_read_in_its_order_with_lines_of_a_cell():
    assert read(document([["Step", "Post"], ["one\ntwo", "客服"]], [["x", "y"]])) == [
        [["Step", "Post"], ["one\ntwo", "客服"]], [["x", "y"]],
    ]  # fmt: skip


def test_merged_cells_stand_once_beside_and_in_each_row_below():
    merged = table(
        row(cell("A", '<w:gridSpan w:val="2"/>'), cell("B", '<w:vMerge w:val="restart"/>')),
        row(cell("c"), cell("d"), cell("", "<w:vMerge/>")),
    )
    assert read(raw_document(merged)) == [[["A", "", "B"], ["c", "d", "B"]]]


def test_tracked_changes_are_read_as_accepted_and_inner_tables_passed_over():
    changed = (
        "<w:tc><w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:t>x</w:t><w:delText>old</w:delText></w:r>"
        f"</w:del></w:p>{table(row(cell('inner')))}<w:p/></w:tc>"
    )
    body = table(row(changed), row(cell("gone"), properties="<w:del/>"))

    found = read_word_tables(io.BytesIO(raw_document(body)))

    assert [(one.rows, one.has_nested, one.has_changes) for one in found] == [([["new"]], True, True)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain text",
        b"\xd0\xcf\x11\xe0" + bytes(600),
        raw_document(table(row(cell("&x;"))), before='<!DOCTYPE d [<!ENTITY x "y">]>'),
        raw_document(table(row(cell("&x;"))), before='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        raw_document(table(row(cell("a"))), more={"word/vbaProject.bin": b"x"}),
        raw_document(table(row(cell("a"))), more={"word/media/bomb": bytes(120 * 1024 * 1024)}),
        raw_document("<w:p><w:r><w:t>" + "a" * (21 * 1024 * 1024) + "</w:t></w:r></w:p>"),
        raw_document(table(row(cell("a", '<w:gridSpan w:val="99999"/>')))),
        raw_document(table(row(cell("a"))) * 41),
        raw_document(table(row(cell("a")) * 2001)),
        raw_document("<w:tbl>"),
        raw_document("<w:tbl>" * 4000 + "</w:tbl>" * 4000),
    ],
    ids=[
        "empty", "text", "old Word", "entity", "file entity", "macros", "bomb", "long", "span", "tables", "rows",
        "broken", "deep",
    ],
)  # fmt: skip
def test_what_is_no_honest_document_is_refused_quickly(content):
    begun = time.monotonic()
    with pytest.raises(DomainError):
        read(content)
    assert time.monotonic() - begun < 5
