"""What the page of a case or of a task shows of its clocks, and what its reader may do with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.domain.acting import may_direct, may_work
from cases.domain.clocks.regrading import grades, may_regrade
from cases.domain.clocks.showing import Shown, clocks_shown
from cases.models import Case, Hold, Task
from processes.domain.standard import Standard, Step


@dataclass(frozen=True)
class Panel:
    """The clocks of a case, its hold, and what asks for the reader's decision."""

    clocks: list[Shown]
    hold: Hold | None
    asked: Hold | None
    #: Whether the reader has a post in what the case is at: resume, ask for more time, deal with exceptions.
    may_act: bool
    #: Whether the reader decides about the hold that is asked for.
    may_decide: bool
    #: Whose requests for more time the reader decides.
    to_decide: list[Shown]
    may_regrade: bool

    @property
    def running(self) -> list[Shown]:
        """Those that have not ended."""
        return [row for row in self.clocks if row.clock.is_open]

    @property
    def ended(self) -> list[Shown]:
        """Those that have, with whether they were met."""
        return [row for row in self.clocks if not row.clock.is_open]


def panel_of(case: Case, standard: Standard, *, user: Any, at: datetime, task: Task | None = None,
             open_keys: set[str] | None = None) -> Panel:  # fmt: skip
    """Return what to show. Three statements; *open_keys* are the steps the case is at, asked for if not given."""
    holds = list(case.holds.select_related("asked_by", "decided_by", "task").defer("task__data", "task__flow_task"))
    if open_keys is None:
        open_keys = {task.key} if task is not None and task.is_open else set()
    steps = [step for step in standard.steps if step.key in open_keys]
    clocks = clocks_shown(case, standard, at=at, holds=holds, task=task)
    asked = next((row for row in holds if row.decided_at is None and row.task.finished is None), None)
    asked_step = standard.step(asked.task.key) if asked is not None else None
    decides = asked is not None and asked_step is not None and asked.asked_by_id != user.pk
    return Panel(
        clocks=clocks,
        hold=next((row for row in holds if row.is_in_force), None),
        asked=asked,
        may_act=case.is_open and any(may_work(user, step) or may_direct(user, step) for step in steps),
        may_decide=bool(decides and asked_step is not None and may_direct(user, asked_step)),
        to_decide=[row for row in clocks if _decides(row, user, standard, steps)],
        may_regrade=case.is_open and may_regrade(user, standard) and bool(grades(standard, case)),
    )


def _decides(row: Shown, user: Any, standard: Standard, steps: list[Step]) -> bool:
    """Tell whether *user* decides about more time for a clock, as ``extending.decide_extension`` does."""
    if row.extension is None or not row.clock.is_open or row.extension.asked_by_id == user.pk:
        return False
    own = standard.step(row.clock.step) if row.clock.task_id is not None else None
    return any(may_direct(user, step) for step in ([own] if own else steps))
