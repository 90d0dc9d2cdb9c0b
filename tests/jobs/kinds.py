"""Kinds of job for the tests: each does real work of a known shape."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from procstd.errors import DomainError
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind


@kind("test-count", title="Counting")
def count(run: Run) -> dict[str, Any]:
    """Count to ``facts["to"]``."""
    total = int(run.facts["to"])
    for done in range(total):
        run.advance(done, total=total)
    return {"counted": total, "language": _language()}


@kind("test-refuse", title="Refusing")
def refuse(run: Run) -> None:
    raise DomainError("The sheet is empty.")


@kind("test-break", title="Breaking")
def break_down(run: Run) -> None:
    raise RuntimeError("canary of the inside")


@kind("test-write", title="Writing lines, one after the other")
def write_lines(run: Run) -> dict[str, Any]:
    """Append a line per step to a file, saving a checkpoint after each; stop where told until told to go on."""
    out = Path(run.facts["file"])
    for number in range(run.checkpoint.get("next", 0), run.facts["lines"]):
        with out.open("a") as file:
            file.write(f"{number} {os.getpid()}\n")
        run.save_checkpoint(next=number + 1)
        run.advance(number + 1, total=run.facts["lines"])
        while number + 1 == run.facts["pause_after"] and not out.with_suffix(".go").exists():
            time.sleep(0.05)
            run.advance(number + 1, total=run.facts["lines"])
    return {"lines": run.facts["lines"]}


def _language() -> str:
    from django.utils.translation import get_language

    return get_language() or ""
