"""The two sides of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from processes.domain.languages import Pair

register = template.Library()
_LANGUAGES = (("zh", "zh-Hans", "中文"), ("en", "en", "English"))


@register.simple_tag
def language_sides(pair: Pair, troubles: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return both sides of a text: what stands there, or what was typed and could not be saved, and why."""
    sides = []
    for end, lang, language in _LANGUAGES:
        was, cell = getattr(pair, end), pair.cells[end]
        trouble = troubles.get(f"{pair.row}|{cell}", {})
        sides.append(
            {
                "lang": lang, "language": language, "cell": cell, "was": was, "value": trouble.get("value", was),
                "message": trouble.get("message", ""), "id": f"{pair.row}-{cell}".replace(":", "-"),
            }
        )  # fmt: skip
    return sides
