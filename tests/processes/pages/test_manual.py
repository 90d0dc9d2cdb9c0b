"""The manual: the released words on the page and on every sheet of the PDF, in either language."""

from __future__ import annotations

import http.server
import json
import re
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from processes.models import Definition
from procstd.documents import to_pdf
from procstd.roles import Role
from tests.processes.pages.desk import person_as
from tests.standards import holder, released

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def client(signed_in: Any) -> Client:
    released()
    made: Client = signed_in(holder("service-agent"))
    return made


def _in(client: Client, language: str, address: str) -> Any:
    client.post("/language/", {"language": language})
    return client.get(address)


def _titles(pdf: bytes) -> list[str]:
    """Return the titles in the PDF, its own and its bookmarks': there text is not cut into glyphs."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    whole = b"".join(map(_inflated, streams))
    found = re.findall(rb"/Title ?<([0-9a-fA-F]+)>|/Title ?\((.*?)\)", whole, re.DOTALL)
    return [bytes.fromhex(coded.decode()).decode("utf-16") if coded else plain.decode() for coded, plain in found]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Responsibilities", "Approve the solution", "24 hours around the clock", "Customer confirmation"]),
     ("zh-hans", ["职责", "审批处理方案", "24 小时（连续计时）", "客户确认书"])],
)  # fmt: skip
def test_the_page_says_everything_in_the_readers_language(client: Client, language: str, words: list[str]) -> None:
    page = _in(client, language, "/processes/complaint/1.0/manual/").content.decode()

    for word in [*words, Definition.objects.get().sha256, "V1.0"]:
        assert word in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pdf_is_whole_and_kept_by_its_hash(client: Client, language: str, tmp_path: Path) -> None:
    address = "/processes/complaint/1.0/manual.pdf"

    first = _in(client, language, address)
    second = client.get(address)

    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["Content-Disposition"] == f'attachment; filename="complaint-V1.0-{language}.pdf"'
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content
    assert len(list((tmp_path / "manuals").iterdir())) == 1
    name = {"en": "Complaint process", "zh-hans": "complaint流程"}[language]
    assert f"{name} V1.0" in _titles(first.content)


def test_every_sheet_carries_version_date_and_hash(client: Client) -> None:
    from django.template.loader import render_to_string
    from django.utils import translation

    from processes.domain.reading import standard_of_revision
    from processes.models import Revision

    standard, definition = standard_of_revision(Revision.objects.select_related("definition").get())
    assert definition is not None
    with translation.override("en"):
        style = render_to_string("processes/manual_pdf.css", {"standard": standard, "definition": definition})

    page_rule = style.partition("@page")[2].partition("html {")[0]
    assert definition.sha256 in page_rule
    assert "V1.0 · 2026-03-02" in page_rule
    assert "counter(pages)" in page_rule


def test_the_definition_as_data_has_the_hash_that_is_printed(client: Client) -> None:
    from hashlib import sha256

    content = client.get("/processes/complaint/1.0/definition.json").content

    assert sha256(content).hexdigest() == Definition.objects.get().sha256
    assert json.loads(content)["number"] == "1.0"


def test_a_standard_altered_by_one_byte_is_not_shown(client: Client) -> None:
    client.get("/processes/complaint/1.0/manual.pdf")
    definition = Definition.objects.get()
    Definition.objects.update(content=definition.content.replace("分级", "定级", 1))

    for part in ("manual/", "manual.pdf"):
        answer = client.get(f"/processes/complaint/1.0/{part}")
        assert (answer.status_code, "SHA-256" in answer.content.decode()) == (503, True)


def test_a_draft_says_that_it_is_one(signed_in: Any) -> None:
    from processes.domain.drafting import write_draft
    from tests.standards import RELEASED_AT, complaint, process_named

    write_draft(process_named("complaint"), complaint(), by=None, reason="Test", at=RELEASED_AT)
    client = signed_in(person_as(Role.PROCESS_SPECIALIST))

    assert "No case runs by it" in client.get("/processes/complaint/1.0/manual/").content.decode()
    assert client.get("/processes/complaint/1.0/manual.pdf").content.startswith(b"%PDF-")


def test_the_process_marks_a_release_whose_text_was_altered(client: Client) -> None:
    assert "altered" not in client.get("/processes/complaint/").content.decode()
    definition = Definition.objects.get()
    Definition.objects.update(content=definition.content.replace("分级", "定级", 1))

    assert "altered" in client.get("/processes/complaint/").content.decode()


class _Counter(http.server.BaseHTTPRequestHandler):
    hits = 0

    def do_GET(self) -> None:
        type(self).hits += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def outside() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Counter.hits = 0
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_pdf_fetches_nothing_from_outside_and_embeds_no_file(outside: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY-IN-A-FILE")
    html = (
        f'<link rel="stylesheet" href="{outside}/a.css"><link rel="attachment" href="file://{secret}">'
        f'<img src="{outside}/b.png"><img src="file://{secret}"><object data="{outside}/c"></object>'
        f'<svg><image href="{outside}/d.png"/></svg><p style="background: url({outside}/e.png)">x</p>'
        f"<style>@import url({outside}/f.css); @font-face {{ font-family: x; src: url({outside}/g.ttf) }}"
        "p { font-family: x }</style>"
    )

    pdf = to_pdf(html, f"p {{ list-style-image: url({outside}/h.png) }}")

    assert _Counter.hits == 0
    streams = [_inflated(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)]
    assert not any(b"CANARY" in part for part in [pdf, *streams])


def test_drawing_a_pdf_leaves_uploads_as_strict_as_before() -> None:
    from PIL import ImageFile

    to_pdf("<p>x</p>", "")

    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def _inflated(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:
        return part


def test_a_word_without_end_gets_places_to_break() -> None:
    from processes.documents import _TEXT, _with_breaks

    page = f'<p class="{"c" * 70}">{"x" * 130} {"投" * 130} &amp; &#x27;</p>'

    broken = _TEXT.sub(_with_breaks, page)

    assert broken.count("\u200b") == 2
    assert broken.replace("\u200b", "") == page
