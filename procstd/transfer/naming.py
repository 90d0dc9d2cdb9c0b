"""People, departments, posts and uploads of a file, examined: what rows point to by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.files.domain.kinds import EVERYDAY
from procstd.organisation.models import Department, Post
from procstd.transfer.archive import Archive, Unreadable
from procstd.transfer.content import Content, wrong
from procstd.transfer.declared import DEPARTMENT, PERSON, POST, part_named

#: What people, departments and posts are told by, and what else the file says about them.
_NAMED: dict[str, tuple[Any, str, tuple[str, ...], str]] = {
    PERSON: (get_user_model(), "username", ("name_zh", "name_en", "email"), "department"),
    DEPARTMENT: (Department, "code", ("name_zh", "name_en"), "parent"),
    POST: (Post, "code", ("name_zh", "name_en", "role"), ""),
}
PATHS = {PERSON: "people.json", DEPARTMENT: "departments.json", POST: "posts.json"}


def read_named(kind: str, rows: Any, path: str) -> dict[str, dict[str, Any]]:
    """Return what the file says about people, departments or posts, by name."""
    model, told_by, texts, above = _NAMED[kind]
    title = model._meta.verbose_name_plural
    found: dict[str, dict[str, Any]] = {}
    for place, data in enumerate(rows, 1):
        wanted = {told_by, *texts} | ({above} if above else set())
        if not isinstance(data, dict) or set(data) != wanted:
            raise wrong(title, place, path, _("It is of another type."))
        for name in (told_by, *texts):
            one = model._meta.get_field(name)
            try:
                if not isinstance(data[name], str):
                    raise ValidationError(_("It is of another type."))
                if name != "email" or data[name]:
                    one.clean(data[name], None)
            except ValidationError as error:
                raise wrong(title, place, name, " ".join(error.messages)) from error
        if above and data[above] is not None and not isinstance(data[above], str):
            raise wrong(title, place, above, _("It is of another type."))
        if data[told_by] in found:
            raise wrong(title, place, told_by, _("It stands there twice."))
        found[data[told_by]] = data
    return found


def refuse_strangers_above(content: Content) -> None:
    """Refuse a department that belongs to one that is not in the file, or to itself."""
    departments = content.named[DEPARTMENT]
    for kind, name in ((PERSON, "department"), (DEPARTMENT, "parent")):
        for place, row in enumerate(content.named[kind].values(), 1):
            if row[name] is not None and row[name] not in departments:
                title = _NAMED[kind][0]._meta.verbose_name_plural
                raise wrong(title, place, name, _("It points to something that is not in the file."))
    for place, code in enumerate(departments, 1):
        above, steps = departments[code]["parent"], 0
        while above is not None and steps <= len(departments):
            above, steps = departments[above]["parent"], steps + 1
        if above is not None:
            raise wrong(
                Department._meta.verbose_name_plural, place, "parent", _("Rows point to each other in a circle.")
            )


def read_files(archive: Archive, content: Content) -> list[dict[str, Any]]:
    """Return the uploads, each with the row it belongs to."""
    title, found, paths = _("Files"), [], set()
    types: Mapping[str, type] = {"path": str, "part": str, "row": int, "name": str, "created_at": str}
    for place, data in enumerate(archive.parts["files.json"], 1):
        if not isinstance(data, dict) or set(data) != {*types, "owner"}:
            raise wrong(title, place, "files.json", _("It is of another type."))
        for name, type_ in types.items():
            if not isinstance(data[name], type_) or (type_ is int and isinstance(data[name], bool)):
                raise wrong(title, place, name, _("It is of another type."))
        part = part_named(data["part"])
        if part is None or not part.has_files or not 1 <= data["row"] <= len(content.rows[data["part"]]):
            raise wrong(title, place, "row", _("It points to something that is not in the file."))
        if data["path"] not in archive.files or data["path"] in paths:
            raise wrong(title, place, "path", _("It points to something that is not in the file."))
        if data["owner"] is not None and data["owner"] not in content.named[PERSON]:
            raise wrong(title, place, "owner", _("It points to something that is not in the file."))
        if data["name"].rpartition(".")[2].lower() not in EVERYDAY or len(data["name"]) > 200:
            raise wrong(title, place, "name", _("Files of this kind are not taken here."))
        try:
            moment = parse_datetime(data["created_at"])
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise wrong(title, place, "created_at", _("It is no moment with its time zone."))
        paths.add(data["path"])
        found.append({**data, "created_at": moment})
    for path in sorted(set(archive.files) - paths):
        raise Unreadable(filled(_("The part “%(name)s” is missing, or is not in the list of parts."), name=path))
    return found
