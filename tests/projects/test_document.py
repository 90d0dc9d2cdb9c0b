"""The plan as a document: what the page says stands in the PDF and in the Word file too (H2.0.1)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from docx import Document
from pypdf import PdfReader

from processes.manuals.report_kinds import make_file
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run, claim
from procstd.jobs.models import Job
from projects.domain.planning import add_task, move_item
from projects.reports.plan import PLAN, found_of, plan_of
from tests.projects.desk import MONDAY, NOW, lead, project, whole

pytestmark = pytest.mark.django_db

SAYS = {
    "en": ["Complaint project", "Standardization project plan", "Cycle: 4 → 2.5 days", "Because frequency", "Controls"],
    "zh-hans": ["投诉流程标准化", "标准化项目计划书", "周期", "4 → 2.5 天", "Because frequency"],
}


def _squeezed(text: str) -> str:
    """Return *text* without blanks: lines break anywhere."""
    return "".join(text.split())


@pytest.mark.parametrize("choice", ["en", "zh-hans"])
def test_pdf_and_word_say_what_the_page_says(choice: str) -> None:
    planned = whole()
    move_item(
        planned.plan_items.get(key="t5"), start_on=MONDAY + timedelta(days=21), end_on=MONDAY + timedelta(days=60),
        by=lead(), at=NOW, reason="Slow",
    )  # fmt: skip
    with translation.override(choice):
        manual = plan_of(found_of(planned, at=NOW), choice=choice)
        sheets = PdfReader(io.BytesIO(PLAN.file(planned, "pdf", choice, at=NOW))).pages
        word = Document(io.BytesIO(PLAN.file(planned, "docx", choice, at=NOW)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    texts = {
        "pdf": _squeezed("".join(sheet.extract_text() for sheet in sheets)),
        "docx": _squeezed("".join([row.text for row in word.paragraphs] + cells)),
    }

    assert [section.anchor for section in manual.sections] == ["aim", "team", "ranking", "plan", "tasks", "risks"]
    with translation.override(choice):
        wanted = [item.milestone for item in planned.plan_items.filter(kind="phase")]
    for kind, text in texts.items():
        missing = [words for words in [*SAYS[choice][:4], *wanted] if _squeezed(words) not in text]
        assert missing == [], kind
    assert len(word.inline_shapes) >= 1, "The Gantt picture is missing."


def test_a_plan_that_is_not_made_yet_is_a_document_too() -> None:
    manual = plan_of(found_of(project(), at=NOW), choice="both")

    assert [section.anchor for section in manual.sections] == ["aim", "team", "ranking", "risks"]


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_file_of_the_plan_is_made_by_a_job(signed_in: Any, kind: str) -> None:
    planned = whole()

    signed_in(lead()).post(
        reverse("projects:plan-document-make", args=[planned.code]), {"kind": kind, "language": "en"}
    )
    result = make_file(PLAN, Run(claim(Job.objects.get().pk, at=NOW)))

    assert StoredFile.objects.get(key=result["file"]).name == f"plan-complaints-en.{kind}"


def test_an_unknown_kind_of_file_is_refused(signed_in: Any) -> None:
    planned = whole()

    answer = signed_in(lead()).post(
        reverse("projects:plan-document-make", args=[planned.code]), {"kind": "exe", "language": "en"}, follow=True
    )

    assert "Choose the kind of file" in answer.content.decode()
    assert Job.objects.count() == 0


def test_the_document_costs_the_same_with_a_few_tasks_and_with_thirty_more(signed_in: Any) -> None:
    planned, costs = whole(), []
    client = signed_in(lead())
    address = reverse("projects:plan-document", args=[planned.code])
    client.get(address)
    for more in (0, 30):
        for number in range(more):
            add_task(
                planned, phase=1, title_zh=f"任务{number}", title_en=f"Task {number}", start_on=MONDAY, days=1,
                owner=lead(), by=lead(), at=NOW,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))

    assert costs[0] == costs[1]
