"""Rows that are not as they should be are refused with their place, and nothing is written (F05)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procstd.errors import DomainError
from procstd.organisation.models import User
from procstd.transfer.archive import pack, unpack
from projects.domain.transfer.checking import look_into
from projects.domain.transfer.importing import import_project
from projects.models import Arrival, Project
from tests.projects.desk import project
from tests.projects.transfer.bags import admin, checked, exported, file_of_another_house, imported
from tests.projects.transfer.hostile import parts_of, refused, remade, whole

pytestmark = pytest.mark.django_db


def _project(parts: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = parts["rows/projects.project.json"][0]
    return row


#: What is changed, and where the sentence says that it is wrong.
WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a number for a text": (lambda parts: _project(parts).update(name_en=7), "name_en"),
    "a text for a number": (lambda parts: _project(parts).update(weight_reach="25"), "weight_reach"),
    "yes for a number": (lambda parts: _project(parts).update(weight_reach=True), "weight_reach"),
    "a number out of range": (lambda parts: _project(parts).update(weight_reach=101), "weight_reach"),
    "nothing where something must be": (lambda parts: _project(parts).update(lead=None), "lead"),
    "a name too long": (lambda parts: _project(parts).update(name_en="x" * 81), "name_en"),
    "an unknown choice": (lambda parts: _project(parts).update(state="eternal"), "state"),
    "an unknown person": (lambda parts: _project(parts).update(lead="nobody"), "lead"),
    "a moment without zone": (lambda parts: _project(parts).update(started_at="2026-01-01T00:00:00"), "started_at"),
    "a day of the year 0": (lambda parts: _project(parts).update(started_at="0000-01-01T00:00:00Z"), "started_at"),
    "a code with a slash": (lambda parts: _project(parts).update(code="a/b"), "code"),
    "no code at all": (lambda parts: _project(parts).update(code=""), "code"),
    "a field nobody knows": (lambda parts: _project(parts).update(is_paid=True), "is_paid"),
    "a field that is missing": (lambda parts: _project(parts).pop("name_zh"), "name_zh"),
    "another numbering": (lambda parts: _project(parts).update(id=2), "id"),
    "a row that is not in the file": (lambda parts: parts["rows/projects.risk.json"][0].update(project=2), "project"),
    "a row by a text": (lambda parts: parts["rows/projects.risk.json"][0].update(project="1"), "project"),
    "a row that is a list": (lambda parts: parts["rows/projects.risk.json"].append([]), "id"),
    "a department that is not in the file": (lambda parts: _project(parts).update(departments=["x"]), "departments"),
    "departments as a text": (lambda parts: _project(parts).update(departments="quality"), "departments"),
    "a person twice": (lambda parts: parts["people.json"].append(dict(parts["people.json"][0])), "username"),
    "a person without a name": (lambda parts: parts["people.json"][0].update(name_zh=""), "name_zh"),
    "a person with a right": (lambda parts: parts["people.json"][0].update(is_staff=True), "people.json"),
    "a person in no department": (lambda parts: parts["people.json"][0].update(department="x"), "department"),
    "a role nobody knows": (
        lambda parts: parts["posts.json"].append({"code": "god", "name_zh": "神", "name_en": "God", "role": "god"}),
        "role",
    ),
    "a department under itself": (
        lambda parts: parts["departments.json"][0].update(parent=parts["departments.json"][0]["code"]), "parent",
    ),
    "a file of another number": (
        lambda parts: parts["rows/surveys.paper.json"].append({}), "id",
    ),
    "a file that is not there": (
        lambda parts: parts["files.json"].append(
            {"path": "files/0001", "part": "projects.project", "row": 1, "name": "a.txt",
             "owner": None, "created_at": "2026-01-01T00:00:00Z"}
        ),
        "path",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_row_that_is_not_as_it_should_be_is_refused_with_its_place(what: str) -> None:
    change, place = WRONG[what]

    assert place in refused(remade(whole(), change))


def test_no_project_and_two_projects_are_refused() -> None:
    raw = whole()

    def two(parts: dict[str, Any]) -> None:
        parts["rows/projects.project.json"].append({**_project(parts), "id": 2, "code": "other"})

    def none(parts: dict[str, Any]) -> None:
        parts["rows/projects.risk.json"].clear()
        parts["rows/projects.project.json"].clear()

    assert refused(remade(raw, two)) == refused(remade(raw, none)) == "The file does not hold one project."


def test_what_was_signed_and_then_changed_is_refused() -> None:
    from tests.projects.desk import chosen, staffed

    raw = exported(chosen(staffed(project())))

    def better(parts: dict[str, Any]) -> None:
        row = parts["rows/projects.ranking.json"][0]
        row["content"] = row["content"].replace("5", "1")

    assert "what was signed was changed" in refused(remade(raw, better))


def test_what_no_page_could_show_is_refused_though_its_sum_is_right() -> None:
    from tests.projects.desk import chosen, staffed

    raw = exported(chosen(staffed(project())))

    def empty(parts: dict[str, Any]) -> None:
        row = parts["rows/projects.ranking.json"][0]
        row["content"], row["sha256"] = "{}", hashlib.sha256(b"{}").hexdigest()

    assert "content" in refused(remade(raw, empty))


@pytest.mark.parametrize("value", ["7", 7, [], None, {"a": 1}])
def test_answers_that_are_none_to_their_questions_write_nothing(value: Any) -> None:
    raw = file_of_another_house()

    def strange(parts: dict[str, Any]) -> None:
        answers = parts["rows/surveys.response.json"][0]["answers"]
        answers[next(iter(answers))] = value

    with pytest.raises(DomainError, match="do not fit"):
        imported(remade(raw, strange))

    assert not Project.objects.exists()


def test_a_released_text_that_cannot_run_is_refused() -> None:
    raw = file_of_another_house()

    def bare(parts: dict[str, Any]) -> None:
        row = parts["rows/processes.definition.json"][0]
        row["content"] = '{"schema":3}'
        row["sha256"] = hashlib.sha256(row["content"].encode()).hexdigest()

    assert "content" in refused(remade(raw, bare))


@pytest.mark.parametrize(("part", "name"), [("process", "code"), ("form", "key"), ("field", "key"), ("outcome", "key")])
def test_a_code_or_key_that_says_nothing_is_refused(part: str, name: str) -> None:
    raw = file_of_another_house()

    said = refused(remade(raw, lambda parts: parts[f"rows/processes.{part}.json"][0].update({name: ""})))

    assert f"“{name}”" in said


def test_rows_that_contradict_each_other_write_nothing() -> None:
    from tests.projects.desk import staffed

    raw = exported(staffed(project()))

    def two_leaders(parts: dict[str, Any]) -> None:
        for row in parts["rows/projects.member.json"]:
            row["duty"] = "leader"

    hostile = remade(raw, two_leaders)
    before = Project.objects.count(), User.objects.count()

    with pytest.raises(DomainError, match="contradict each other"):
        imported(hostile, "copy")

    assert (Project.objects.count(), User.objects.count()) == before
    assert not Arrival.objects.exists()


def test_rows_that_point_to_each_other_in_a_circle_write_nothing() -> None:
    from tests.projects.desk import planned, staffed

    def circle(parts: dict[str, Any]) -> None:
        first, second = parts["rows/projects.planitem.json"][:2]
        first["parent"], second["parent"] = second["id"], first["id"]

    hostile = remade(exported(planned(staffed(project()))), circle)

    with pytest.raises(DomainError, match="circle"):
        imported(hostile, "copy")

    assert not Project.objects.filter(code="copy").exists()


def test_html_in_a_text_stays_text(client: Any) -> None:
    def script(parts: dict[str, Any]) -> None:
        _project(parts).update(name_zh="<script>alert(1)</script>", name_en="<img src=x onerror=alert(1)>")
        parts["rows/projects.risk.json"][0].update(control_en="<script>alert(2)</script>{{ 7*7 }}")

    made = imported(remade(whole(), script), "copy").project

    client.force_login(admin())
    page = client.get(f"/projects/{made.code}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{ 7*7 }}" in page


def test_a_file_that_is_not_what_its_name_says_is_refused() -> None:
    manifest, parts, _files = parts_of(whole())
    parts["files.json"].append(
        {"path": "files/0001", "part": "projects.project", "row": 1, "name": "a.pdf", "owner": None,
         "created_at": "2026-01-01T00:00:00Z"}
    )  # fmt: skip
    hostile = pack(manifest, parts, {"files/0001": b"MZ\x90\x00"})
    check = checked(hostile).pk

    with (
        CaptureQueriesContext(connection) as captured,
        pytest.raises(DomainError, match="not of the kind that its name says"),
    ):
        imported(hostile, "copy", check=check)

    # A file is proven before anything is locked: a scanner may take its time.
    assert not [row["sql"] for row in captured if row["sql"].startswith(("INSERT", "SAVEPOINT"))]
    assert not Project.objects.filter(code="copy").exists()


def test_only_administrators_import() -> None:
    from tests.projects.desk import lead

    raw = whole()
    content, told = look_into(unpack(raw))

    with pytest.raises(DomainError, match="Administrators import"):
        import_project(
            content, told, check=checked(raw).pk, code="copy", decided={}, stays=True, by=lead(), at=admin().created_at
        )
