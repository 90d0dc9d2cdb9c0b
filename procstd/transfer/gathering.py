"""Gather the rows of a project: numbered anew, people and departments by their codes, files beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled, in_each_language
from procstd.files.models import StoredFile
from procstd.organisation.models import Department, Post
from procstd.transfer.declared import DEPARTMENT, PERSON, POST, ROW, Carried, Scope, kind_of, parts
from procstd.transfer.values import written

#: So many keys in one statement.
_BATCH = 500


@dataclass
class Gathered:
    """Everything that goes into the file."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)
    departments: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    #: What does not go along, in both languages.
    left_out: list[dict[str, str]] = field(default_factory=list)

    @property
    def parts(self) -> dict[str, Any]:
        """The parts of the file by path."""
        named = {"people": self.people, "departments": self.departments, "posts": self.posts, "files": self.files}
        return {f"{name}.json": rows for name, rows in named.items()} | {
            f"rows/{label}.json": rows for label, rows in self.rows.items()
        }


def gather(scope: Scope, *, told: Callable[[int], None] = lambda done: None) -> Gathered:
    """Return a project's rows. The number of statements depends on models, not on rows."""
    return _Gathering(scope).all(told)


class _Gathering:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.out = Gathered()
        self.found: dict[str, list[Any]] = {}
        #: By label: the number in the file of each row's key.
        self.numbers: dict[str, dict[Any, int]] = {}
        self.file_numbers: dict[Any, int] = {}
        self.wanted: dict[str, set[Any]] = {PERSON: set(), DEPARTMENT: set(), POST: set()}

    def all(self, told: Callable[[int], None]) -> Gathered:
        for part in parts():
            self._find(part)
        for part in parts():
            self._want(part)
        self._name()
        for part in parts():
            if part.has_files:
                self._files(part)
        for done, part in enumerate(parts(), 1):
            self.out.rows[part.label] = self._write(part)
            told(done)
        return self.out

    def _find(self, part: Carried) -> None:
        if part.of is not None:
            rows = list(part.of(self.scope).order_by("pk"))
        else:
            one = part.model._meta.get_field(part.via)
            keys = [row.pk for row in self.found[one.related_model._meta.label_lower]]  # type: ignore[union-attr]
            rows = [
                row
                for batch in _batches(keys)
                for row in part.model._base_manager.filter(**{f"{part.via}__in": batch}).order_by("pk")
            ]
            rows.sort(key=lambda row: row.pk)
        if part.rewrite is not None:
            rows, said = part.rewrite(rows)
            self.out.left_out += [in_each_language(text) for text in said]
        self.found[part.label] = rows
        self.numbers[part.label] = {row.pk: number for number, row in enumerate(rows, 1)}

    def _want(self, part: Carried) -> None:
        for one in part.fields:
            kind = kind_of(one)
            if kind in self.wanted:
                # By the row's key, whatever the column holds.
                keys = {getattr(row, one.attname) for row in self.found[part.label]} - {None}
                if one.target_field.name != "id":
                    keys = set(
                        one.related_model._base_manager.filter(**{f"{one.target_field.name}__in": keys}).values_list(
                            "pk", flat=True
                        )
                    )
                self.wanted[kind] |= keys
        for one in part.many:
            if kind_of(one) in self.wanted:
                self.wanted[kind_of(one)] |= {target for _source, target in self._pairs(part, one)}

    def _pairs(self, part: Carried, one: Any) -> list[tuple[Any, Any]]:
        through = one.remote_field.through
        source, target = f"{one.m2m_field_name()}_id", f"{one.m2m_reverse_field_name()}_id"
        keys = [row.pk for row in self.found[part.label]]
        return [
            pair
            for batch in _batches(keys)
            for pair in through._base_manager.filter(**{f"{source}__in": batch}).values_list(source, target)
        ]

    def _name(self) -> None:
        for part in parts():
            if part.has_files:
                self.wanted[PERSON] |= {file.owner_id for file in self._stored(part)} - {None}
        people = get_user_model()._base_manager.in_bulk(list(self.wanted[PERSON]))
        self.wanted[DEPARTMENT] |= {row.department_id for row in people.values()} - {None}
        # A chart is small: with it go the departments above, so that one who is missing finds a place.
        chart = {row.pk: row for row in Department.objects.without_tree_fields()}
        waiting = list(self.wanted[DEPARTMENT])
        while waiting:
            above = chart[waiting.pop()].parent_id
            if above is not None and above not in self.wanted[DEPARTMENT]:
                self.wanted[DEPARTMENT].add(above)
                waiting.append(above)
        posts = Post._base_manager.in_bulk(list(self.wanted[POST]))
        self.names: dict[str, dict[Any, str]] = {
            PERSON: {pk: row.username for pk, row in people.items()},
            DEPARTMENT: {pk: row.code for pk, row in chart.items()},
            POST: {pk: row.code for pk, row in posts.items()},
        }
        self.out.people = [
            {
                "username": row.username, "email": row.email, "name_zh": row.name_zh, "name_en": row.name_en,
                "department": self.names[DEPARTMENT].get(row.department_id),
            }
            for row in sorted(people.values(), key=lambda row: row.username)
        ]  # fmt: skip
        self.out.departments = [
            {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en,
             "parent": self.names[DEPARTMENT].get(row.parent_id)}
            for row in sorted(chart.values(), key=lambda row: row.code) if row.pk in self.wanted[DEPARTMENT]
        ]  # fmt: skip
        self.out.posts = [
            {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en, "role": row.role}
            for row in sorted(posts.values(), key=lambda row: row.code)
        ]

    def _write(self, part: Carried) -> list[dict[str, Any]]:
        rows = [self._row(part, row, number) for number, row in enumerate(self.found[part.label], 1)]
        numbers = self.numbers[part.label]
        for one in part.many:
            for row in rows:
                row[one.name] = []
            for source, target in sorted(self._pairs(part, one)):
                name = self._target(one, target)
                if name is not None:
                    rows[numbers[source] - 1][one.name].append(name)
            for row in rows:
                row[one.name].sort()
        return rows

    def _row(self, part: Carried, row: Any, number: int) -> dict[str, Any]:
        data: dict[str, Any] = {"id": number}
        data |= {name: self.file_numbers.get(getattr(row, name)) for name in part.file_fields}
        for one in part.fields:
            value = getattr(row, one.attname)
            if one.name in part.keys:
                known = self.numbers[part.keys[one.name]]
                data[one.name] = {str(known[int(key)]): held for key, held in value.items() if int(key) in known}
            elif not one.is_relation:
                data[one.name] = written(value)
            elif value is None or one.target_field.name != "id":
                data[one.name] = value
            else:
                data[one.name] = self._target(one, value)
        return data

    def _target(self, one: Any, key: Any) -> Any:
        kind = kind_of(one)
        if kind != ROW:
            return self.names[kind][key]
        number = self.numbers[one.related_model._meta.label_lower].get(key)
        if number is None:
            words = {"what": one.model._meta.verbose_name, "field": one.verbose_name}
            self.out.left_out.append(
                in_each_language(filled(_("A %(what)s points outside of the project (%(field)s)."), **words))
            )
        return number

    def _stored(self, part: Carried) -> list[StoredFile]:
        kind = ContentType.objects.get_for_model(part.model)
        keys = [row.pk for row in self.found[part.label]]
        return [
            file
            for batch in _batches(keys)
            for file in StoredFile.objects.filter(content_type=kind, object_id__in=batch).order_by("pk")
        ]

    def _files(self, part: Carried) -> None:
        for file in self._stored(part):
            try:
                with file.content.open("rb") as stored:
                    raw = stored.read()
            except FileNotFoundError:
                raw = b""
            if hashlib.sha256(raw).hexdigest() != file.sha256:
                self.out.left_out.append(
                    in_each_language(
                        filled(_("The file “%(name)s” is missing or damaged on the disk."), name=file.name)
                    )
                )
                continue
            path = f"files/{len(self.out.files) + 1:04}"
            self.out.contents[path] = raw
            self.file_numbers[file.key] = len(self.out.files) + 1
            self.out.files.append(
                {
                    "path": path, "part": part.label, "row": self.numbers[part.label][file.object_id],
                    "name": file.name, "owner": self.names[PERSON].get(file.owner_id),
                    "created_at": written(file.created_at),
                }
            )  # fmt: skip


def _batches(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
