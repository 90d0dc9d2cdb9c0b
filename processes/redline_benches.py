"""What `manage.py bench authoring` measures of redlines: two versions of a long standard, compared and said."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils import translation

from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.parsing import parse
from processes.domain.picture import draw
from processes.domain.redline.compare import changes_between, marks_between
from processes.editor_benches import long_standard
from processes.models import Process
from procstd.measuring import Row, measure

_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)


def redline_rows(n: int | None) -> Iterator[Row]:
    """Compare two versions of 60 steps (or *n*): every third limit and title is another one, the last step is first."""
    size = n or 60
    process = Process.objects.get(code="order")
    before: dict[str, Any] = build(write_draft(process, long_standard(size), by=None, reason="Bench", at=_AT))
    after = copy.deepcopy(before) | {"number": "1.1"}
    for step in after["steps"][::3]:
        step["limit"] = {**step["limit"], "amount": step["limit"]["amount"] + 1}
        step["title"] = {"zh": step["title"]["zh"] + "（新）", "en": step["title"]["en"] + " anew"}
    after["steps"].insert(0, after["steps"].pop())
    for number, step in enumerate(after["steps"], 1):
        step["number"] = number
    old, new = parse(before), parse(after)

    def work() -> list[str]:
        return [str(change.sentence) for change in changes_between(old, new)]

    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield measure(f"redline.{language}", size, work, times=20)
    marks = marks_between(changes_between(old, new))
    yield measure("redline.pictures", size, lambda: [draw(old, marks=marks[0]), draw(new, marks=marks[1])], times=10)
