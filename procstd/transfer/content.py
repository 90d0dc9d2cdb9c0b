"""What a file says, once it is examined: rows with their values and what they point to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.transfer.archive import Archive, Unreadable
from procstd.transfer.declared import DEPARTMENT, POST, Carried


@dataclass
class Row:
    """A row of the file: its values, and what it points to by label and number, or by kind and name."""

    part: Carried
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    refs: dict[str, tuple[str, int]] = field(default_factory=dict)
    named: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: By field the number of a file.
    files: dict[str, int] = field(default_factory=dict)
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


def wrong(place: Any, row: int, name: str, why: Any) -> Unreadable:
    """Return the refusal of a row, with its place."""
    words = {"place": place, "row": row, "field": name, "why": why}
    return Unreadable(filled(_("%(place)s, row %(row)d, “%(field)s”: %(why)s"), **words))


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
