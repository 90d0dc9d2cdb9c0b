"""Whether step data that came in a file is what this software would have written: a file can say anything."""

from __future__ import annotations

import json
import re
from typing import Any

from processes.domain.chart.stepdata import Data
from processes.domain.standard import UNITS
from processes.models.step import DAYS_MOST, LONG_TEXT_MOST, Duty

# A digit less than fits, so that there is room for new ones after them.
_KEY, _SLUG = re.compile(r"s[1-9]\d{0,5}"), re.compile(r"[-a-zA-Z0-9_]{1,20}")
_CODE = re.compile(r"[-a-zA-Z0-9_.]{1,64}")
_TITLE, _LINE, _LABEL, _NUMBER = 120, 300, 60, 32_000


def step_from_text(text: str) -> Data | None:
    """Return the step data in *text*, or None where it is anything else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    try:
        return data if _is_step(data) else None
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def places_from_text(text: str) -> list[Data] | None:
    """Return the places in *text*, or None."""
    try:
        data = json.loads(text)
        return data if isinstance(data, list) and len(data) < 50 and all(map(_is_place, data)) else None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return None


def _is_step(data: Any) -> bool:
    names = {"title": _TITLE, "operation": LONG_TEXT_MOST, "example": LONG_TEXT_MOST, "inputs": _LINE, "outputs": _LINE}
    expected = {
        *names, "key", "number", "limit", "form", "key_node", "posts", "not_by", "group", "lane", "customer_days",
        "outcomes",
    }  # fmt: skip
    return (
        set(data) - {"answers"} == expected
        and bool(_KEY.fullmatch(data["key"]))
        and _is_number(data["number"], 0, _NUMBER)
        and all(_are_words(data[name], most) for name, most in names.items())
        and _is_limit(data["limit"])
        and (data["form"] is None or bool(_SLUG.fullmatch(data["form"]) or _is_text(data["form"], 40)))
        and isinstance(data["key_node"], bool)
        and set(data["posts"]) <= {duty.value for duty in Duty}
        and all(len(places) < 50 and all(map(_is_place, places)) for places in data["posts"].values())
        and (data["not_by"] == "" or bool(_KEY.fullmatch(data["not_by"])))
        and (data["group"] is None or _is_number(data["group"], 0, _NUMBER))
        and _is_number(data["lane"], 0, _NUMBER)
        and _is_number(data["customer_days"], 0, DAYS_MOST)
        and _are_keys(data.get("answers", []))
        and len(data["outcomes"]) < 50
        and all(map(_is_outcome, data["outcomes"]))
        and len({row["key"] for row in data["outcomes"]}) == len(data["outcomes"])
    )


def _are_keys(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) < 100
        and all(isinstance(key, str) and _SLUG.fullmatch(key) for key in value)
    )


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and "\0" not in value


def _are_words(value: Any, most: int) -> bool:
    return set(value) == {"zh", "en"} and all(_is_text(text, most) for text in value.values())


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_limit(value: Any) -> bool:
    return value is None or (
        set(value) == {"amount", "unit", "from"}
        and _is_number(value["amount"], 0, 2_000_000_000)
        and value["unit"] in UNITS
        and (value["from"] == "" or bool(_KEY.fullmatch(value["from"])))
    )


def _is_named(value: Any) -> bool:
    return set(value) == {"code", "name"} and bool(_CODE.fullmatch(value["code"])) and _are_words(value["name"], 200)


def _is_place(value: Any) -> bool:
    return (
        set(value) == {"post", "department"}
        and _is_named(value["post"])
        and (value["department"] is None or _is_named(value["department"]))
    )


def _is_outcome(value: Any) -> bool:
    return (
        set(value) == {"key", "label", "target", "send_back", "branches"}
        and bool(_SLUG.fullmatch(value["key"]))
        and _are_words(value["label"], _LABEL)
        and _is_target(value["target"])
        and isinstance(value["send_back"], bool)
        and len(value["branches"]) < 50
        and all(map(_is_branch, value["branches"]))
    )


def _is_branch(value: Any) -> bool:
    return (
        set(value) == {"field", "value", "target"}
        and _is_text(value["field"], 80)
        and _is_text(value["value"], 80)
        and _is_target(value["target"])
    )


def _is_target(value: Any) -> bool:
    return value is None or bool(_KEY.fullmatch(value))
