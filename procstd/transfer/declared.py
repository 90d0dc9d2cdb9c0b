"""What goes into a project's file, told by whichever room knows (F05).

A room's module ``transfers`` declares its models; the room of projects carries them all and imports none:

    carry(Carried(Member, _("members of the team"), via="project"))
    stays(Favourite, "what a person marked for herself")

Every field of a carried model goes along, unless *but* names it with a reason. ``tests/projects/transfer``
fails when a model of those rooms is neither carried nor stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from procstd.organisation.models import Department, Post

#: Rises when older software could no longer read the file, or would understand it wrongly.
FORMAT = 1


@dataclass(frozen=True)
class Scope:
    """What is carried: a project, the processes that it compares, and of these the ones that it standardizes."""

    project: int
    processes: tuple[int, ...]
    chosen: tuple[int, ...]


@dataclass(frozen=True)
class Carried:
    """A model whose rows go along.

    Rows are those of *of*, or those whose field *via* points to a row that goes along. *rewrite* may give
    other rows instead (what must not be known elsewhere), with sentences about what it left out.
    """

    model: type[models.Model]
    title: Any
    via: str = ""
    of: Callable[[Scope], models.QuerySet[Any]] | None = None
    #: Fields that stay, each with the reason.
    but: Mapping[str, str] = field(default_factory=dict)
    #: What a JSON field holds, and a text that is JSON itself: tells whether a value has its shape.
    shapes: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    #: JSON fields whose keys are rows of another model, by its label.
    keys: Mapping[str, str] = field(default_factory=dict)
    #: References that may go in a circle: set when all rows are there.
    late: frozenset[str] = frozenset()
    #: Fields that hold keys of files, which belong to this row or to another one.
    file_fields: tuple[str, ...] = ()
    #: What tells that a row under a known one is here already, and not written again.
    same: tuple[str, ...] = ()
    #: Goes along even where the row it hangs on is here already. Others stay in the file then.
    is_own: bool = False
    #: Fields by which a row that stays in the file is found among those that are here.
    twin: tuple[str, ...] = ()
    rewrite: Callable[[Sequence[Any]], tuple[list[Any], list[Any]]] | None = None
    #: Fields that must be free here: each value goes through its function, with those that were given meanwhile.
    renew: Mapping[str, Callable[[Any, Collection[Any]], Any]] = field(default_factory=dict)
    #: Called with the new rows when all rows of the file are there.
    after: Callable[[Sequence[Any]], None] | None = None

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def fields(self) -> list[Any]:
        """The columns that go along, in the order of the model."""
        own = self.model._meta.concrete_fields
        return [one for one in own if not one.primary_key and self._goes(one)]

    def _goes(self, one: Any) -> bool:
        return one.name not in self.but and one.name not in self.file_fields

    @property
    def many(self) -> list[Any]:
        """The many-to-many fields that go along; one with a model of its own goes as that model."""
        own = self.model._meta.many_to_many
        return [one for one in own if one.name not in self.but and _is_plain(one)]

    @property
    def has_history(self) -> bool:
        return hasattr(self.model, "history")

    @property
    def has_files(self) -> bool:
        return bool(getattr(self.model, "has_files", False))


def _is_plain(one: Any) -> bool:
    """Tell whether a many-to-many field has no model of its own."""
    return bool(one.remote_field.through._meta.auto_created)


_carried: dict[str, Carried] = {}
_staying: dict[str, str] = {}
_in_order: dict[str, Carried] = {}


def carry(*parts: Carried) -> None:
    """Let the rows of these models go along. Whatever a row points to is declared before it."""
    _carried.update({part.label: part for part in parts})


def stays(reason: str, *models_: type[models.Model]) -> None:
    """Say of models that they do not go along, and why."""
    _staying.update({model._meta.label_lower: reason for model in models_})


def parts() -> list[Carried]:
    """Return everything that goes along, what is pointed to first; rooms may declare in any order."""
    if len(_in_order) != len(_carried):
        _in_order.clear()
        for part in _carried.values():
            _visit(part)
    return list(_in_order.values())


def _visit(part: Carried) -> None:
    if part.label in _in_order:
        return
    # What may be empty does not decide: a variant points to the text that it varies, and that to its version.
    needed: list[Any] = [
        one.related_model for one in part.fields if one.is_relation and (one.name == part.via or not one.null)
    ]
    labels = [model._meta.label_lower for model in needed]
    for label in (*labels, *part.keys.values()):
        if label in _carried and label != part.label:
            _visit(_carried[label])
    _in_order[part.label] = part


def part_named(label: str) -> Carried | None:
    return _carried.get(label)


def staying() -> dict[str, str]:
    """Return the reasons of models that stay, by label."""
    return dict(_staying)


PERSON, DEPARTMENT, POST, ROW, PLAIN = "person", "department", "post", "row", "plain"


def kind_of(one: Any) -> str:
    """Tell how a field is written: as a value, or as the name of what it points to."""
    if not one.is_relation:
        return PLAIN
    target = one.related_model
    if target is get_user_model():
        return PERSON
    if target is Department:
        return DEPARTMENT
    if target is Post:
        return POST
    if target._meta.label_lower in _carried:
        return ROW
    raise LookupError(f"{one} points to {target.__name__}, which is not carried: name it in `but`.")


# Shapes of JSON fields, for declarations.


def is_texts(value: Any) -> bool:
    """Tell whether *value* is a list of texts."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_figures(value: Any) -> bool:
    """Tell whether *value* is a list of numbers of nought or more, as what single cases took."""
    return isinstance(value, list) and all(type(one) in (int, float) and 0 <= one < 10**9 for one in value)


def is_options(value: Any) -> bool:
    """Tell whether *value* is a list of options, each with its key and words."""
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and isinstance(one.get("key"), str)
        and all(isinstance(word, str) for word in one.values())
        for one in value
    )


def is_words(value: Any) -> bool:
    """Tell whether *value* is a text in both languages."""
    return isinstance(value, dict) and isinstance(value.get("zh"), str) and isinstance(value.get("en"), str)


def is_facts(value: Any) -> bool:
    """Tell whether *value* is an object."""
    return isinstance(value, dict)
