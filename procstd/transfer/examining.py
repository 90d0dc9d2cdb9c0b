"""Examine what a file says, row by row, before anything is written: fields, types, references, sums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.transfer.archive import Archive, Unreadable
from procstd.transfer.content import Content, Row, wrong
from procstd.transfer.declared import PLAIN, ROW, Carried, kind_of, parts
from procstd.transfer.naming import PATHS, read_files, read_named, refuse_strangers_above
from procstd.transfer.values import read


def examine(archive: Archive, *, told: Callable[[int], None] = lambda done: None) -> Content:
    """Return what the file says. Raises Unreadable for the first thing that is not as it should be."""
    content = Content(archive)
    known = {f"rows/{part.label}.json" for part in parts()} | {*PATHS.values(), "files.json"}
    for path in sorted(known ^ set(archive.parts)):
        raise Unreadable(
            filled(_("The part “%(name)s” is missing, or this software does not know it: the file was made by another "
                     "version of it."), name=path)
        )  # fmt: skip
    for kind, path in PATHS.items():
        content.named[kind] = read_named(kind, archive.parts[path], path)
    refuse_strangers_above(content)
    for done, part in enumerate(parts(), 1):
        content.rows[part.label] = [_Reader(part, content).row(data, place) for place, data in
                                    enumerate(archive.parts[f"rows/{part.label}.json"], 1)]  # fmt: skip
        told(done)
    for rows in content.rows.values():
        for row in rows:
            _refuse_dangling(row, content)
    content.files = read_files(archive, content)
    for rows in content.rows.values():
        for row in rows:
            for name, number in row.files.items():
                if type(number) is not int or not 1 <= number <= len(content.files):
                    raise wrong(row.part.title, row.number, name, _("It points to something that is not in the file."))
    return content


class _Reader:
    def __init__(self, part: Carried, content: Content) -> None:
        self.part, self.content = part, content

    def row(self, data: Any, place: int) -> Row:
        part = self.part
        if not isinstance(data, dict) or data.get("id") != place or isinstance(data["id"], bool):
            raise wrong(part.title, place, "id", _("Rows are not numbered from 1 on."))
        known = {"id", *part.file_fields} | {one.name for one in (*part.fields, *part.many)}
        for name in sorted(set(data) - known):
            raise wrong(part.title, place, name[:40], _("This software does not know the field."))
        row = Row(part, place)
        for one in part.fields:
            if one.name not in data:
                self._fill_in(row, one)
                continue
            try:
                self._value(row, one, data[one.name])
            except ValueError as error:
                raise wrong(part.title, place, one.name, error.args[0]) from error
        for name in part.file_fields:
            if data.get(name) is not None:
                row.files[name] = data[name]
        for one in part.many:
            held = data.get(one.name)
            if not isinstance(held, list):
                raise wrong(part.title, place, one.name, _("It is of another type."))
            row.many[one.name] = [self._target(one, value, place) for value in held]
        self._refuse_broken_sum(row)
        return row

    def _fill_in(self, row: Row, one: Any) -> None:
        # A field that came with a later version has what a new row has; the page says so.
        if not one.has_default() and not one.null:
            raise wrong(self.part.title, row.number, one.name, _("It is missing."))
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
                raise wrong(self.part.title, place, one.name, _("It is of another type."))
            return one.related_model._meta.label_lower, value
        if not isinstance(value, str) or value not in self.content.named[kind]:
            raise wrong(self.part.title, place, one.name, _("It points to something that is not in the file."))
        return kind, value

    def _refuse_broken_sum(self, row: Row) -> None:
        values = row.values
        if "content" not in values or "sha256" not in values:
            return
        if hashlib.sha256(values["content"].encode()).hexdigest() != values["sha256"]:
            raise wrong(
                row.part.title, row.number, "content", _("Its SHA-256 is another: what was signed was changed.")
            )
        try:
            is_object = isinstance(json.loads(values["content"]), dict)
        except (ValueError, RecursionError):
            is_object = False
        if not is_object:
            raise wrong(row.part.title, row.number, "content", _("It is of another type."))


def _refuse_dangling(row: Row, content: Content) -> None:
    """Refuse a reference to a row that is not in the file."""
    pointed = [(name, target) for name, target in row.refs.items()]
    pointed += [(name, target) for name, held in row.many.items() for target in held]
    for name, label in row.part.keys.items():
        pointed += [(name, (label, int(key[:9]))) for key in row.values[name]]
    for name, (label, number) in pointed:
        if label in content.rows and not 1 <= number <= len(content.rows[label]):
            raise wrong(row.part.title, row.number, name, _("It points to something that is not in the file."))
