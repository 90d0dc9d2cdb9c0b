"""What `manage.py bench authoring` measures of writing standards."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from processes import demo
from processes.centre_benches import search_rows
from processes.chart_benches import chart_rows
from processes.demo_complaint import COMPLAINT
from processes.domain.checker.suppressing import findings_in
from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.parsing import parse
from processes.editor_benches import editor_rows
from processes.manual_benches import manual_rows
from processes.models import Process, Revision
from processes.redline_benches import redline_rows
from procstd.measuring import Row, measure
from procstd.organisation import demo as organisation_demo

_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)
_STEPS = 60


def _long_draft(steps: int) -> Revision:
    """Write a draft of so many steps, each with the texts of one of the complaint's, one after the other."""
    data: dict[str, Any] = copy.deepcopy(COMPLAINT)
    models = data["steps"]
    data["steps"] = []
    for number in range(1, steps + 1):
        last = models[(number - 1) % len(models)]
        following = f"s{number + 1}" if number < steps else None
        outcomes = [{"key": "done", "label": {"zh": "完成", "en": "Done"}, "target": following}]
        data["steps"].append({**last, "key": f"s{number}", "number": number, "not_by": "", "outcomes": outcomes,
                              "limit": {**last["limit"], "from": ""}})  # fmt: skip
    return write_draft(Process.objects.get(code="order"), data, by=None, reason="Bench", at=_AT)


def checker(n: int | None) -> Iterator[Row]:
    """Everything that the checker finds in a draft of 60 steps (or *n*) in both languages, and how it is said."""
    size = n or _STEPS
    draft = Revision.objects.select_related("process").get(pk=_long_draft(size).pk)
    standard = parse(build(draft))

    def work() -> list[str]:
        return [f"{row.message}{row.why}{row.proposal}" for row in findings_in(draft, standard, at=_AT)]

    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield measure(f"checker.{language}", size, work, times=20)


#: What is measured of authoring; each takes the size, or None for its own.
PARTS: list[Callable[[int | None], Iterator[Row]]] = [
    checker, editor_rows, chart_rows, redline_rows, manual_rows, search_rows,
]  # fmt: skip


def authoring(n: int | None) -> Iterator[Row]:
    """Writing a standard."""
    organisation_demo.load()
    demo.load()
    for part in PARTS:
        # Each begins with the demo's data, and leaves none of its own behind.
        with transaction.atomic():
            rows = list(part(n))
            transaction.set_rollback(True)
        yield from rows


SUBJECTS = {"authoring": authoring}
