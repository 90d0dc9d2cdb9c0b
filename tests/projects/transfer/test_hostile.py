"""Files that are broken, foreign or hostile: each gets a sentence in both languages, and nothing is written (F05)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from procstd.errors import DomainError
from procstd.organisation.models import User
from procstd.transfer.archive import pack, unpack
from procstd.transfer.declared import FORMAT
from projects.domain.transfer.checking import look_into
from projects.domain.transfer.importing import import_project
from projects.models import Arrival, Project
from tests.projects.desk import project
from tests.projects.transfer.bags import admin, checked, exported, imported

pytestmark = pytest.mark.django_db


def whole() -> bytes:
    """Return the file of a small project."""
    return exported(project())


def parts_of(raw: bytes) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    archive = unpack(raw)
    manifest = {name: value for name, value in archive.manifest.items() if name not in ("kind", "format", "parts")}
    return manifest, dict(archive.parts), dict(archive.files)


def remade(raw: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the file as somebody makes it who knows how files are sealed."""
    manifest, parts, files = parts_of(raw)
    change(parts)
    return pack(manifest, parts, files)


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def refused(raw: bytes) -> str:
    """Return the sentence with which a file is refused, in English; there is another one in Chinese."""
    before = Project.objects.count(), User.objects.count()
    with pytest.raises(DomainError) as refusal:
        look_into(unpack(raw))
    assert (Project.objects.count(), User.objects.count()) == before
    assert not Arrival.objects.exists()
    with translation.override("zh-hans"):
        assert str(refusal.value.message)
    with translation.override("en"):
        return str(refusal.value.message)


def test_a_file_of_no_bytes_is_refused() -> None:
    assert refused(b"") == "The file is empty."


def test_a_file_cut_anywhere_is_refused() -> None:
    raw = whole()

    said = {refused(raw[: len(raw) * part // 10]) for part in range(1, 10)} | {refused(raw[:-1])}

    assert any("damaged" in sentence for sentence in said)


def test_a_file_with_a_changed_byte_is_refused_wherever_it_is() -> None:
    raw = whole()
    step = max(1, len(raw) // 150)

    for place in [*range(0, len(raw), step), len(raw) - 1]:
        changed = bytearray(raw)
        changed[place] ^= 1
        assert refused(bytes(changed)), place


def test_a_file_of_a_newer_version_is_refused_and_says_so() -> None:
    raw = whole()
    manifest, parts, files = parts_of(raw)

    sealed = refused(pack({**manifest, "format": FORMAT + 1, "product": "9.0"}, parts, files))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        head = json.loads(archive.read("manifest.json"))
    unsealed = refused(zipped(("manifest.json", json.dumps({**head, "format": FORMAT + 1}).encode())))

    assert "newer software (format 2, version 9.0)" in sealed
    assert "newer software" in unsealed


@pytest.mark.parametrize(
    "raw",
    [b"%PDF-1.4", b"PK\x03\x04", b"\x00" * 400, zipped(("xl/workbook.xml", b"<x/>")), zipped(("manifest.json", b"{}"))],
    ids=["a pdf", "a zip's first bytes", "zeros", "an office file", "another manifest"],
)
def test_a_foreign_file_is_refused(raw: bytes) -> None:
    assert "file" in refused(raw)


def test_a_bomb_is_refused_by_its_directory_alone() -> None:
    bomb = zipped(("manifest.json", b"{}"), ("rows/projects.project.json", b"0" * 60_000_000))

    assert "unpacks to far more" in refused(bomb)


def test_too_many_parts_are_refused() -> None:
    many = zipped(("manifest.json", b"{}"), *((f"files/{number:04}", b"x") for number in range(2_100)))

    assert "unpacks to far more" in refused(many)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "rows/../x.json", "rows\\x.json", "files/0001/../x", "C:x"])
def test_a_part_with_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    manifest, parts, files = parts_of(whole())

    assert "does not belong there" in refused(pack(manifest, parts, {**files, name: b"x"}))


def test_a_part_nobody_declared_is_refused() -> None:
    manifest, parts, files = parts_of(whole())

    assert "another version" in refused(pack(manifest, {**parts, "rows/projects.secret.json": []}, files))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO(whole())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("people.json", b"[]")

    assert "two parts of the same name" in refused(out.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200 + "]" * 200, "[" * 200_000 + "]" * 200_000, '[{"id":1,"id":2}]', "[NaN]", "[1e999999]", "{", "",
        '["\\ud800"]', '["\\u0000"]', "[" + "9" * 5_000 + "]", '{"a":1}', "\ufeff[]", "nul",
    ],
    ids=str.__len__,
)  # fmt: skip
def test_data_that_is_none_is_refused(text: str) -> None:
    manifest, parts, files = parts_of(whole())

    assert "people.json" in refused(_with(manifest, parts, files, "people.json", text.encode()))


def _with(
    manifest: dict[str, Any], parts: dict[str, Any], files: dict[str, bytes], path: str, content: bytes
) -> bytes:
    """Return a sealed file in which one part has other bytes, whatever they are."""
    del parts[path]
    return pack(manifest, parts, {**files, path: content})


def test_a_part_that_is_far_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = whole()
    monkeypatch.setattr("procstd.transfer.archive.MOST_PART_BYTES", 10)

    assert "larger than any project needs" in refused(raw)


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
    "a file that is not there": (
        lambda parts: parts["files.json"].append(
            {"path": "files/0001", "part": "projects.project", "row": 1, "is_main": False, "name": "a.txt",
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
        {"path": "files/0001", "part": "projects.project", "row": 1, "is_main": False, "name": "a.pdf", "owner": None,
         "created_at": "2026-01-01T00:00:00Z"}
    )  # fmt: skip
    hostile = pack(manifest, parts, {"files/0001": b"MZ\x90\x00"})

    with pytest.raises(DomainError, match="not of the kind that its name says"):
        imported(hostile, "copy")

    assert not Project.objects.filter(code="copy").exists()


def test_only_administrators_import() -> None:
    from tests.projects.desk import lead

    raw = whole()
    content, told = look_into(unpack(raw))

    with pytest.raises(DomainError, match="Administrators import"):
        import_project(
            content, told, check=checked(raw).pk, code="copy", decided={}, stays=True, by=lead(), at=admin().created_at
        )
