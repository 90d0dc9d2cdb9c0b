"""The PDF: archival, tagged, signed, with a table of contents, a stamp and a code on every sheet."""

from __future__ import annotations

import io
import itertools
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from processes import pdf_signing
from processes.domain.drafting import write_draft
from processes.domain.inforce import end_release
from processes.manual_benches import PAGES, twelve_pages
from processes.manuals.content import manual_of
from processes.manuals.pdf import manual_pdf, signed
from tests.manuals import read_of
from tests.signatures import signature_status
from tests.standards import RELEASED_AT, complaint, process_named, released

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_certificate(settings: Any, tmp_path: Path) -> Any:
    settings.VAR_DIR = tmp_path
    pdf_signing._signer.cache_clear()
    yield
    pdf_signing._signer.cache_clear()


def _drawn(choice: str = "en", **facts: Any) -> bytes:
    found = read_of(**facts)
    return manual_pdf(found.manual(choice), found.standard, found.facts)


def _texts(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def test_a_signed_manual_is_whole_and_stays_archival() -> None:
    released()
    found = read_of()
    content = signed(_drawn(), found.manual("en"), found.facts)

    status, signature = signature_status(content)
    assert (status.intact, status.valid, status.bottom_line) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.sig_object["/Reason"].startswith(f"complaint V1.0, SHA-256 {found.facts.sha256}")

    root: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/StructTreeRoot"]["/K"]


@pytest.mark.parametrize(("choice", "tag", "title"), [("zh-hans", "zh-Hans", "1. 目的"), ("en", "en", "1. Purpose")])
def test_it_names_its_language_and_has_bookmarks(choice: str, tag: str, title: str) -> None:
    released()

    reader = PdfReader(io.BytesIO(_drawn(choice)))

    assert reader.trailer["/Root"]["/Lang"] == tag
    outline = [row for row in reader.outline if not isinstance(row, list)]
    assert title in [row.title for row in outline]
    assert len(outline) >= 16
    assert any(isinstance(row, list) for row in reader.outline)  # steps and forms below


def test_contents_name_the_pages_on_which_sections_stand() -> None:
    released()

    texts = _texts(_drawn())

    contents = next(text for text in texts if "Contents" in text)
    page = int(contents.partition("11. Forms")[2].replace(".", " ").split()[0])
    assert "11. Forms" in texts[page - 1]
    assert "Complaint register" in texts[page - 1]


def test_every_sheet_carries_its_stamp_and_a_code(settings: Any) -> None:
    settings.PUBLIC_URL = "https://standards.example.com"
    made = released()
    content = _drawn()

    texts = _texts(content)
    for number, text in enumerate(texts, 1):
        assert f"Page {number} / {len(texts)}" in text
        assert "V1.0 · In force · valid from 2026-03-02" in text
        assert f"SHA-256 {made.definition.sha256[:16]}" in text
        assert "State on 2026-03-02" in text
    reader = PdfReader(io.BytesIO(content))
    assert all(len(page.images) >= 1 for page in reader.pages)


def test_drawing_leaves_nothing_behind_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    released()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert _drawn().startswith(b"%PDF-")

    assert list(tmp_path.iterdir()) == []


def test_flows_of_a_manual_say_in_words_what_they_show() -> None:
    released()
    reader = PdfReader(io.BytesIO(_drawn()))

    elements = _elements(reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object())
    told = {row["/Alt"] for row in elements if row["/S"] == "/Figure"}

    assert any(words.startswith("Flow of ") for words in told), told


def test_drafts_and_obsolete_versions_are_marked_on_every_sheet() -> None:
    draft = write_draft(process_named("other"), complaint(), by=None, reason="Test", at=RELEASED_AT)
    assert all("DRAFT" in text for text in _texts(_drawn(revision=draft)))
    made = released()
    assert not any("OBSOLETE" in text for text in _texts(_drawn(revision=made.definition.revision)))
    end_release(made, by=None, at=RELEASED_AT + timedelta(days=1), reason="Over")

    texts = _texts(_drawn(revision=made.definition.revision, at=RELEASED_AT + timedelta(days=2)))

    assert all("OBSOLETE" in text and "V1.0 · Obsolete" in text for text in texts)


def test_fonts_are_embedded_and_no_other_is_used() -> None:
    released()

    fonts = set()
    for page in PdfReader(io.BytesIO(_drawn("both"))).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            below = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in below or "/FontFile3" in below
            fonts.add(font.get_object()["/BaseFont"].partition("+")[2])

    assert fonts
    assert all(name.startswith(("Noto-Sans-SC", "NotoSansSC")) for name in fonts), fonts


def test_the_manual_that_the_bench_draws_has_the_pages_that_it_says() -> None:
    released()
    found = read_of()
    short = twelve_pages(found.standard)

    for choice in ("zh-hans", "en"):
        content = manual_pdf(manual_of(short, found.facts, choice=choice, at=found.at), short, found.facts)
        assert abs(len(_texts(content)) - PAGES) <= 1  # that of the tests has fewer names under it than the demo's


def _elements(row: Any) -> Iterator[Any]:
    """Yield every element of the structure of a document, in the order in which it is read."""
    if isinstance(row, list):
        for below in row:
            yield from _elements(below.get_object())
    elif isinstance(row, dict) and "/S" in row:
        yield row
        yield from _elements(row["/K"].get_object() if "/K" in row else [])


@pytest.mark.parametrize("choice", ["en", "both"])
def test_a_signed_manual_names_pdf_ua_and_keeps_what_that_asks(choice: str) -> None:
    released()
    found = read_of()
    reader = PdfReader(io.BytesIO(signed(_drawn(choice), found.manual(choice), found.facts)))
    root: Any = reader.trailer["/Root"]

    metadata = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfuaid:part="1"' in metadata
    assert "http://www.aiim.org/pdfua/ns/id/" in metadata.partition("schemas")[2]  # described, as PDF/A asks
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"]
    assert all(page["/Tabs"] == "/S" for page in reader.pages)
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    links = [note for note in notes if note["/Subtype"] == "/Link"]
    assert links
    assert all(note["/Contents"] and "/StructParent" in note for note in links)
    # What is no part of the structure lies outside of the sheet, and is printable.
    assert [(note["/FT"], note["/Rect"][0] < 0, note["/F"] & 4) for note in notes if note not in links] == [
        ("/Sig", True, 4)
    ]
    elements = list(_elements(root["/StructTreeRoot"]["/K"].get_object()))
    levels = [int(row["/S"][2]) for row in elements if row["/S"] in ("/H1", "/H2", "/H3")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    pictures = [row for row in elements if row["/S"] == "/Figure"]
    assert pictures
    assert all(row["/Alt"] for row in pictures)
    assert all("/Headers" in row["/A"] for row in elements if row["/S"] == "/TD")
