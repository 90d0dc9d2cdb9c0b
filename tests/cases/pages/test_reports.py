"""The pages of the weekly report: figures in both languages, PDF, workbook, whose rows, being told."""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.documents import COLUMNS
from cases.domain.reports import make_report
from cases.models import Case, ExceptionReport, ReportSubscription
from procstd.roles import Role
from procstd.sheets import read_workbook
from tests.cases.journeys import Team, do, opened
from tests.factories import person_with
from tests.standards import holder, released

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
WEDNESDAY = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
AFTER = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
ADDRESS = "/cases/exceptions/2026-W10/"


def _sent_back(team: Team, process: Any = None) -> Case:
    case = opened(process, at=WEDNESDAY)
    do(case, team, WEDNESDAY)
    do(case, team, WEDNESDAY, outcome="incomplete", answers={"grade": "normal"}, reason="Mr Wang of Lihua said so")
    return case


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def case(team: Team) -> Case:
    case = _sent_back(team)
    make_report(MONDAY, at=AFTER)
    return case


@pytest.fixture
def auditor(signed_in: Any) -> Client:
    client: Client = signed_in(person_with(Role.AUDITOR))
    return client


def _in(client: Client, language: str, address: str) -> Any:
    client.post("/language/", {"language": language})
    return client.get(address)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Exceptions 2026-W10", "Sent back", "Information incomplete, send back", "2 Grade"]),
     ("zh-hans", ["2026-W10", "退回", "信息不全，退回", "2 投诉分级"])],
)  # fmt: skip
def test_a_week_says_what_departed_by_kind_department_and_step(
    auditor: Client, case: Case, language: str, words: list[str]
) -> None:
    page = _in(auditor, language, ADDRESS).content.decode()

    for word in [*words, case.number, ExceptionReport.objects.get().sha256]:
        assert word in page
    assert "Lihua" not in page


def test_the_list_shows_the_weeks_with_their_figures(auditor: Client, case: Case) -> None:
    make_report(MONDAY + timedelta(days=7), at=AFTER + timedelta(days=7))

    rows = auditor.get("/cases/exceptions/").context["rows"]

    assert [row["report"].week for row in rows] == ["2026-W11", "2026-W10"]
    assert dict(rows[1]["counts"])["Sent back"] == 1


@pytest.mark.parametrize("address", ["/cases/exceptions/", ADDRESS])
def test_pages_cost_the_same_for_one_exception_and_thirty(
    signed_in: Any, team: Team, address: str
) -> None:  # fmt: skip
    process = released().process
    _sent_back(team, process)
    make_report(MONDAY, at=AFTER)
    reader = signed_in(person_with(Role.PROJECT_LEAD))
    later = "/cases/exceptions/2026-W11/" if address == ADDRESS else address

    def cost(address: str) -> int:
        reader.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(address).status_code == 200
        return len(captured)

    one = cost(address)
    for _number in range(30):
        case = opened(process, at=AFTER)
        do(case, team, AFTER)
        do(case, team, AFTER, outcome="incomplete", answers={"grade": "normal"})
    make_report(MONDAY + timedelta(days=7), at=AFTER + timedelta(days=7))

    assert cost(later) == one
    assert one <= 12


def test_a_head_reads_of_their_own_departments_only(signed_in: Any, team: Team, case: Case) -> None:
    mine, others = holder("department-head", "service"), holder("department-head", "sales")

    assert signed_in(mine).get(ADDRESS).context["reading"].figures.total > 0
    page = signed_in(others).get(ADDRESS)
    assert page.context["reading"].figures.total == 0
    assert case.number not in page.content.decode()
    book = read_workbook(io.BytesIO(signed_in(others).get(ADDRESS + "xlsx/").content), COLUMNS)
    assert book == []


def test_a_head_of_another_house_counts_a_step_and_gets_no_link_to_the_case(signed_in: Any, team: Team) -> None:
    case = opened(at=WEDNESDAY)
    for _step in range(3):
        do(case, team, WEDNESDAY)
    do(case, team, WEDNESDAY, outcome="unclear", answers={"cause": "?", "department": "production", "kind": "repair",
                                                          "plan": "?"})  # fmt: skip
    make_report(MONDAY, at=AFTER)
    head = person_with(Role.DEPARTMENT_HEAD, team["quality-engineer"].department)
    quality = person_with(Role.DEPARTMENT_HEAD, released_department("quality"))
    assert head.department.code == "service"

    page = signed_in(quality).get(ADDRESS)

    assert case.number in page.content.decode()
    assert case.get_absolute_url() not in page.content.decode()


def released_department(code: str) -> Any:
    from procstd.organisation.models import Department

    return Department.objects.get(code=code)


def _titles(pdf: bytes) -> list[str]:
    """Return the titles in the PDF, its own and its bookmarks': there text is not cut into glyphs."""
    whole = b""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            whole += zlib.decompress(stream)
        except zlib.error:
            whole += stream
    found = re.findall(rb"/Title ?<([0-9a-fA-F]+)>|/Title ?\((.*?)\)", whole, re.DOTALL)
    return [bytes.fromhex(coded.decode()).decode("utf-16") if coded else plain.decode() for coded, plain in found]


@pytest.mark.parametrize(
    ("language", "titles"),
    [("en", ["By kind", "By department", "By step", "One by one"]),
     ("zh-hans", ["按异常类型", "按部门", "按步骤", "逐项清单"])],
)  # fmt: skip
def test_the_pdf_is_in_the_readers_language(auditor: Client, case: Case, language: str, titles: list[str]) -> None:
    answer = _in(auditor, language, ADDRESS + "pdf/")

    assert answer["Content-Type"] == "application/pdf"
    found = _titles(answer.content)
    assert [title for title in titles if title not in found] == []
    assert any("2026-W10" in title for title in found)


def test_the_workbook_has_every_exception_by_code_and_in_words(auditor: Client, case: Case) -> None:
    answer = auditor.get(ADDRESS + "xlsx/")

    rows = read_workbook(io.BytesIO(answer.content), COLUMNS)
    back = next(row.cells for row in rows if row.cells["kind"] == "returned")
    assert (back["week"], back["detail"], back["step"], back["department"], back["case"]) == (
        "2026-W10", "incomplete", "s2", "service", case.number,
    )  # fmt: skip
    assert (back["kind_label"], back["detail_label"]) == ("Sent back", "Information incomplete, send back")


def test_a_name_that_looks_like_a_formula_stays_text_in_the_workbook(auditor: Client, team: Team) -> None:
    from tests.standards import complaint

    data = complaint()
    data["steps"][1]["title"] = {"zh": "=1+1", "en": "=1+1"}
    process = released(data).process
    type(process).objects.filter(pk=process.pk).update(name_en="=cmd|'/c calc'!A1")
    _sent_back(team, process)
    make_report(MONDAY, at=AFTER)

    content = auditor.get(ADDRESS + "xlsx/").content

    from openpyxl import load_workbook

    cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_whoever_doubts_a_report_computes_it_again(auditor: Client, case: Case) -> None:
    page = auditor.post(ADDRESS + "check/", follow=True)

    assert "byte for byte" in page.content.decode()


@pytest.mark.parametrize("week", ["2026-W11", "2026-W60", "2026-10", "x", "２０２６-W10"])
def test_a_week_without_a_report_is_not_there(auditor: Client, case: Case, week: str) -> None:
    assert auditor.get(f"/cases/exceptions/{week}/").status_code == 404


def test_being_told_is_one_button_for_all_processes_or_one(auditor: Client, case: Case) -> None:
    for process in ("", "complaint", "complaint"):
        auditor.post("/cases/exceptions/subscribe/", {"process": process})
    assert sorted(str(row.process or "all") for row in ReportSubscription.objects.all()) == ["Complaint process", "all"]

    auditor.post("/cases/exceptions/unsubscribe/", {"process": ""})

    assert [row.process.code for row in ReportSubscription.objects.all()] == ["complaint"]
    auditor.post("/cases/exceptions/subscribe/", {"process": "no-such"})
    assert ReportSubscription.objects.count() == 1
