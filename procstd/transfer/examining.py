"""Examine what a file says, row by row, before anything is written: fields, types, references, sums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.files.domain.kinds import EVERYDAY
from procstd.organisation.models import Department, Post
from procstd.transfer.archive import Archive, Unreadable
from procstd.transfer.declared import DEPARTMENT, PERSON, PLAIN, POST, ROW, Carried, kind_of, part_named, parts
from procstd.transfer.values import read

#: What people, departments and posts are told by, and what else the file says about them.
_NAMED: dict[str, tuple[Any, str, tuple[str, ...], str]] = {
    PERSON: (get_user_model(), "username", ("name_zh", "name_en", "email"), "department"),
    DEPARTMENT: (Department, "code", ("name_zh", "name_en"), "parent"),
    POST: (Post, "code", ("name_zh", "name_en", "role"), ""),
}
_PATHS = {PERSON: "people.json", DEPARTMENT: "departments.json", POST: "posts.json"}


@dataclass
class Row:
    """A row of the file: its values, and what it points to by label and number, or by kind and name."""

    part: Carried
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    refs: dict[str, tuple[str, int]] = field(default_factory=dict)
    named: dict[str, tuple[str, str]] = field(default_factory=dict)
    many: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        return self.part.label, self.number


@dataclass
class Content:
    """A whole project as the file says it, known to be whole."""

    archive: Archive
    rows: dict[str, list[Row]] = field(default_factory=dict)
    #: By kind and name: what the file says about people, departments and posts.
    named: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    #: Fields that the file does not know yet, by label: they get what a new row gets.
    filled_in: list[str] = field(default_factory=list)

    @property
    def fixed(self) -> dict[str, set[str]]:
        """Codes that stand in texts which were signed: of these a department or post cannot become another one."""
        found: dict[str, set[str]] = {DEPARTMENT: set(), POST: set()}
        for rows in self.rows.values():
            for row in rows:
                if "content" in row.values and "sha256" in row.values:
                    _collect(json.loads(row.values["content"]), found)
                for name, (kind, code) in row.named.items():
                    if row.part.model._meta.get_field(name).target_field.name != "id":  # type: ignore[union-attr]
                        found[kind].add(code)
        return found


def examine(archive: Archive, *, told: Callable[[int], None] = lambda done: None) -> Content:
    """Return what the file says. Raises Unreadable for the first thing that is not as it should be."""
    content = Content(archive)
    known = {f"rows/{part.label}.json" for part in parts()} | {*_PATHS.values(), "files.json"}
    for path in sorted(known ^ set(archive.parts)):
        raise Unreadable(
            filled(_("The part “%(name)s” is missing, or this software does not know it: the file was made by another "
                     "version of it."), name=path)
        )  # fmt: skip
    for kind, path in _PATHS.items():
        content.named[kind] = _read_named(kind, archive.parts[path], path)
    _refuse_strangers_above(content)
    for done, part in enumerate(parts(), 1):
        content.rows[part.label] = [_Reader(part, content).row(data, place) for place, data in
                                    enumerate(archive.parts[f"rows/{part.label}.json"], 1)]  # fmt: skip
        told(done)
    for rows in content.rows.values():
        for row in rows:
            _refuse_dangling(row, content)
    content.files = _read_files(archive, content)
    return content


def _wrong(place: Any, row: int, name: str, why: Any) -> Unreadable:
    words = {"place": place, "row": row, "field": name, "why": why}
    return Unreadable(filled(_("%(place)s, row %(row)d, “%(field)s”: %(why)s"), **words))


class _Reader:
    def __init__(self, part: Carried, content: Content) -> None:
        self.part, self.content = part, content

    def row(self, data: Any, place: int) -> Row:
        part = self.part
        if not isinstance(data, dict) or data.get("id") != place or isinstance(data["id"], bool):
            raise _wrong(part.title, place, "id", _("Rows are not numbered from 1 on."))
        known = {"id"} | {one.name for one in (*part.fields, *part.many)}
        for name in sorted(set(data) - known):
            raise _wrong(part.title, place, name[:40], _("This software does not know the field."))
        row = Row(part, place)
        for one in part.fields:
            if one.name not in data:
                self._fill_in(row, one)
                continue
            try:
                self._value(row, one, data[one.name])
            except ValueError as error:
                raise _wrong(part.title, place, one.name, error.args[0]) from error
        for one in part.many:
            held = data.get(one.name)
            if not isinstance(held, list):
                raise _wrong(part.title, place, one.name, _("It is of another type."))
            row.many[one.name] = [self._target(one, value, place) for value in held]
        self._refuse_broken_sum(row)
        return row

    def _fill_in(self, row: Row, one: Any) -> None:
        # A field that came with a later version has what a new row has; the page says so.
        if not one.has_default() and not one.null:
            raise _wrong(self.part.title, row.number, one.name, _("It is missing."))
        if not one.is_relation:
            row.values[one.name] = one.get_default()
        name = f"{row.part.label}.{one.name}"
        if name not in self.content.filled_in:
            self.content.filled_in.append(name)

    def _value(self, row: Row, one: Any, value: Any) -> None:
        if kind_of(one) == PLAIN:
            row.values[one.name] = self._keyed(one, read(self.part, one, value))
        elif value is None:
            if not one.null:
                raise ValueError(_("It is missing."))
        else:
            kind, name = self._target(one, value, row.number)
            if kind in self.content.named:
                row.named[one.name] = (kind, name)
            else:
                row.refs[one.name] = (kind, name)

    def _keyed(self, one: Any, value: Any) -> Any:
        if one.name in self.part.keys and not all(key.isascii() and key.isdigit() for key in value):
            raise ValueError(_("It is of another type."))
        return value

    def _target(self, one: Any, value: Any, place: int) -> tuple[str, Any]:
        kind = kind_of(one)
        if kind == ROW:
            if not isinstance(value, int) or isinstance(value, bool):
                raise _wrong(self.part.title, place, one.name, _("It is of another type."))
            return one.related_model._meta.label_lower, value
        if not isinstance(value, str) or value not in self.content.named[kind]:
            raise _wrong(self.part.title, place, one.name, _("It points to something that is not in the file."))
        return kind, value

    def _refuse_broken_sum(self, row: Row) -> None:
        values = row.values
        if "content" not in values or "sha256" not in values:
            return
        if hashlib.sha256(values["content"].encode()).hexdigest() != values["sha256"]:
            raise _wrong(row.part.title, row.number, "content", _("Its SHA-256 is another: what was signed was changed."))
        try:
            is_object = isinstance(json.loads(values["content"]), dict)
        except (ValueError, RecursionError):
            is_object = False
        if not is_object:
            raise _wrong(row.part.title, row.number, "content", _("It is of another type."))


def _refuse_dangling(row: Row, content: Content) -> None:
    """Refuse a reference to a row that is not in the file."""
    pointed = [(name, target) for name, target in row.refs.items()]
    pointed += [(name, target) for name, held in row.many.items() for target in held]
    for name, label in row.part.keys.items():
        pointed += [(name, (label, int(key[:9]))) for key in row.values[name]]
    for name, (label, number) in pointed:
        if label in content.rows and not 1 <= number <= len(content.rows[label]):
            raise _wrong(row.part.title, row.number, name, _("It points to something that is not in the file."))


def _read_named(kind: str, rows: Any, path: str) -> dict[str, dict[str, Any]]:
    model, told_by, texts, above = _NAMED[kind]
    title = model._meta.verbose_name_plural
    found: dict[str, dict[str, Any]] = {}
    for place, data in enumerate(rows, 1):
        wanted = {told_by, *texts} | ({above} if above else set())
        if not isinstance(data, dict) or set(data) != wanted:
            raise _wrong(title, place, path, _("It is of another type."))
        for name in (told_by, *texts):
            one = model._meta.get_field(name)
            try:
                if not isinstance(data[name], str):
                    raise ValidationError(_("It is of another type."))
                if name != "email" or data[name]:
                    one.clean(data[name], None)
            except ValidationError as error:
                raise _wrong(title, place, name, " ".join(error.messages)) from error
        if above and data[above] is not None and not isinstance(data[above], str):
            raise _wrong(title, place, above, _("It is of another type."))
        if data[told_by] in found:
            raise _wrong(title, place, told_by, _("It stands there twice."))
        found[data[told_by]] = data
    return found


def _refuse_strangers_above(content: Content) -> None:
    departments = content.named[DEPARTMENT]
    for kind, name in ((PERSON, "department"), (DEPARTMENT, "parent")):
        for place, row in enumerate(content.named[kind].values(), 1):
            if row[name] is not None and row[name] not in departments:
                title = _NAMED[kind][0]._meta.verbose_name_plural
                raise _wrong(title, place, name, _("It points to something that is not in the file."))
    for place, code in enumerate(departments, 1):
        above, steps = departments[code]["parent"], 0
        while above is not None and steps <= len(departments):
            above, steps = departments[above]["parent"], steps + 1
        if above is not None:
            raise _wrong(Department._meta.verbose_name_plural, place, "parent", _("Rows point to each other in a circle."))


def _read_files(archive: Archive, content: Content) -> list[dict[str, Any]]:
    from django.utils.dateparse import parse_datetime

    title, found, paths = _("Files"), [], set()
    types: Mapping[str, type] = {"path": str, "part": str, "row": int, "is_main": bool, "name": str, "created_at": str}
    for place, data in enumerate(archive.parts["files.json"], 1):
        if not isinstance(data, dict) or set(data) != {*types, "owner"}:
            raise _wrong(title, place, "files.json", _("It is of another type."))
        for name, type_ in types.items():
            if not isinstance(data[name], type_) or (type_ is int and isinstance(data[name], bool)):
                raise _wrong(title, place, name, _("It is of another type."))
        part = part_named(data["part"])
        if part is None or not part.has_files or not 1 <= data["row"] <= len(content.rows[data["part"]]):
            raise _wrong(title, place, "row", _("It points to something that is not in the file."))
        if data["path"] not in archive.files or data["path"] in paths:
            raise _wrong(title, place, "path", _("It points to something that is not in the file."))
        if data["owner"] is not None and data["owner"] not in content.named[PERSON]:
            raise _wrong(title, place, "owner", _("It points to something that is not in the file."))
        if data["name"].rpartition(".")[2].lower() not in EVERYDAY or len(data["name"]) > 200:
            raise _wrong(title, place, "name", _("Files of this kind are not taken here."))
        try:
            moment = parse_datetime(data["created_at"])
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise _wrong(title, place, "created_at", _("It is no moment with its time zone."))
        paths.add(data["path"])
        found.append({**data, "created_at": moment})
    for path in sorted(set(archive.files) - paths):
        raise Unreadable(filled(_("The part “%(name)s” is missing, or is not in the list of parts."), name=path))
    return found


def _collect(data: Any, found: dict[str, set[str]]) -> None:
    """Collect the codes of departments and posts that a definition names."""
    if isinstance(data, list):
        for one in data:
            _collect(one, found)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name in found and isinstance(value, dict) and isinstance(value.get("code"), str):
                found[name].add(value["code"])
            _collect(value, found)
