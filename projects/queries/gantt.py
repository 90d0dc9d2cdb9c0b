"""A plan as a picture: where each bar stands, in points. Pure; a template draws it (templates/projects/gantt.svg)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from procstd.calendars.domain.workdays import Workdays
from projects.queries.plan import Line, Plan

LABELS = 190
ROW, BAR, HEAD = 26, 13, 34
_WIDEST, _NARROWEST = 12.0, 3.2
_USUAL = 720


@dataclass(frozen=True)
class Bar:
    """A line: its label, its bar, and where it was agreed to be."""

    key: str
    label: str
    words: str
    y: int
    text_y: int
    x: float
    width: float
    planned_x: float
    planned_width: float
    is_phase: bool
    look: str
    has_slipped: bool
    slipped: int
    end_x: float
    start_on: date
    end_on: date


@dataclass(frozen=True)
class Mark:
    """A place on the axis of time."""

    x: float
    label: str = ""
    width: float = 0


@dataclass(frozen=True)
class Gantt:
    """The picture."""

    width: float
    height: int
    bars: tuple[Bar, ...]
    weeks: tuple[Mark, ...]
    closed: tuple[Mark, ...]
    today: float | None
    left: int
    top: int
    first: date
    per_day: float


def draw(plan: Plan, days: Workdays, today: date, *, phases_only: bool = False) -> Gantt | None:
    """Return the picture of a plan, or None where there is none."""
    lines = plan.phases if phases_only else plan.lines
    if not lines:
        return None
    begin = min(min(line.item.start_on, line.item.planned_start_on) for line in lines)
    end = max(max(line.item.end_on, line.item.planned_end_on) for line in lines)
    first = begin - timedelta(days=begin.weekday())
    last = end + timedelta(days=6 - end.weekday())
    count = (last - first).days + 1
    per_day = min(_WIDEST, max(_NARROWEST, _USUAL / count))

    def x(day: date) -> float:
        return round(LABELS + (day - first).days * per_day, 1)

    height = HEAD + ROW * len(lines) + 6
    return Gantt(
        width=round(LABELS + count * per_day + 44, 1),
        height=height,
        bars=tuple(_bar(line, number, x, per_day) for number, line in enumerate(lines)),
        weeks=_weeks(first, last, per_day, x),
        closed=tuple(
            Mark(x(since), width=round(((until - since).days + 1) * per_day, 1))
            for since, until in days.closed_stretches(first, last)
        ),
        today=round(x(today) + per_day / 2, 1) if first <= today <= last else None,
        left=LABELS,
        top=HEAD,
        first=first,
        per_day=per_day,
    )


def _bar(line: Line, number: int, x: Any, per_day: float) -> Bar:
    item = line.item

    def width(since: date, until: date) -> float:
        return float(round(((until - since).days + 1) * per_day, 1))

    y = HEAD + ROW * number
    label = str(item) if item.is_phase else f"  {item}"
    return Bar(
        key=item.key, label=shortened(label, 27 if item.is_phase else 30), words=str(item), y=y + (ROW - BAR) // 2,
        text_y=y + ROW // 2 + 4,
        x=x(item.start_on), width=width(item.start_on, item.end_on), planned_x=x(item.planned_start_on),
        planned_width=width(item.planned_start_on, item.planned_end_on), is_phase=item.is_phase,
        look=str(line.standing), slipped=line.slipped, end_x=x(item.end_on) + per_day + 4,
        has_slipped=(item.start_on, item.end_on) != (item.planned_start_on, item.planned_end_on),
        start_on=item.start_on, end_on=item.end_on,
    )  # fmt: skip


def _weeks(first: date, last: date, per_day: float, x: Any) -> tuple[Mark, ...]:
    """Return the Mondays, as many with a day as have room."""
    every = 1 if 7 * per_day >= 44 else 2 if 14 * per_day >= 44 else 4
    mondays: Sequence[date] = [first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)]
    return tuple(
        Mark(x(monday), f"{monday.month}-{monday.day:02}" if number % every == 0 else "")
        for number, monday in enumerate(mondays)
    )


def shortened(text: str, most: int) -> str:
    """Return *text* within so many half widths: a Chinese character takes two."""
    width, found = 0, ""
    for letter in text:
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > most:
            return f"{found.rstrip()}…"
        found += letter
    return text
