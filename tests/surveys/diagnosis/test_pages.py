"""Pages of the diagnosis: the grid without script, what is refused, what is drawn."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from processes.manuals.report_kinds import make_file
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run, claim
from procstd.jobs.models import Job
from procstd.organisation.models import User
from procstd.sheets import write_workbook
from surveys.domain.diagnosis.causes import add_cause
from surveys.domain.diagnosis.pains import reject_pain, reopen_pain, solve_pain
from surveys.domain.diagnosis.steps import edition_of_steps
from surveys.domain.diagnosis.stepsheet import COLUMNS, rows_out
from surveys.models import AsIsStep, Pain
from surveys.queries.diagnosis import diagnosis_of
from surveys.reports.content import report_of
from surveys.reports.drawing import REPORT
from tests.surveys.diagnosis.conftest import AT


def _grid(seen: int, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"rows-TOTAL_FORMS": len(lines), "rows-INITIAL_FORMS": 0, "seen": seen, **more}
    for number, line in enumerate(lines):
        data |= {f"rows-{number}-{name}": value for name, value in line.items()}
    return data


@pytest.mark.parametrize(
    "name", ["diagnosis", "asis-grid", "asis-flow", "pain-list", "baseline-list", "diagnosis-report"]
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_drawn(
    survey: Any, steps: Any, named: Any, specialist: Any, signed_in: Any, name: str, language: str
) -> None:
    named(steps=[steps[1]], times_a_month=12, lost_minutes=960)
    specialist.language = language
    specialist.save()

    page = signed_in(specialist).get(reverse(f"surveys:{name}", args=[survey.number]))

    assert page.status_code == 200
    if name != "baseline-list":
        assert ("（中）" if language == "zh-hans" else "Judge") in page.content.decode()


def test_the_grid_is_written_without_script(survey: Any, specialist: Any, signed_in: Any) -> None:
    address = reverse("surveys:asis-grid", args=[survey.number])
    lines = [
        {
            "place": "2",
            "name_en": "Judge",
            "told_minutes": "2 d",
            "told_n": "5",
            "back_to": "1",
            "rework_percent": "20",
        },
        {"place": "1", "name_en": "Receive"},
        {},
    ]

    answer = signed_in(specialist).post(address, _grid(edition_of_steps(survey), *lines))

    assert answer.status_code == 302
    first, second = AsIsStep.objects.in_order()
    assert (first.name_en, second.name_en, second.told_minutes, second.told_n) == ("Receive", "Judge", 960, 5)
    assert second.rework_to == first


def test_what_was_typed_is_kept_beside_the_fault(survey: Any, specialist: Any, signed_in: Any) -> None:
    address = reverse("surveys:asis-grid", args=[survey.number])

    page = signed_in(specialist).post(address, _grid(0, {"place": "1", "name_en": "Judge", "told_minutes": "long"}))

    assert page.status_code == 200
    assert 'value="long"' in page.content.decode()
    assert "Not a span of working time" in page.content.decode()
    assert AsIsStep.objects.count() == 0


def test_more_lines_keep_what_was_typed(survey: Any, specialist: Any, signed_in: Any) -> None:
    address = reverse("surveys:asis-grid", args=[survey.number])

    page = signed_in(specialist).post(address, _grid(0, {"name_en": "Half writ"}, more="1")).content.decode()

    assert 'value="Half writ"' in page
    assert 'name="rows-3-name_en"' in page


def test_a_sheet_is_checked_then_imported(survey: Any, steps: Any, specialist: Any, signed_in: Any) -> None:
    rows = rows_out(list(AsIsStep.objects.in_order()))
    rows[1][1:3] = ["判定", "Judge responsibility"]
    book = SimpleUploadedFile("steps.xlsx", write_workbook("S", COLUMNS, rows))
    client, address = signed_in(specialist), reverse("surveys:asis-import", args=[survey.number])

    checked = client.post(address, {"file": book})
    assert AsIsStep.objects.get(number=2).name_en == "Judge"
    done = client.post(address, {"kept": str(checked.context["file"].key), "rows": "all"})

    assert done.status_code == 302
    assert AsIsStep.objects.get(number=2).name_en == "Judge responsibility"


def test_pages_cost_the_same_with_one_and_with_thirty_pain_points(
    survey: Any, steps: Any, named: Any, specialist: Any, signed_in: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = signed_in(specialist), reverse("surveys:pain-list", args=[survey.number])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    named(steps=[steps[0]])
    client.get(address)
    one = cost()
    for number in range(29):
        add_cause(named(f"N{number}", steps=[steps[1]]), text_zh="", text_en="W", by=specialist, at=AT)

    assert cost() == one
    assert Pain.objects.count() == 30


@pytest.mark.parametrize("choice", ["zh-hans", "en"])
def test_the_report_says_what_was_found_and_is_made_as_files(
    survey: Any, steps: Any, named: Any, specialist: Any, choice: str
) -> None:
    from docx import Document

    pain = named(steps=[steps[1]], times_a_month=12, lost_minutes=960)
    add_cause(pain, text_zh="三份文件", text_en="Three documents", is_actionable=True, by=specialist, at=AT)
    manual, _standard = report_of(diagnosis_of(survey), choice=choice, at=AT)
    assert [section.anchor for section in manual.sections] == [
        "overview", "steps", "flow", "pains", "causes", "endings",
    ]  # fmt: skip

    with translation.override(choice):
        word = Document(io.BytesIO(REPORT.file(survey, "docx", choice, at=AT)))
        pdf = REPORT.file(survey, "pdf", choice, at=AT)

    text = "\n".join(row.text for row in word.paragraphs)
    assert ("三份文件" if choice == "zh-hans" else "Three documents") in text
    assert len(word.inline_shapes) >= 3
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_file_of_the_report_is_made_by_a_job(
    survey: Any, steps: Any, specialist: Any, signed_in: Any, kind: str
) -> None:
    address = reverse("surveys:diagnosis-report-make", args=[survey.number])

    signed_in(specialist).post(address, {"kind": kind, "language": "en"})
    job = Job.objects.get()
    assert job.facts == {"key": survey.number, "format": kind, "choice": "en"}
    result = make_file(REPORT, Run(claim(job.pk, at=AT)))

    assert StoredFile.objects.get(key=result["file"]).name == f"{survey.number}-report-en.{kind}"


@pytest.mark.parametrize(
    ("language", "told"), [("en", ["element 7, ", "Once only"]), ("zh-hans", ["要素", "只有一次"])]
)
def test_what_ended_a_pain_point_stays_in_its_history_when_it_is_opened_again(
    named: Any, specialist: Any, signed_in: Any, language: str, told: list[str]
) -> None:
    pain = solve_pain(named(), solved_by="element:7", by=specialist, at=AT)
    reject_pain(pain, ending_zh="只有一次", ending_en="Once only", by=specialist, at=AT)
    reopen_pain(pain, by=specialist, at=AT)
    User.objects.filter(pk=specialist.pk).update(language=language)

    page = signed_in(specialist).get(pain.get_absolute_url()).content.decode()

    history = page.partition('id="story-title"')[2]
    assert [word for word in told if word not in history] == []
    assert "element:7" not in history
