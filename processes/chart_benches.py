"""What `manage.py bench authoring` measures of charts: drawing a long one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from processes.domain.chart.stepdata import empty_step
from processes.domain.parsing import SCHEMA, parse
from processes.domain.picture import draw
from processes.domain.standard import Standard
from procstd.measuring import Row, measure

_STEPS = 60


def _long_standard() -> Standard:
    """Return a standard of sixty steps in six lanes; every fourth sends back or goes on."""
    words = {"zh": "核对并登记", "en": "Check and register"}
    steps: list[dict[str, Any]] = []
    for number in range(1, _STEPS + 1):
        targets = [f"s{number + 1}" if number < _STEPS else None, *([f"s{number - 3}"] if number % 4 == 0 else [])]
        post = {"code": f"post{number % 6}", "name": {"zh": f"岗位{number % 6}", "en": f"Post {number % 6}"}}
        steps.append(
            {
                **empty_step(f"s{number}", number, words),
                "limit": {"amount": number, "unit": "working_hours", "from": ""},
                "posts": {"R": [{"post": post, "department": None}]},
                "outcomes": [
                    {"key": f"o{place}", "label": words, "target": target, "send_back": place > 0, "branches": []}
                    for place, target in enumerate(targets)
                ],
            }
        )
    empty = dict.fromkeys(("purpose", "scope", "rules", "inputs", "outputs"), words)
    lists: dict[str, list[Any]] = {name: [] for name in ("responsibilities", "totals", "forms", "exceptions")}
    process = {"code": "long", "name": words, "category": "business"}
    return parse({"schema": SCHEMA, "process": process, "number": "1.0", **empty, **lists, "steps": steps})


def chart_rows(_n: int | None) -> Iterator[Row]:
    """Draw sixty steps as the editor's live preview does."""
    standard = _long_standard()
    yield measure("chart.live", _STEPS, lambda: draw(standard))
