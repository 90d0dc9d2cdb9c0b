"""The feedback report: page, PDF and Word say the same, and its figures are those of the raw rows (H2.4.4)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from docx import Document
from pypdf import PdfReader

from pilots.domain.deciding import decide
from pilots.domain.issues import make_change
from pilots.reports.feedback import FEEDBACK, feedback_of
from pilots.reports.findings import found_of
from processes.manuals.blocks import Manual, Picture, Section
from processes.manuals.report_kinds import make_file
from processes.models import Definition
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run, claim, run_claimed
from procstd.jobs.models import Job, State
from tests.pilots.desk import NOW, leader, running, someone, specialist, worked
from tests.pilots.domain.test_run import issue, proposed
from tests.pilots.queries.test_comparison import plain_median, raw_hours

pytestmark = pytest.mark.django_db


def _squeezed(text: str) -> str:
    """Return *text* without blanks: lines break anywhere."""
    return "".join(text.split())


def _words(manual: Manual) -> str:
    """Return every word of the report's text."""

    def lines(section: Section) -> list[str]:
        found = [str(section.title)]
        for block in section.blocks:
            rows = getattr(block, "rows", ())
            for row in rows:
                cells = row if isinstance(row[0], tuple) else (row[1],)
                found += [str(line) for cell in cells for line in cell]
            found += [str(line) for line in getattr(block, "lines", ())]
        return found + [line for below in section.sections for line in lines(below)]

    return " ".join(line for section in manual.sections for line in lines(section))


@pytest.mark.parametrize("choice", ["en", "zh-hans"])
def test_pdf_and_word_say_what_the_page_says(choice: str) -> None:
    pilot = worked("cycle", "satisfaction")
    make_change(proposed(issue(pilot)), by=specialist(), at=NOW)
    issue(pilot, text="Too many fields", kind="difficulty")
    decide(pilot, way="go", reason="Three hours became one", by=leader(), at=NOW)
    pilot.refresh_from_db()

    with translation.override(choice):
        manual = feedback_of(found_of(pilot, at=NOW), choice=choice)
        sheets = PdfReader(io.BytesIO(FEEDBACK.file(pilot, "pdf", choice, at=NOW))).pages
        word = Document(io.BytesIO(FEEDBACK.file(pilot, "docx", choice, at=NOW)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    texts = {
        "pdf": _squeezed("".join(sheet.extract_text() for sheet in sheets)),
        "docx": _squeezed("".join([row.text for row in word.paragraphs] + cells)),
        "page": _squeezed(_words(manual)),
    }

    anchors = [section.anchor for section in manual.sections]
    assert anchors == ["overview", "departments", "effect", "issues", "decision"]
    details = next(section.sections for section in manual.sections if section.anchor == "effect")
    pictures = [block for section in details for block in section.blocks if isinstance(block, Picture)]
    assert len(pictures) == 2
    wanted = ["Urgent is not clear", "Too many fields", "Three hours became one", "V1.2"]
    wanted.append("写明何为紧急" if choice == "zh-hans" else "Say what urgent is")
    for kind, text in texts.items():
        assert [words for words in wanted if _squeezed(words) not in text] == [], kind


def test_the_figures_of_the_report_are_those_of_the_raw_rows() -> None:
    pilot = worked("cycle")
    before, after = raw_hours("V1.0"), raw_hours("V1.1")

    text = _words(feedback_of(found_of(pilot, at=NOW), choice="en"))

    middle = {name: round(plain_median(hours), 1) for name, hours in (("before", before), ("after", after))}
    assert f"{middle['after']} h in {len(after)} cases after {middle['before']} h in {len(before)} cases" in text
    assert "12, 12 of them closed (planned: 10 to 15)" in text


def test_a_report_of_a_pilot_that_just_began_says_that_nothing_is_known_yet() -> None:
    pilot = running("cycle")

    text = _words(feedback_of(found_of(pilot, at=NOW), choice="en"))

    assert "No issue was raised." in text
    assert "Not decided yet; 10 cases lack." in text
    assert "There is nothing to compare with" in text


def test_days_of_the_report_are_those_of_the_house() -> None:
    pilot = running("cycle")
    decide(pilot, way="go", reason="Faster", by=leader(), at=datetime(2026, 3, 30, 17, tzinfo=UTC))  # the 31st there
    pilot.refresh_from_db()

    manual = feedback_of(found_of(pilot, at=NOW), choice="en")

    decided = next(section for section in manual.sections if section.anchor == "decision")
    words = [str(line) for row in decided.blocks[0].rows for line in row[1]]  # type: ignore[union-attr]
    assert "2026-03-31" in words


def test_the_job_makes_the_file_for_whom_the_pilot_is_visible_and_for_nobody_else() -> None:
    pilot = running("cycle")

    assert FEEDBACK.find(someone("there", department="sales"), pilot.code) is None
    job = Job.objects.create(
        kind="pilot-feedback", owner=leader(), created_at=NOW,
        facts={"key": pilot.code, "format": "docx", "choice": "en"},
    )  # fmt: skip
    claimed = claim(job.pk, at=NOW + timedelta(seconds=1))
    assert claimed is not None
    result = make_file(FEEDBACK, Run(claimed))
    file = StoredFile.objects.get(key=result["file"])
    assert file.name == "P-0001-report-en.docx"
    assert result["back"] == "/pilots/P-0001/report/"


def test_the_job_says_that_the_text_was_altered_instead_of_failing() -> None:
    pilot = running("cycle")
    Definition.objects.filter(revision=pilot.revision).update(content="{}")
    job = Job.objects.create(
        kind="pilot-feedback", owner=leader(), created_at=NOW,
        facts={"key": pilot.code, "format": "docx", "choice": "en"},
    )  # fmt: skip

    claimed = claim(job.pk, at=NOW + timedelta(seconds=1))
    assert claimed is not None
    run_claimed(claimed)

    job.refresh_from_db()
    assert (job.state, job.error_en, job.error_zh) == (
        State.FAILED,
        "The stored text of this standard is not the one that was released.",
        "该标准的存储内容与发布时不一致。",
    )
    assert not StoredFile.objects.exists()
