"""The four Excel lists through their pages and jobs: by codes, all or nothing, twice without harm (F10, I10)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from procstd.files.models import StoredFile
from procstd.jobs.models import Job, State
from procstd.jobs.sweeps import run_job
from procstd.organisation.domain.sheets import KINDS
from procstd.organisation.models import Department, Post, PostHolding, User
from tests.factories import DepartmentFactory, PersonFactory, PostFactory, PostHoldingFactory

pytestmark = pytest.mark.django_db

PEOPLE = ["username", "name_zh", "name_en", "email", "department", "language", "time_zone", "active"]
PLACES = ["code", "name_zh", "name_en", "parent"]
HOLDINGS = ["person", "post", "department", "valid_from", "valid_until"]


@pytest.fixture(autouse=True)
def _scratch(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def _workbook(*rows: list[Any]) -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("list.xlsx", out.getvalue())


class Desk:
    """An administrator at the pages, with a worker that never sleeps."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def _job(self, response: Any) -> Job:
        assert response.status_code == 302, response.context["form"].errors
        job = Job.objects.get(pk=int(response.headers["Location"].rstrip("/").rsplit("/", 1)[1]))
        run_job(job.pk)
        job.refresh_from_db()
        return job

    def check(self, sheet: str, *rows: list[Any]) -> Job:
        return self._job(self.client.post(f"/sheets/{sheet}/import/", {"file": _workbook(*rows)}))

    def run(self, check: Job, rows: str = "all") -> Job:
        return self._job(
            self.client.post(f"/sheets/checks/{check.pk}/import/", {"rows": rows, "reason": "From the old system"})
        )

    def export(self, sheet: str) -> list[list[Any]]:
        job = self._job(self.client.post(f"/sheets/{sheet}/export/"))
        content = StoredFile.objects.get(key=job.result["file"]).content.read()
        book = load_workbook(io.BytesIO(content))
        assert book.active is not None
        return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.fixture
def desk(signed_in: Any, admin_person: User) -> Desk:
    return Desk(signed_in(admin_person))


def _counts(job: Job) -> tuple[int, int, int, int]:
    return tuple(job.result[name] for name in ("new", "changed", "unchanged", "bad_rows"))  # type: ignore[return-value]


def _errors(job: Job) -> list[tuple[int, str]]:
    return [(error["row"], error["column"]) for error in job.result["errors"]]


@pytest.mark.parametrize("sheet", sorted(KINDS))
def test_what_is_exported_and_imported_again_is_all_there_already(desk: Desk, sheet: str) -> None:
    top = DepartmentFactory(code="top")
    DepartmentFactory(code="below", parent=top)
    PostHoldingFactory(ended=True)
    PostHoldingFactory(person=PersonFactory(name_zh="=陈静"))
    rows = desk.export(sheet)

    job = desk.check(sheet, *rows)

    new, changed, unchanged, bad = _counts(job)
    assert (new, changed, bad) == (0, 0, 0)
    assert unchanged == len(rows) - 2 > 0


@pytest.mark.parametrize("sheet", sorted(KINDS))
def test_the_template_has_the_columns_and_imports_as_nothing(desk: Desk, sheet: str) -> None:
    response = desk.client.get(f"/sheets/{sheet}/template/")
    book = load_workbook(io.BytesIO(response.content))
    assert book.active is not None
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]

    assert rows[0] == [column.code for column in KINDS[sheet].columns]
    assert _counts(desk.check(sheet, *rows)) == (0, 0, 0, 0)


def test_checking_saves_nothing_and_importing_saves_all_with_the_reason(desk: Desk, admin_person: User) -> None:
    DepartmentFactory(code="sales")
    check = desk.check(
        "people",
        PEOPLE,
        ["Qin.Ying", "秦英", "Qin Ying", "q@example.com", "sales", "", "", ""],
        ["su", "苏晴", "Su Qing"],
    )
    assert _counts(check) == (2, 0, 0, 0)
    assert not User.objects.filter(username="qin.ying").exists()

    assert desk.run(check).state == State.DONE

    person = User.objects.get(username="qin.ying")
    assert (person.department.code, person.language, person.has_usable_password()) == ("sales", "zh-hans", False)
    entry = person.history.first()
    assert (entry.history_user, entry.history_change_reason) == (admin_person, "From the old system")


def test_a_second_import_of_the_same_file_changes_nothing(desk: Desk) -> None:
    check = desk.check("people", PEOPLE, ["su", "苏晴", "Su Qing", "", "", "", "", ""])
    desk.run(check)
    before = User.history.count()

    again = desk.run(check)

    assert _counts(again) == (0, 0, 1, 0)
    assert User.history.count() == before


def test_every_error_is_told_by_row_and_column_in_both_languages_and_as_a_file(desk: Desk) -> None:
    check = desk.check(
        "people",
        PEOPLE,
        ["su", "苏晴", "Su Qing", "not an address", "nowhere", "fr", "Mars", "perhaps"],
        ["ok", "好", "Ok", "", "", "", "", ""],
        ["su", "苏晴", "Su Qing", "", "", "", "", ""],
        ["ä b", "", "No Chinese", "", "", "", "", ""],
    )

    assert _errors(check) == [
        (2, "email"), (2, "language"), (2, "time_zone"), (2, "department"), (2, "active"),
        (4, "username"),
        (5, "username"), (5, "name_zh"),
    ]  # fmt: skip
    assert _counts(check) == (1, 0, 0, 3)
    first = check.result["errors"][3]
    assert first["value"] == "nowhere"
    assert (first["en"], first["zh"]) == (
        "There is no active department with this code.",
        "没有启用中的部门使用该编码。",
    )
    file = StoredFile.objects.get(key=check.result["error_file"])
    book = load_workbook(io.BytesIO(file.content.read()))
    assert book.active is not None
    assert book.active.max_row == 2 + len(check.result["errors"])


def test_with_errors_nothing_is_saved_unless_the_valid_rows_are_asked_for(desk: Desk) -> None:
    check = desk.check("people", PEOPLE, ["su", "苏晴", "Su Qing"], ["bad", "", ""])

    refused = desk.run(check)
    assert (refused.state, refused.error) == (State.FAILED, "Nothing is saved: the file still has errors.")
    assert not User.objects.filter(username="su").exists()

    assert desk.run(check, rows="valid").state == State.DONE
    assert User.objects.filter(username="su").exists()
    assert not User.objects.filter(username="bad").exists()


def test_departments_of_one_file_stand_under_each_other_in_any_order(desk: Desk) -> None:
    check = desk.check("departments", PLACES, ["c", "丙", "C", "b"], ["b", "乙", "B", "a"], ["a", "甲", "A", ""])
    desk.run(check)

    assert [(row.code, row.tree_depth) for row in Department.objects.as_tree() if len(row.code) == 1] == [
        ("a", 0),
        ("b", 1),
        ("c", 2),
    ]


def test_a_circle_in_the_file_is_found_and_what_hangs_on_it_too(desk: Desk) -> None:
    check = desk.check(
        "departments",
        PLACES,
        ["a", "甲", "A", "b"],
        ["b", "乙", "B", "a"],
        ["c", "丙", "C", "a"],
        ["d", "丁", "D", "gone"],
        ["e", "戊", "E", ""],
    )

    assert {row for row, _column in _errors(check)} == {2, 3, 4, 5}
    assert check.result["new"] == 1


def test_an_existing_tree_is_not_bent_into_a_circle(desk: Desk) -> None:
    DepartmentFactory(code="below", parent=DepartmentFactory(code="top"))

    check = desk.check("departments", PLACES, ["top", "顶", "Top", "below"])

    assert _errors(check) == [(2, "parent")]


def test_posts_carry_a_role_by_its_code(desk: Desk) -> None:
    check = desk.check(
        "posts", ["code", "name_zh", "name_en", "role"], ["a", "甲", "A", "auditor"], ["b", "乙", "B", "boss"]
    )

    assert _errors(check) == [(3, "role")]
    desk.run(check, rows="valid")
    assert Post.objects.get(code="a").role == "auditor"


def test_holdings_that_overlap_in_the_file_or_with_what_is_there_are_refused(desk: Desk) -> None:
    person, post = PersonFactory(username="su"), PostFactory(code="agent")
    place = person.department.code
    PostHoldingFactory(person=person, post=post)  # from 2026-01-01, open

    check = desk.check(
        "holdings",
        HOLDINGS,
        ["su", "agent", place, "2026-03-01", ""],
        ["su", "nothing", "nowhere", "soon", ""],
        ["su", "agent", place, "2025-01-01", "2026-01-01"],
    )

    assert _errors(check) == [(2, "valid_from"), (3, "valid_from"), (3, "post"), (3, "department")]
    desk.run(check, rows="valid")
    assert PostHolding.objects.filter(person=person).count() == 2


def test_a_person_who_leaves_by_import_is_out_at_once(desk: Desk, signed_in: Any) -> None:
    person = PersonFactory(username="su", name_zh="苏晴", name_en="Su", email="", department=None)
    client = signed_in(person)
    assert client.get("/").status_code == 200

    desk.run(desk.check("people", PEOPLE, ["su", "苏晴", "Su", "", "", "en", "Asia/Shanghai", "false"]))

    assert client.get("/").status_code == 302


def test_an_administrator_is_not_shut_out_by_the_own_file(desk: Desk, admin_person: User) -> None:
    row = [admin_person.username, "方宁", "Fang Ning", "", "", "en", "Asia/Shanghai", "false"]

    assert (2, "active") in _errors(desk.check("people", PEOPLE, row))


def test_a_file_that_is_no_workbook_is_refused_beside_the_field(desk: Desk) -> None:
    page = desk.client.post("/sheets/people/import/", {"file": SimpleUploadedFile("list.xlsx", b"hello")})

    assert "not of the kind" in str(page.context["form"].errors["file"])
    assert not Job.objects.exists()


def test_a_workbook_without_our_columns_fails_in_plain_words(desk: Desk) -> None:
    job = desk.check("people", ["Name", "Mail"], ["a", "b"])

    assert job.state == State.FAILED
    assert job.error.startswith("Row 1 must name the columns by their codes. Missing: username")


@pytest.mark.parametrize("count", [1, 300])
def test_a_check_costs_the_same_for_one_row_and_for_hundreds(
    desk: Desk, count: int, django_assert_max_num_queries: Any, admin_person: User
) -> None:
    from procstd.sheet_import import examine
    from procstd.sheets import SheetRow

    rows = [
        SheetRow(number + 2, dict(zip(PEOPLE, [f"p{number}", "中", "En", "", "", "en", "", ""], strict=True)))
        for number in range(count)
    ]

    with django_assert_max_num_queries(2):
        assert len(examine(KINDS["people"](), rows, by=admin_person).new) == count
