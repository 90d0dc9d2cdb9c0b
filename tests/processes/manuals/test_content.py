"""One content for page, PDF and Word: what is in it, in which languages, and that each of the three says all of it."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from docx import Document

from processes.domain.drafting import write_draft
from processes.domain.inforce import end_release
from processes.domain.releasing import checks_only, release
from processes.domain.validity import Standing
from processes.manuals.blocks import Manual, Table
from processes.manuals.page import page_of
from processes.manuals.pdf import manual_pdf
from processes.manuals.word import manual_word
from processes.models import Change, Release, Revision
from processes.models.change import Origin
from procstd.pdf_finishing import ARCHIVAL
from tests.manuals import every_said, read_of
from tests.reviews import desk
from tests.standards import RELEASED_AT, complaint, process_named, released, standard, step

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def _words_of_word(content: bytes) -> str:
    return "".join(
        node.text or "" for node in Document(io.BytesIO(content)).element.body.iter() if node.tag.endswith("}t")
    )


@pytest.mark.parametrize("choice", ["zh-hans", "en", "both"])
def test_page_and_word_and_pdf_say_everything_that_the_content_says(choice: str, monkeypatch: Any) -> None:
    from processes.manuals import pdf

    released()
    found = read_of()
    manual = found.manual(choice)
    drawn: list[str] = []
    monkeypatch.setattr(pdf, "to_pdf", lambda page, style, **options: drawn.append(page) or b"")

    page = render_to_string("processes/manual_body.html", page_of(found, choice))
    manual_pdf(manual, found.standard, found.facts)
    word = _squeezed(_words_of_word(manual_word(manual, found.standard)))
    on_page, on_paper = (_squeezed(html.unescape(re.sub(r"<[^>]+>", "", text))) for text in (page, drawn[0]))

    for said in every_said(manual):
        for _language, text in said.parts:
            assert _squeezed(text) in on_page, text
            assert _squeezed(text) in on_paper, text
            assert _squeezed(text) in word, text


def test_a_manual_has_the_parts_that_the_method_asks_for() -> None:
    released()

    manual = read_of().manual("en")

    assert [str(row.title) for row in manual.front] == ["Approvals", "Change record"]
    assert [f"{row.number} {row.title}" for row in manual.sections] == [
        "1 Purpose", "2 Scope of application", "3 Responsibilities", "4 Key nodes", "5 Operating rules",
        "6 Inputs and outputs", "7 Time standards", "8 Exception handling", "9 Flow", "10 Steps", "11 Forms",
        "12 Glossary", "13 Referenced rules", "14 Attachments",
    ]  # fmt: skip
    steps = manual.sections[9].sections
    assert len(steps) == 8
    assert steps[0].anchor == "step-s1"


def test_both_languages_stand_below_each_other_and_alike_words_once() -> None:
    released()

    manual = read_of().manual("both")
    purpose = manual.sections[0]

    assert [language for language, _text in purpose.title.said.parts] == ["zh-Hans", "en"]
    assert "V1.0" in [str(line) for _label, lines in manual.cover.rows for line in lines]


def test_a_text_without_a_translation_is_said_in_the_other_language_and_named_so() -> None:
    data = complaint(purpose={"zh": "只有中文", "en": ""})
    write_draft(process_named("complaint"), data, by=None, reason="Test", at=RELEASED_AT)

    line = read_of().manual("en").sections[0].blocks[0].lines[0]  # type: ignore[union-attr]

    assert line.said.parts == (("zh-Hans", "只有中文"),)


def _matrix(manual: Manual) -> list[Table]:
    return [block for block in manual.sections[2].sections[0].blocks if isinstance(block, Table)]


def test_the_matrix_has_a_row_for_each_step_and_a_column_for_each_post() -> None:
    released()

    (table,) = _matrix(read_of().manual("en"))

    assert str(table.heads[0]) == "Step"
    posts = {place for row in read_of().standard.steps for found in row.posts.values() for place in found}
    assert len(table.heads) == 1 + len(posts)
    letters = {str(row[0][0]): [str(cell[0]) for cell in row[1:]] for row in table.rows}
    assert sum(cell.count("A") for row in letters.values() for cell in row) == 8  # one accountable post for each
    assert all(any("R" in cell for cell in row) for row in letters.values())


def test_many_posts_take_several_matrices_with_every_step_in_each() -> None:
    from tests.factories import PostFactory

    for number in range(11):
        PostFactory(code=f"post-{number}", name_en=f"Post {number}")
    rows = [step(f"s{n}", f"s{n + 1}" if n < 11 else None, post=f"post-{n - 1}") for n in range(1, 12)]
    released(standard(*rows))

    tables = _matrix(read_of().manual("en"))

    assert [len(table.heads) for table in tables] == [9, 4]
    assert {len(table.rows) for table in tables} == {11}


@pytest.mark.parametrize(
    ("after", "status", "words", "watermark"),
    [(-1, Standing.PLANNED, "Not in force yet", ""), (1, Standing.IN_FORCE, "In force", ""),
     (9, Standing.OBSOLETE, "Obsolete, now V1.1", "OBSOLETE")],
)  # fmt: skip
def test_the_stamp_says_where_a_version_stands(after: int, status: Standing, words: str, watermark: str) -> None:
    first = released()
    _next_version(at=RELEASED_AT + 5 * DAY)

    stamp = read_of(first.definition.revision, at=RELEASED_AT + after * DAY).manual("en").stamp

    assert (stamp.status, str(stamp.state), str(stamp.watermark)) == (status, words, watermark)
    assert stamp.short == first.definition.sha256[:16]
    assert stamp.address.endswith(f"/processes/state/{stamp.short}/")
    assert str(stamp.validity) == "valid 2026-03-02 – 2026-03-07"


def _next_version(*, at: Any) -> Release:
    data = complaint(purpose={"zh": "新", "en": "New"})
    draft = write_draft(process_named("complaint"), data, by=None, reason="Test", at=at)
    return release(draft, by=None, at=at, reason="A shorter way", gate=checks_only)


def test_a_draft_and_an_ended_version_carry_a_watermark() -> None:
    draft = write_draft(process_named("complaint"), complaint(), by=None, reason="Test", at=RELEASED_AT)
    assert str(read_of(draft).manual("en").stamp.watermark) == "DRAFT"

    made = release(draft, by=None, at=RELEASED_AT, gate=checks_only)
    end_release(made, by=None, at=RELEASED_AT + DAY, reason="Over")

    stamp = read_of(draft, at=RELEASED_AT + 2 * DAY).manual("en").stamp
    assert (str(stamp.state), str(stamp.watermark)) == ("Obsolete", "OBSOLETE")


def test_the_change_record_ends_with_the_version_itself() -> None:
    first = released(reason="As surveyed")
    second = _next_version(at=RELEASED_AT + 5 * DAY)

    old = read_of(first.definition.revision, at=RELEASED_AT + 6 * DAY).facts.changes
    new = read_of(second.definition.revision, at=RELEASED_AT + 6 * DAY).facts.changes

    assert [row.number for row in old] == ["1.0"]
    assert [(row.number, row.text.en) for row in new][1:] == [("1.1", "A shorter way")]


def test_the_change_record_names_what_was_changed_and_where_it_came_from() -> None:
    made = released(reason="As surveyed")
    noted = {"effect": "Shorter", "at": RELEASED_AT}
    Change.objects.create(
        revision=made.definition.revision, text_zh="合并", text_en="Steps merged", origin=Origin.AUDIT,
        origin_code="AF-2026-003", **noted,
    )  # fmt: skip
    Change.objects.create(revision=made.definition.revision, origin=Origin.OTHER, **noted)  # explains, says nothing

    table = read_of().manual("en").front[1].blocks[0]

    said = [str(line) for line in table.rows[0][2]]  # type: ignore[union-attr]
    assert said == ["As surveyed", "Steps merged (Audit finding AF-2026-003)"]


def test_approvals_say_who_answered_what_and_which_text(db: None) -> None:
    d = desk()
    d.start()
    d.send_back(d.first)
    d.edit()
    facts = read_of(d.draft).facts

    (row,) = facts.approvals
    table = read_of(d.draft).manual("en").front[0].blocks[0]
    words = " ".join(str(line) for cell in table.rows[0] for line in cell)  # type: ignore[union-attr]

    assert row.kind == "returned"
    assert "Sent back" in words
    assert "1 yes · 2 yes · 3 yes · 4 no" in words
    assert "Who assigns?" in words
    assert "of another text" in words


def test_facts_take_as_many_statements_with_one_version_as_with_ten() -> None:
    released()

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            read_of(Revision.objects.order_by("pk")[0], at=RELEASED_AT + 90 * DAY)
        return len(captured)

    few = statements()
    for number in range(9):
        _next_version(at=RELEASED_AT + (number + 1) * DAY)

    assert statements() == few


def test_documents_are_archival_and_tagged() -> None:
    assert (ARCHIVAL["pdf_variant"], ARCHIVAL["pdf_tags"]) == ("pdf/a-3a", True)
