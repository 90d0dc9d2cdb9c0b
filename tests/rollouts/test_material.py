"""Training material says what the standard says, on its page, as PDF and as Word (H2.5.2)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from docx import Document
from pypdf import PdfReader

from processes.models import Definition
from procstd.jobs.domain.running import claim, run_claimed
from procstd.jobs.models import Job
from procstd.organisation.models import User
from rollouts.reports.deck import DECK, Deck
from rollouts.reports.material import MATERIAL
from rollouts.reports.source import source_of
from tests.manuals import every_said
from tests.rollouts.hall import NOW, in_force, limit_of, newer
from tests.standards import complaint, holder, released, standard
from tests.standards import step as step_data

pytestmark = pytest.mark.django_db


def squeezed(text: str) -> str:
    """Return *text* without blanks: lines break anywhere."""
    return "".join(text.split())


@pytest.mark.parametrize("choice", ["en", "zh-hans", "both"])
def test_a_deck_is_landscape_pages_of_ones_own_steps_and_no_others(choice: str) -> None:
    source = source_of(released(complaint()).definition)
    deck = Deck(source, "quality-engineer")

    sheets = PdfReader(io.BytesIO(DECK.file(deck, "pdf", choice, at=NOW))).pages
    text = squeezed("".join(sheet.extract_text() for sheet in sheets))

    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in sheets)
    own = {step.key for step, duties in source.steps_of("quality-engineer") if {"R", "A"} & set(duties)}
    assert own
    for step in source.standard.steps:
        for language in ("en",) if choice == "en" else ("zh",):
            operation = squeezed(getattr(step.operation, language))[:30]
            assert (operation in text) == (step.key in own), step.key


def test_a_deck_of_a_newer_version_says_what_changed_for_the_post() -> None:
    first = in_force()
    second = newer(first, limit_of("s1", 3), limit_of("s2", 5))
    source = source_of(second.definition)

    def said(post: str) -> str:
        with translation.override("en"):
            manual, _standard = DECK.write(Deck(source, post), choice="en", at=NOW)
        return "\n".join(str(line) for line in every_said(manual))

    sentences = {change.step: str(change.sentence) for change in source.changes}
    assert set(sentences) == {"s1", "s2"}
    assert sentences["s1"] in said("service-agent")
    assert sentences["s2"] not in said("service-agent")


@pytest.mark.parametrize("choice", ["en", "zh-hans"])
def test_pdf_and_word_of_the_material_say_what_the_page_says(choice: str) -> None:
    source = source_of(released(complaint()).definition)

    with translation.override(choice):
        manual, _standard = MATERIAL.write(source, choice=choice, at=NOW)
    sheets = PdfReader(io.BytesIO(MATERIAL.file(source, "pdf", choice, at=NOW))).pages
    word = Document(io.BytesIO(MATERIAL.file(source, "docx", choice, at=NOW)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    texts = {
        "pdf": squeezed("".join(sheet.extract_text() for sheet in sheets)),
        "docx": squeezed("".join([row.text for row in word.paragraphs] + cells)),
    }

    anchors = [section.anchor for section in manual.sections]
    assert anchors == ["why", "changed", "flow", "management", "execution", "supervision", "trainings", "proof"]
    with translation.override(choice):
        wanted = [str(source.standard.purpose), *(str(step.operation) for step in source.standard.steps)]
    for kind, text in texts.items():
        assert [words for words in wanted if squeezed(words)[:25] not in text] == [], kind


def test_who_countersigns_acts_and_who_does_the_step_reads_whom_to_ask() -> None:
    post, head = ({"post": {"code": code}, "department": None} for code in ("service-agent", "department-head"))
    signed = step_data("s1", None, posts={"R": [post], "A": [post], "S": [head]})
    source = source_of(released(standard(signed)).definition)

    for code, part in (("service-agent", "R Responsible, A Accountable"), ("department-head", "S Countersigns")):
        with translation.override("en"):
            manual, _standard = DECK.write(Deck(source, code), choice="en", at=NOW)
        said = "\n".join(str(line) for line in every_said(manual))
        assert part in said
        assert "Do s1" in said
        assert "Countersigned by\nDepartment head" in said


def test_nobody_finds_a_deck_of_a_post_that_the_standard_does_not_name() -> None:
    release = in_force()
    agent = User.objects.get(pk=holder("service-agent").pk)

    assert DECK.find(agent, f"{release.definition_id}:service-agent") is not None
    for key in (f"{release.definition_id}:sales-representative", "999999:service-agent", "x:y", ""):
        assert DECK.find(agent, key) is None


def test_a_text_that_was_altered_is_said_on_the_page_and_by_the_job(signed_in: Any) -> None:
    release = in_force()
    agent = User.objects.get(pk=holder("service-agent").pk)
    Definition.objects.filter(pk=release.definition_id).update(content="{}")
    job = Job.objects.create(
        kind="training-material", owner=agent, created_at=NOW,
        facts={"key": str(release.definition_id), "format": "docx", "choice": "en"},
    )  # fmt: skip

    claimed = claim(job.pk, at=NOW + timedelta(seconds=1))
    assert claimed is not None
    run_claimed(claimed)
    client = signed_in(agent)
    pages = [client.get(f"/rollout/material/{release.definition_id}/{tail}") for tail in ("", "report/")]

    job.refresh_from_db()
    assert job.error_en == "The stored text of this standard is not the one that was released."
    assert [page.status_code for page in pages] == [503, 503]
