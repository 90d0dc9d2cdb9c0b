"""Read what the editor's scripts send: operations as JSON, of which nothing is taken on trust."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError

MOST_LETTERS_OF_A_NAME = 120
_MOST_OF_A_REASON = 500


@dataclass(frozen=True)
class Batch:
    """Operations that one window sends at once."""

    operations: list[dict[str, Any]]
    reason: str
    window: str
    batch: str


def read_batch(body: bytes) -> Batch:
    """Return the batch in *body*. Raises DomainError for what no window of ours sends."""
    data = read_object(body)
    operations = data.get("operations")
    reason = " ".join(str(data.get("reason") or "").replace("\x00", "").split())[:_MOST_OF_A_REASON]
    if not isinstance(operations, list) or not all(_is_operation(row) for row in operations):
        raise _unreadable()
    return Batch(operations, _encodable(reason), name_in(data, "window")[:32], name_in(data, "batch")[:32])


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in *body*."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(data, dict):
        raise _unreadable()
    return data


def name_in(data: dict[str, Any], key: str) -> str:
    """Return a short name out of *data*; an empty one if it has none."""
    value = data.get(key, "")
    if not _is_name(value):
        raise _unreadable()
    return str(value)


def _unreadable() -> DomainError:
    return DomainError(_("This change cannot be read. Load the page again."))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_LETTERS_OF_A_NAME and value.isprintable()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_maybe_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_name(row) for row in value)


def _is_places(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_names(row) and len(row) == 2 for row in value)


def _is_values(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_name(key) and isinstance(text, str) for key, text in value.items())


def _is_seen(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_name(key) and _is_values(cells) for key, cells in value.items())


Check = Callable[[Any], bool]
#: What each operation must have, and what it may have.
_SHAPES: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "set": ({"row": _is_name, "field": _is_name, "value": _is_text}, {"was": _is_maybe_text}),
    "insert": ({}, {"table": _is_name, "after": _is_name, "values": _is_values, "as": _is_name}),
    "delete": ({"rows": _is_names}, {}),
    "duplicate": ({"rows": _is_names}, {}),
    "move": ({"rows": _is_names}, {"after": _is_name}),
    "restore": ({"rows": _is_places}, {}),
    "paste": ({"text": _is_text}, {"row": _is_name, "field": _is_name, "was": _is_seen}),
}


def _is_operation(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("op"), str) or row["op"] not in _SHAPES:
        return False
    needed, allowed = _SHAPES[row["op"]]
    return (
        all(key in row and check(row[key]) for key, check in needed.items())
        and all(check(row[key]) for key, check in allowed.items() if key in row)
        and set(row) <= {"op", *needed, *allowed}
    )
