"""The import of steps: from a file in Excel or Word to the steps of a draft, over the pages alone."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from processes.domain.editing import change_draft
from processes.domain.stepimport import matched_posts, take_over_steps
from processes.domain.steptable import read_steps
from processes.models import Branch, Outcome, Revision, Step
from procstd.organisation.models import Post
from procstd.roles import Role
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, complaint, process_named, write_draft
from tests.word_documents import document

pytestmark = pytest.mark.django_db
HEADER = ["序号", "步骤", "操作", "岗位", "时限"]
ROWS = [HEADER, ["1", "受理", "登记投诉", "service-agent", "即时"], ["2", "分级", "判定级别", "客服头头", "1个工作日"]]


@pytest.fixture
def draft() -> Revision:
    return write_draft(process_named("complaint"), complaint(), by=None, reason="Test", at=RELEASED_AT)


@pytest.fixture
def writer(signed_in: Any) -> Any:
    return signed_in(person_as(Role.PROCESS_SPECIALIST))


def workbook(*sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    for place, rows in enumerate(sheets):
        sheet = book.active if place == 0 else book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: Any, draft: Revision, content: bytes, name: str = "steps.xlsx") -> Any:
    address = reverse("processes:steps-import", args=["complaint", draft.number])
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    ("name", "content"), [("s.xlsx", workbook([["Notes"]], ROWS)), ("s.docx", document([["x", "y"]], ROWS))]
)
def test_a_table_is_looked_at_and_then_replaces_the_steps_in_one_act(writer, draft, name, content):
    before, edition = draft.steps.count(), draft.edition
    page = upload(writer, draft, content, name)
    seen = writer.get(page.url)
    assert seen.context["missing"] == {"en"}
    assert seen.context["form"].unmatched == ["客服头头"]
    assert draft.steps.count() == before, "nothing is saved by looking"

    other = Post.objects.get(code="service-supervisor")
    data = {"mode": "replace", "reason": "From our manual", "seen": edition, "post_0": other.code}
    done = writer.post(page.url, data)

    assert done.url == draft.get_absolute_url()
    steps = list(draft.steps.prefetch_related("posts__post", "outcomes"))
    assert [(step.key, step.number, step.title_zh, step.title_en) for step in steps] == [
        ("s9", 1, "受理", ""), ("s10", 2, "分级", ""),
    ]  # fmt: skip
    assert [[post.post.code for post in step.posts.all()] for step in steps] == [["service-agent"], [other.code]]
    assert [(step.limit_amount, step.limit_unit) for step in steps] == [(0, "working_minutes"), (1, "working_days")]
    assert [[row.target for row in step.outcomes.all()] for step in steps] == [[steps[1]], [None]]
    gone = Step.history.filter(revision_id=draft.pk, history_type="-")
    assert {row.history_change_reason for row in gone} == {"From our manual"}
    assert gone.count() == before
    assert not Branch.objects.exclude(outcome__in=Outcome.objects.all()).exists()
    late = writer.post(page.url, {**data, "mode": "append"})
    assert "changed this draft while you were typing" in late.text
    assert draft.steps.count() == 2


def test_a_file_with_an_error_saves_nothing_and_says_where(writer, draft):
    page = upload(writer, draft, workbook([HEADER, ["1", "甲" * 121, "<b>x</b>", "", "尽快"]]))
    seen = writer.get(page.url + "?table=0&hours=working&language=nonsense")
    assert [(error.row, error.column) for error in seen.context["table"].errors] == [(2, "步骤")]
    assert "<b>x</b>" not in seen.text
    refused = writer.post(page.url, {"mode": "append", "reason": "x", "seen": draft.edition})
    assert refused.status_code == 200
    assert draft.steps.count() == 8


def test_a_file_is_its_senders_alone(writer, draft, signed_in):
    page = upload(writer, draft, workbook(ROWS))
    assert signed_in(person_as(Role.PROCESS_SPECIALIST)).get(page.url).status_code == 404


def far_row() -> bytes:
    """Return a workbook whose last cell stands in the millionth row."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", cell)
            target.writestr(name, content)
    return out.getvalue()


def test_hostile_files_are_refused_beside_the_field(writer, draft):
    bomb = io.BytesIO(document([["a"]]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x", bytes(120 * 1024 * 1024))
    for name, content in (
        ("steps.xlsx", far_row()), ("steps.docx", bomb.getvalue()), ("steps.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("steps.xlsx", b"step,operation"), ("steps.txt", b"step"), ("steps.docm", document([["a"]])),
        ("steps.docx", workbook(ROWS)), ("steps.docx", document()), ("steps.xlsx", workbook([])), ("steps.xlsx", b""),
    ):  # fmt: skip
        answer = upload(writer, draft, content, name)
        assert answer.status_code == 200, name
        assert answer.context["form"].errors["file"], name


def test_names_of_posts_are_found_by_code_or_name_and_never_guessed(draft):
    posts = list(Post.objects.all())
    twin = Post.objects.create(code="twin", role=Role.FRONTLINE, name_zh="双", name_en="Service agent")
    found = matched_posts(["SERVICE-AGENT", "Quality  engineer", "Service agent", "none"], [*posts, twin])
    assert {name: post and post.code for name, post in found.items()} == {
        "SERVICE-AGENT": "service-agent", "Quality  engineer": "quality-engineer", "Service agent": None, "none": None,
    }  # fmt: skip


def test_taking_over_costs_the_same_for_one_step_and_for_thirty(draft):
    counts = []
    for many in (1, 1, 30):  # the first also removes branches, exceptions and answers
        rows = read_steps([HEADER, *([["1", "甲", "乙", "service-agent", "1小时"]] * many)]).rows
        posts = matched_posts(["service-agent"], list(Post.objects.all()))
        draft.refresh_from_db()
        change_draft(draft, by=None, reason="x")
        with CaptureQueriesContext(connection) as queries:
            take_over_steps(draft, rows, posts=posts, replace=True, by=None, reason="x")
        counts.append(len(queries))
    take_over_steps(draft, rows, posts=posts, replace=False, by=None, reason="x")
    assert [step.number for step in draft.steps.all()] == list(range(1, 61))
    assert counts[1] == counts[2] < counts[0]


def test_the_template_comes_in_both_languages(writer, draft):
    for language, word in (("zh", "步骤"), ("en", "Step")):
        address = reverse("processes:steps-template", args=["complaint", draft.number, language])
        page = upload(writer, draft, writer.get(address).content)
        assert word in [header for header, _code, _end in writer.get(page.url).context["table"].columns]
    assert writer.get(address.replace("/en.", "/fr.")).status_code == 404


def test_whatever_belongs_to_a_step_is_deleted_with_it_when_steps_are_replaced():
    """The many rows go without Django's cascade: a kind of row that belongs to steps must be named in stepimport.py."""
    kinds = {row.related_model.__name__ for row in Step._meta.related_objects if row.on_delete is not None}
    assert kinds - {"HistoricalStep"} == {
        "StepPost",
        "Outcome",
        "ExceptionRule",
        "Answer",
    }  # and Branch, by its outcome
