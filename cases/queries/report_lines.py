"""The lines of a weekly report as page, PDF and workbook show them, in the language in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.clock import Target
from cases.models.report import ExceptionKind, ExceptionReport
from cases.queries.reports import CLOSED, OPENED, Figures, figures_of, weeks_before
from procstd.bilingual import suffix
from procstd.look.bars import Bars, bars

_DETAILS = {
    (ExceptionKind.PAUSED, "cap"): gettext_lazy("lasted to its cap"),
    (ExceptionKind.PAUSED, "refused"): gettext_lazy("refused"),
    (ExceptionKind.MISSING, "fields"): gettext_lazy("left out at the opening"),
    (ExceptionKind.MISSING, "exception"): gettext_lazy("exception for incomplete forms"),
}


@dataclass(frozen=True)
class Line:
    """A figure of this week beside those of the weeks before."""

    label: str
    count: int
    before: int | None
    mean: float | None
    rate: float | None
    bars: Bars

    @property
    def change(self) -> str:
        """``more``, ``fewer`` or ``same`` as the week before; empty without one."""
        if self.before is None:
            return ""
        return "more" if self.count > self.before else "fewer" if self.count < self.before else "same"


@dataclass(frozen=True)
class Row:
    """A department or a step, with its figure of each kind."""

    label: str
    counts: tuple[int, ...]
    line: Line


@dataclass(frozen=True)
class Exceptional:
    """One exception in words."""

    kind: str
    detail: str
    department: str
    process: str
    step: str
    case: int
    at: datetime
    codes: tuple[str, str, str, str, str]

    @property
    def number(self) -> str:
        return f"C-{self.case:06d}"


class ReportReading:
    """One report within what a reader may see, beside the weeks before. One statement more than the report itself."""

    def __init__(self, report: ExceptionReport, *, scope: Set[str] | None = None, process: str = "") -> None:
        self.report, self.scope, self.process = report, scope, process
        self.content = report.load()
        self.figures = self._figures(report)
        self.before = [(row.week, self._figures(row)) for row in weeks_before(report)]

    def _figures(self, report: ExceptionReport) -> Figures:
        return figures_of(report.summary, self.scope, self.process)

    # --- names ----------------------------------------------------------------------------------

    def department(self, code: str) -> str:
        return _named(self.content["departments"].get(code), code)

    def process_name(self, code: str) -> str:
        return _named(self.content["processes"].get(code), code or _("unknown"))

    @property
    def process_label(self) -> str:
        """The name of the one process that is read of, if it is one."""
        return self.process_name(self.process) if self.process else ""

    def step(self, process: str, key: str) -> str:
        found = self._step(process, key)
        return f"{found['number']} {_named(found, key)}" if found else key or _("whole case")

    def _step(self, process: str, key: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.content["processes"].get(process, {}).get("steps", {}).get(key)
        return found

    def detail(self, kind: str, detail: str, process: str, step: str) -> str:
        """Say what kind of overdue, of sending back, of hold it is."""
        if kind == ExceptionKind.OVERDUE and detail in Target.values:
            return str(Target(detail).label)
        if kind == ExceptionKind.RETURNED:
            found = self._step(process, step)
            return _named(found["outcomes"].get(detail), detail) if found else detail
        return str(_DETAILS.get((ExceptionKind(kind), detail), detail))

    # --- figures --------------------------------------------------------------------------------

    @property
    def kinds(self) -> list[ExceptionKind]:
        return list(ExceptionKind)

    @cached_property
    def lines(self) -> list[Line]:
        """One line for each kind of exception."""
        return [self._line(str(kind.label), partial(_of_kind, kind)) for kind in ExceptionKind]

    @cached_property
    def total(self) -> Line:
        return self._line(_("All exceptions"), lambda row: row.total)

    @cached_property
    def work(self) -> list[Line]:
        """How many cases were opened and closed."""
        return [
            self._line(_("Cases opened"), lambda row: row.kinds[OPENED]),
            self._line(_("Cases closed"), lambda row: row.kinds[CLOSED]),
        ]

    @cached_property
    def departments(self) -> list[Row]:
        codes = sorted({code for code, kind in self.figures.departments if kind in ExceptionKind.values})
        return [self._row(self.department(code), partial(_in_department, code)) for code in codes]

    @cached_property
    def steps(self) -> list[Row]:
        places = sorted({(process, step) for process, step, _kind in self.figures.steps}, key=self._order)
        several = len({process for process, _step in places}) > 1
        return [
            self._row(
                (f"{self.process_name(process)}: " if several else "") + self.step(process, key),
                partial(_at_step, process, key),
            )
            for process, key in places
        ]

    def _order(self, place: tuple[str, str]) -> tuple[str, int]:
        found = self._step(*place)
        return place[0], found["number"] if found else 0

    def _row(self, label: str, count: Callable[[str, Figures], int]) -> Row:
        counts = tuple(count(kind, self.figures) for kind in ExceptionKind.values)
        line = self._line(label, lambda row: sum(count(kind, row) for kind in ExceptionKind.values))
        return Row(label, counts, line)

    def _line(self, label: str, count: Callable[[Figures], int]) -> Line:
        now = count(self.figures)
        earlier = [(week, count(figures)) for week, figures in self.before]
        values = [value for _week, value in earlier]
        return Line(
            label=label,
            count=now,
            before=values[-1] if values else None,
            mean=sum(values) / len(values) if values else None,
            rate=self.figures.rate(now),
            bars=bars([*earlier, (self.report.week, now)]),
        )

    # --- one by one -----------------------------------------------------------------------------

    @cached_property
    def exceptions(self) -> list[Exceptional]:
        """Every exception, kind by kind, in order of time."""
        order = {kind: place for place, kind in enumerate(ExceptionKind.values)}
        rows = sorted(self._rows(), key=lambda row: (order[row["kind"]], row["at"], row["case"], row["step"]))
        return [
            Exceptional(
                kind=str(ExceptionKind(row["kind"]).label),
                detail=self.detail(row["kind"], row["detail"], row["process"], row["step"]),
                department=self.department(row["department"]),
                process=self.process_name(row["process"]),
                step=self.step(row["process"], row["step"]),
                case=row["case"],
                at=datetime.fromisoformat(row["at"]),
                codes=(row["kind"], row["detail"], row["department"], row["process"], row["step"]),
            )
            for row in rows
        ]

    def _rows(self) -> Iterator[dict[str, Any]]:
        for row in self.content["rows"]:
            is_in_scope = self.scope is None or row["department"] in self.scope
            if is_in_scope and (not self.process or row["process"] == self.process):
                yield row


def _of_kind(kind: str, figures: Figures) -> int:
    return figures.kinds[kind]


def _in_department(code: str, kind: str, figures: Figures) -> int:
    return figures.departments[code, kind]


def _at_step(process: str, key: str, kind: str, figures: Figures) -> int:
    return figures.steps[process, key, kind]


def _named(words: dict[str, Any] | None, code: str) -> str:
    """Return a name in the language in force, or the other one, or the code."""
    if not words:
        return code
    first = suffix()
    return words[first] or words["en" if first == "zh" else "zh"] or code
