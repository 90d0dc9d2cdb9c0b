"""The manual: the released words on the page and on every sheet of the PDF, in either language."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from processes.domain.clauses import clauses_of
from processes.models import Definition
from procstd.documents import to_pdf
from procstd.jobs.models import Job
from procstd.roles import Role
from tests.manuals import content_of, file_of, read_of
from tests.outside import Counter
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
    [("en", ["Responsibilities", "Approve the solution", "24 hours, around the clock", "Customer confirmation"]),
     ("zh-hans", ["职责", "审批处理方案", "24 小时（连续计时）", "客户确认书"])],
)  # fmt: skip
def test_the_page_says_everything_in_the_readers_language(client: Client, language: str, words: list[str]) -> None:
    page = _in(client, language, "/processes/complaint/1.0/manual/").content.decode()

    for word in [*words, Definition.objects.get().sha256, "V1.0"]:
        assert word in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pdf_is_whole_and_kept(client: Client, language: str, tmp_path: Path) -> None:
    first = file_of(client, "complaint", language=language)
    second = client.get(f"/processes/complaint/1.0/manual.pdf?language={language}")
    content = content_of(first)

    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["Content-Disposition"] == f'attachment; filename="complaint-V1.0-{language}.pdf"'
    assert content.startswith(b"%PDF-")
    assert content == content_of(second)
    assert len(list((tmp_path / "manuals").iterdir())) == 1
    name = {"en": "Complaint process", "zh-hans": "complaint流程"}[language]
    assert f"{name} V1.0" in _titles(content)


def test_a_word_document_is_made_for_both_languages(client: Client) -> None:
    answer = file_of(client, "complaint", kind="docx", language="both")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="complaint-V1.0-both.docx"'
    assert content_of(answer).startswith(b"PK")


def test_a_file_that_is_not_made_yet_is_offered_and_not_made_by_looking(client: Client, tmp_path: Path) -> None:
    for kind in ("pdf", "docx"):
        answer = client.get(f"/processes/complaint/1.0/manual.{kind}?language=both")
        assert answer.status_code == 404
        assert "Make it now" in answer.content.decode()
    page = client.get("/processes/complaint/1.0/manual/").content.decode()

    assert page.count('action="/processes/complaint/1.0/manual/make/"') == 6
    assert not (tmp_path / "manuals").exists()
    assert not Job.objects.exists()


def test_asking_twice_for_a_file_waits_for_the_same_job(client: Client) -> None:
    data = {"kind": "pdf", "language": "en"}

    answers = [client.post("/processes/complaint/1.0/manual/make/", data).headers["Location"] for _n in range(2)]

    assert answers[0] == answers[1]
    assert Job.objects.get().facts["format"] == "pdf"


def test_the_page_has_contents_anchors_of_clauses_and_linked_terms(client: Client) -> None:
    page = client.get("/processes/complaint/1.0/manual/").content.decode()

    for anchor in ("purpose", "step-s2", "form-register", "glossary", "approvals"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
    standard = read_of().standard
    for clause in clauses_of(standard):
        if clause.anchor != "clause-elements-outputs":  # stands together with the inputs
            assert f'id="{clause.anchor}"' in page, clause.anchor
    assert '<a class="term" href="#term-' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("asked", "words"), [("zh-hans", ["目的"]), ("en", ["Purpose"]), ("both", ["目的", "Purpose"])]
)
def test_the_page_is_read_in_the_language_that_is_asked_for(client: Client, asked: str, words: list[str]) -> None:
    page = client.get(f"/processes/complaint/1.0/manual/?language={asked}").content.decode()
    article = page.partition("<article")[2]

    for word in words:
        assert word in article
    assert client.get("/processes/complaint/1.0/manual/?language=klingon").status_code == 200


def test_the_definition_as_data_has_the_hash_that_is_printed(client: Client) -> None:
    from hashlib import sha256

    content = client.get("/processes/complaint/1.0/definition.json").content

    assert sha256(content).hexdigest() == Definition.objects.get().sha256
    assert json.loads(content)["number"] == "1.0"


def test_a_standard_altered_by_one_byte_is_not_shown(client: Client) -> None:
    file_of(client, "complaint")
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
    assert content_of(file_of(client, "complaint")).startswith(b"%PDF-")


def test_the_process_marks_a_release_whose_text_was_altered(client: Client) -> None:
    assert "altered" not in client.get("/processes/complaint/").content.decode()
    definition = Definition.objects.get()
    Definition.objects.update(content=definition.content.replace("分级", "定级", 1))

    assert "altered" in client.get("/processes/complaint/").content.decode()


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

    assert Counter.hits == 0
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
    from procstd.documents import breakable

    page = f'<p class="{"c" * 70}">{"x" * 130} {"投" * 130} &amp; &#x27;</p>'

    broken = breakable(page)

    assert broken.count("\u200b") == 2
    assert broken.replace("\u200b", "") == page
