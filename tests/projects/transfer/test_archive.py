"""Files that are broken, foreign or hostile: each gets a sentence in both languages, and nothing is written (F05)."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from typing import Any

import pytest

from procstd.transfer.archive import _refuse_deep, pack
from procstd.transfer.declared import FORMAT
from tests.projects.transfer.hostile import parts_of, refused, whole, zipped

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "rows/../x.json", "rows\\x.json", "files/0001/../x", "C:x"]
)
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


def _with(manifest: dict[str, Any], parts: dict[str, Any], files: dict[str, bytes], path: str, content: bytes) -> bytes:
    """Return a sealed file in which one part has other bytes, whatever they are."""
    del parts[path]
    return pack(manifest, parts, {**files, path: content})


def test_a_part_that_is_far_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = whole()
    monkeypatch.setattr("procstd.transfer.archive.MOST_PART_BYTES", 10)

    assert "larger than any project needs" in refused(raw)


def test_a_manifest_is_read_before_the_seal_only_when_it_is_small() -> None:
    large = zipped(("manifest.json", b"[" + b'"12345678",' * 100_000 + b'"1"]'))

    assert "larger than any project needs" in refused(large)


def test_the_depth_of_a_long_text_costs_no_memory() -> None:
    texts = ['["' + '\\"[x' * 1_000_000 + '"]', '["' + "x" * 4_000_000 + '"]', '["' + '\\"[' * 1_000_000]
    tracemalloc.start()

    try:
        for text in texts:
            _refuse_deep(text)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 100_000
    with pytest.raises(ValueError, match="too deep"):
        _refuse_deep('["\\"",' * 50)


def test_a_manifest_made_on_a_day_that_never_was_is_refused() -> None:
    manifest, parts, files = parts_of(whole())

    said = refused(pack({**manifest, "made_at": "2026-13-45T10:00:00Z"}, parts, files))

    assert said == "The file does not hold one project."
