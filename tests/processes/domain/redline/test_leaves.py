"""Every value of a definition is compared: change any one of them, and it is told, in both languages."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.parsing import parse
from processes.domain.redline.compare import changes_between
from processes.models import Kind, Start, Unit
from tests.standards import RELEASED_AT, Data, complaint, organisation, process_named, words

pytestmark = pytest.mark.django_db

#: What says nothing of its own: the shape of the data, the number of the version, and the keys that
#: definition.py counts out anew in each version. Exceptions go to posts wherever they are held.
_SILENT = {"schema", "number", "exceptions[].key", "exceptions[].escalate_to.department"}
_OTHER: dict[str, list[str]] = {
    "unit": Unit.values, "kind": Kind.values, "starts": Start.values, "category": ["business", "support"],
    "thresholds.kind": ["warn", "breach"],
}  # fmt: skip


def _rich() -> Data:
    """Return the definition of a complaint draft in which everything that can be said is said at least once."""
    organisation()
    data = complaint()
    for key, group, lane in (("s6", 1, 1), ("s7", 1, 2)):
        step = next(row for row in data["steps"] if row["key"] == key)
        step |= {"group": group, "lane": lane}
    data["thresholds"]["s4"] = data["thresholds"]["step"]
    data["totals"].append({"limit": {"amount": 9, "unit": "days"}, "when": None})
    data["pain_points"] = data["pain_points"] or [{"key": "p1", "text": words("Slow")}]
    return build(write_draft(process_named("complaint"), data, by=None, reason="x", at=RELEASED_AT))


def _leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _leaves(value, (*path, number))
    else:
        yield path


def _pattern(path: tuple[Any, ...]) -> str:
    found = re.sub(r"\.\[\]", "[]", ".".join("[]" if isinstance(word, int) else word for word in path))
    # Names of targets and duties are data, not fields.
    return re.sub(r"^(thresholds|steps\[\]\.posts)\.\w+\[\]", r"\1[]", found)


def _other(path: tuple[Any, ...], value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 100
    name = "thresholds.kind" if path[0] == "thresholds" and path[-1] == "kind" else path[-1]
    if name in _OTHER:
        return next(other for other in _OTHER[name] if other != value)
    return f"{value}x"


def _with(data: Data, path: tuple[Any, ...], value: Any) -> Data:
    changed = copy.deepcopy(data)
    place: Any = changed
    for word in path[:-1]:
        place = place[word]
    place[path[-1]] = value
    return changed


def test_whatever_value_of_a_definition_is_another_one_it_is_told_in_both_languages() -> None:
    data = _rich()
    old = parse(data)
    told: set[str] = set()
    silent: list[str] = []
    for path in _leaves(data):
        pattern = _pattern(path)
        value: Any = data
        for word in path:
            value = value[word]
        if value is None or pattern in _SILENT:
            continue
        found = changes_between(old, parse(_with(data, path, _other(path, value))))
        if not found:
            silent.append(f"{pattern} at {path}: {value!r}")
        told.add(pattern)
        for change in found:
            for language in ("en", "zh-hans"):
                with translation.override(language):
                    assert str(change.sentence).strip(), path
                    assert [str(row) for row in (change.old, change.new)]
        assert len({change.anchor for change in found}) == len(found), path
    assert silent == []
    every = {_pattern(path) for path in _leaves(data)} - _SILENT
    # What is empty in one row and has parts in another one is covered by its parts.
    every = {name for name in every if not any(other.startswith(f"{name}.") for other in told)}
    # A value that is nowhere set in the definition above could be forgotten: set it there.
    assert every - told == set()


def test_a_definition_without_what_is_optional_differs_from_one_with_it() -> None:
    data = _rich()
    old = parse(data)
    for path in [
        ("steps", 0, "limit"), ("steps", 0, "form"), ("steps", 5, "group"), ("dissatisfaction",),
        ("forms", 1, "fields", 1, "visible"), ("totals", 0, "when"), ("responses", 0, "when"),
        ("steps", 0, "outcomes", 0, "target"), ("responsibilities", 0, "department"),
        ("steps", 3, "posts", "A", 0, "department"),
    ]:  # fmt: skip
        without = parse(_with(data, path, None))
        for one, other in ((old, without), (without, old)):
            found = changes_between(one, other)
            assert found, path
            for change in found:
                assert str(change.sentence)


@pytest.mark.parametrize(
    "name",
    [
        "steps",
        "forms",
        "exceptions",
        "totals",
        "responses",
        "glossary",
        "references",
        "pain_points",
        "responsibilities",
    ],
)
def test_a_row_that_came_or_went_and_another_order_are_told(name: str) -> None:
    data = _rich()
    old = parse(data)
    without = {**data, name: data[name][1:]}
    turned = {**data, name: [{**row, "number": place} if name == "steps" else row for place, row in
                             enumerate(reversed(data[name]), 1)]}  # fmt: skip

    gone, came = changes_between(old, parse(without)), changes_between(parse(without), old)
    assert "removed" in {change.kind for change in gone}
    assert "added" in {change.kind for change in came}
    if len(data[name]) > 1 and name not in ("pain_points",):
        assert {change.kind for change in changes_between(old, parse(turned))} >= {"moved"}, name
