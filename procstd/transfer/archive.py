"""The file itself: a zip of JSON and uploads with a manifest, sealed over its last byte.

Nothing in it is believed before it is checked: caps on parts, sizes and ratio by the directory alone, the
seal over the whole file, the format, then the SHA-256 of every part.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.errors import DomainError
from procstd.transfer.declared import FORMAT
from procstd.ziplimits import names_in_honest_zip

KIND, MANIFEST = "procstd-project", "manifest.json"
#: A part of rows is at most so large, and has at most so many rows.
MOST_PART_BYTES, MOST_ROWS = 40 * 1024 * 1024, 100_000
#: The manifest is read before the seal, and holds a line for each part.
MOST_MANIFEST_BYTES = 1024 * 1024
#: JSON goes so deep at most: what the software writes goes half as deep.
DEEPEST = 40
_PATH = re.compile(
    r"manifest\.json|people\.json|departments\.json|posts\.json|files\.json|rows/[a-z_]+\.[a-z_]+\.json|files/\d{1,5}"
)
_SEALED = re.compile(rb"sha256:[0-9a-f]{64}")
_BLANK = b"sha256:" + b"0" * 64
# Possessive, with an end that may be missing: nothing is kept to come back to, and nothing is read twice.
_WORD_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


class Unreadable(DomainError):
    """The file is not one that can be read; the sentence says in which way."""

    def __init__(self, message: Any) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True)
class Archive:
    """A file whose seal, format and sums are right. Its rows are still to be examined."""

    manifest: Mapping[str, Any]
    parts: Mapping[str, Any]
    files: Mapping[str, bytes]
    sha256: str


def pack(manifest: dict[str, Any], parts: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return the file: the same content gives the same bytes."""
    content = {path: _written(data) for path, data in parts.items()} | dict(files)
    sums = {path: {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)} for path, raw in content.items()}
    head = _written({"kind": KIND, "format": FORMAT, **manifest, "parts": sums})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, raw in {MANIFEST: head, **content}.items():
            entry = zipfile.ZipInfo(path, _FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, raw)
        archive.comment = _BLANK
    sealed = out.getvalue()[: -len(_BLANK)]
    return sealed + f"sha256:{hashlib.sha256(sealed + _BLANK).hexdigest()}".encode()


def unpack(raw: bytes) -> Archive:
    """Read a file. Raises Unreadable with a sentence that says what is wrong with it."""
    if not raw:
        raise Unreadable(_("The file is empty."))
    names = _names(raw)
    if MANIFEST not in names:
        raise Unreadable(_("This is no file of a project: it was not made by “Export” on a project's page."))
    if len(set(names)) != len(names):
        raise Unreadable(_("The file holds two parts of the same name, so nobody knows which one counts."))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        # Before the seal: newer software may seal in another way, and its reader must know why this one refuses.
        manifest = _manifest(_unzipped(archive, MANIFEST))
    if not _SEALED.fullmatch(raw[-len(_BLANK) :]):
        raise Unreadable(_("This is no file of a project as it was exported: its seal is missing."))
    body = raw[: -len(_BLANK)]
    if raw[-len(_BLANK) :] != f"sha256:{hashlib.sha256(body + _BLANK).hexdigest()}".encode():
        raise Unreadable(
            _("The file was changed after it was exported, or damaged on its way: its seal is broken. Fetch it again.")
        )
    strange = [name for name in names if not _PATH.fullmatch(name)]
    if strange:
        raise Unreadable(
            filled(_("The file holds a part that does not belong there: “%(name)s”."), name=strange[0][:80])
        )
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        content = {name: _unzipped(archive, name) for name in names if name != MANIFEST}
    _refuse_wrong_sums(manifest["parts"], content)
    parts = {name: _read(raw_part, name) for name, raw_part in content.items() if name.endswith(".json")}
    files = {name: raw_part for name, raw_part in content.items() if not name.endswith(".json")}
    return Archive(manifest, parts, files, hashlib.sha256(raw).hexdigest())


def _names(raw: bytes) -> list[str]:
    try:
        return names_in_honest_zip(io.BytesIO(raw))
    except DomainError as refusal:
        if not raw.startswith(b"PK\x03\x04"):
            raise Unreadable(
                _("This is no file of a project: it was not made by “Export” on a project's page.")
            ) from refusal
        raise Unreadable(refusal.message) from refusal


def _unzipped(archive: zipfile.ZipFile, name: str) -> bytes:
    most = MOST_MANIFEST_BYTES if name == MANIFEST else MOST_PART_BYTES
    if name.endswith(".json") and archive.getinfo(name).file_size > most:
        raise Unreadable(filled(_("The part “%(name)s” is larger than any project needs."), name=name))
    try:
        return archive.read(name)
    except Exception as error:  # over damaged bytes zipfile and zlib raise nearly anything
        raise Unreadable(_damaged(name)) from error


def _damaged(name: str) -> Any:
    return filled(_("The part “%(name)s” is damaged. Export the project again."), name=name)


def _manifest(raw: bytes) -> dict[str, Any]:
    data = _read(raw, MANIFEST)
    if not isinstance(data, dict) or data.get("kind") != KIND or not isinstance(data.get("format"), int):
        raise Unreadable(_("This is no file of a project: it was not made by “Export” on a project's page."))
    if data["format"] > FORMAT:
        raise Unreadable(
            filled(
                _("The file was made by newer software (format %(theirs)d, version %(version)s); this one reads up to "
                  "format %(ours)d. Update the software first."),
                theirs=data["format"], version=str(data.get("product", "?"))[:20], ours=FORMAT,
            )
        )  # fmt: skip
    texts = ("product", "made_at")
    named = isinstance(data.get("project"), dict) and isinstance(data.get("made_by"), dict)
    said = isinstance(data.get("left_out"), list) and all(isinstance(one, dict) for one in data["left_out"])
    if data["format"] < 1 or not named or not said or not all(isinstance(data.get(name), str) for name in texts):
        raise Unreadable(_damaged(MANIFEST))
    return data


def _refuse_wrong_sums(sums: Any, content: Mapping[str, bytes]) -> None:
    if not isinstance(sums, dict):
        raise Unreadable(_damaged(MANIFEST))
    missing = sorted(set(sums) ^ set(content))
    if missing:
        raise Unreadable(
            filled(_("The part “%(name)s” is missing, or is not in the list of parts."), name=missing[0][:80])
        )
    for name, raw in content.items():
        told = sums[name]
        if not isinstance(told, dict) or told.get("sha256") != hashlib.sha256(raw).hexdigest():
            raise Unreadable(
                filled(_("The part “%(name)s” is not the one that was exported: its sum is another."), name=name)
            )


def _written(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _read(raw: bytes, name: str) -> Any:
    try:
        text = raw.decode()
        _refuse_deep(text)
        data = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant)
        # A lone surrogate has no bytes, and no database keeps a zero.
        if "\\u0000" in json.dumps(data, ensure_ascii=False).encode().decode():
            raise ValueError
    except (ValueError, RecursionError) as error:
        raise Unreadable(filled(_("The part “%(name)s” cannot be read as data."), name=name)) from error
    if name != MANIFEST and (not isinstance(data, list) or len(data) > MOST_ROWS):
        raise Unreadable(filled(_("The part “%(name)s” cannot be read as data."), name=name))
    return data


def _refuse_deep(text: str) -> None:
    depth = 0
    for found in _WORD_OR_BRACKET.finditer(text):
        first = text[found.start()]
        depth += (first in "[{") - (first in "]}")
        if depth > DEEPEST:
            raise ValueError("too deep")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(_word: str) -> Any:
    raise ValueError("no number")
