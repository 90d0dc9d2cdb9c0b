"""What follows when a line of a plan moves: pure arithmetic on working days.

A phase follows the one before it; a task follows those it depends on and lies within its phase. What is
done does not move, and nothing is pulled forward by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from procstd.calendars.domain.workdays import Workdays


@dataclass
class Bar:
    """A line of the plan as the arithmetic sees it."""

    key: str
    phase: int
    is_phase: bool
    start: date
    end: date
    is_done: bool = False
    depends_on: frozenset[str] = field(default_factory=frozenset)


def follow(bars: Sequence[Bar], moved: str, start: date, end: date, days: Workdays) -> dict[str, tuple[date, date]]:
    """Return the new dates of every line when *moved* runs from *start* to *end*: only of those that change."""
    before = {bar.key: (bar.start, bar.end) for bar in bars}
    by_key = {bar.key: bar for bar in bars}
    bar = by_key[moved]
    shift = days.between(bar.start, start)
    bar.start, bar.end = start, end
    if bar.is_phase and shift:
        for task in _tasks(bars, bar.phase):
            _shift(task, shift, days)
    previous: Bar | None = None
    for phase in sorted((bar for bar in bars if bar.is_phase), key=lambda bar: bar.phase):
        if previous is not None and not phase.is_done and phase.start <= previous.end:
            distance = days.between(phase.start, days.after(previous.end))
            _shift(phase, distance, days)
            for task in _tasks(bars, phase.phase):
                _shift(task, distance, days)
        for task in in_order(_tasks(bars, phase.phase)):
            ends = [by_key[key].end for key in task.depends_on if key in by_key]
            if ends and task.start <= max(ends) and not task.is_done:
                _shift(task, days.between(task.start, days.after(max(ends))), days)
        if not phase.is_done:
            phase.end = max([phase.end, *(task.end for task in _tasks(bars, phase.phase))])
        previous = phase
    return {bar.key: (bar.start, bar.end) for bar in bars if before[bar.key] != (bar.start, bar.end)}


def in_order(tasks: Sequence[Bar]) -> list[Bar]:
    """Return tasks so that each stands after those it depends on. Raises ValueError when they go round in a circle."""
    known = {task.key for task in tasks}
    waiting, done, found = list(tasks), set[str](), list[Bar]()
    while waiting:
        ready = [task for task in waiting if not (task.depends_on & known) - done]
        if not ready:
            raise ValueError("The tasks depend on each other in a circle.")
        found += ready
        done |= {task.key for task in ready}
        waiting = [task for task in waiting if task.key not in done]
    return found


def goes_round(depends_on: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether tasks depend on each other in a circle."""
    day = date(2026, 1, 1)
    try:
        in_order([Bar(key, 1, False, day, day, depends_on=rows) for key, rows in depends_on.items()])
    except ValueError:
        return True
    return False


def _tasks(bars: Sequence[Bar], phase: int) -> list[Bar]:
    return [bar for bar in bars if not bar.is_phase and bar.phase == phase]


def _shift(bar: Bar, distance: int, days: Workdays) -> None:
    """Move a line by working days; it stays as long as it was."""
    if bar.is_done or not distance:
        return
    length = max(days.count(bar.start, bar.end), 1)
    bar.start = days.plus(bar.start, distance)
    bar.end = days.plus(bar.start, length - 1)
