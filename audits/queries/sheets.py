"""The score sheets of departments: entries with their reasons in words, totals of a year (F77 to F79)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from audits.models import ScoreEntry
from audits.queries.figures import Figures
from audits.queries.ledger import INSUFFICIENT, MISSED, REACHED
from procstd.estimates.rates import percent
from procstd.moments import house_midnight
from procstd.organisation.models import Department


@dataclass(frozen=True)
class ScoreLine:
    """An entry of the ledger in words."""

    entry: ScoreEntry
    verdict: str
    why: str
    figures: Figures | None
    appeal: Any
    decision: Any


@dataclass(frozen=True)
class SheetYear:
    """The sheet of a department and a year."""

    department: Any
    year: int
    lines: list[ScoreLine]

    def __str__(self) -> str:
        return f"{self.department} {self.year}"

    @property
    def total(self) -> int:
        return sum(line.entry.points for line in self.lines)


@dataclass(frozen=True)
class Total:
    """A department with its points."""

    department: Any
    points: int
    reached: int
    missed: int
    insufficient: int
    reversed: int


def year_of(year: int) -> tuple[datetime, datetime]:
    """Return a year of the house as a half-open stretch of moments."""
    return house_midnight(date(year, 1, 1)), house_midnight(date(year + 1, 1, 1))


def entries_of_year(year: int) -> Any:
    """Return the entries of a year: by the day on which they were written."""
    begin, until = year_of(year)
    return ScoreEntry.objects.filter(at__gte=begin, at__lt=until)


def lines_of(department: Department, year: int) -> list[ScoreLine]:
    """Return the ledger of a department in a year. One statement."""
    rows = entries_of_year(year).filter(department=department)
    rows = rows.select_related("audit__process", "department", "appeal__by", "appeal__decision__by", "reverses__audit")
    return [line_of(row) for row in rows.order_by("at", "pk")]


def line_of(entry: ScoreEntry) -> ScoreLine:
    """Say where the points of an entry come from."""
    verdict = entry.facts["verdict"]
    found = Figures.of(entry.facts["figures"]) if "figures" in entry.facts else None
    appeal = getattr(entry, "appeal", None)
    return ScoreLine(entry, verdict, _why(entry, verdict, found), found, appeal, getattr(appeal, "decision", None))


def verdict_label(verdict: str) -> str:
    """Name a verdict."""
    return {
        REACHED: _("rate reached"), MISSED: _("rate missed"), INSUFFICIENT: _("insufficient evidence"),
        "reversed": _("taken back"),
    }[verdict]  # fmt: skip


def _why(entry: ScoreEntry, verdict: str, found: Figures | None) -> str:
    if found is None and entry.points == 0:  # of a sample that told neither
        return _("An appeal was upheld: the result of %(audit)s does not stand.") % {"audit": entry.audit.number}
    if found is None:
        return _("An appeal was upheld: the points of %(audit)s are taken back.") % {"audit": entry.audit.number}
    rule = entry.facts["rule"]
    facts = {
        "hits": found.hits, "n": found.n, "rate": percent(found.rate), "wanted": rule["threshold"],
        "low": percent(found.interval_low), "high": percent(found.interval_high, up=True),
    }  # fmt: skip
    said = (
        _("%(hits)d of %(n)d cases complied: %(rate)s; 95 %% interval %(low)s to %(high)s; wanted %(wanted)d %%.")
        % facts
    )
    ends = {
        REACHED: _("The whole interval is above it."), MISSED: _("The whole interval is below it."),
        INSUFFICIENT: _("The interval holds it, so the sample tells neither."),
    }  # fmt: skip
    if not rule["wants_evidence"]:
        return f"{said} {_('By the rule of that month the estimate decides.')}"
    return f"{said} {ends[verdict]}"


def totals_of(user: Any, year: int) -> list[Total]:
    """Return the departments with entries in a year that *user* reads, the most points first. Two statements."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = entries_of_year(year).filter(pk__in=ScoreEntry.objects.visible_to(user).values("pk")).order_by()
    for department, points, facts in rows.values_list("department", "points", "facts"):
        found[department].append((points, facts["verdict"]))
    departments = Department.objects.without_tree_fields().in_bulk(list(found))
    totals = [_total(departments[key], entries) for key, entries in found.items()]
    return sorted(totals, key=lambda row: (-row.points, row.department.code))


def _total(department: Any, entries: Iterable[tuple[int, str]]) -> Total:
    rows = list(entries)
    counts = {
        name: sum(verdict == name for _points, verdict in rows) for name in (REACHED, MISSED, INSUFFICIENT, "reversed")
    }
    return Total(department, sum(points for points, _verdict in rows), *counts.values())
