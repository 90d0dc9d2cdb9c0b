"""《流程优化年度报告》: a year of improvement, one content for page, PDF and Word (H2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from improvements.apps import REPORT_READERS
from improvements.queries.annual import Count, Year, year_of, years_told
from improvements.reports.annual_standards import compliance, effects, evaluations, versions
from improvements.reports.annual_suggestions import adopted, people, suggestions
from improvements.reports.annual_words import day
from processes.manuals.blocks import CHOICES, Manual, Section, Speaker
from processes.manuals.blocks import Facts as Rows
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer
from procstd.access import may_call

TITLE = _("Annual report on process improvement")
_NO_STANDARD: Any = None


@dataclass(frozen=True)
class AnnualYear:
    """The year that a report is of."""

    year: int


def find_year(user: Any, key: str) -> AnnualYear | None:
    """Return the year of a key for whom the report is for; None for others, and where nothing can be told of it."""
    if not may_call(user, frozenset(REPORT_READERS)) or not (key.isascii() and key.isdecimal() and len(key) == 4):
        return None
    return AnnualYear(int(key)) if int(key) in years_told(at=timezone.now()) else None


def address_of(row: AnnualYear) -> str:
    return reverse("improvements:annual", args=[row.year])


def write_annual(row: AnnualYear, *, choice: str, at: Any) -> tuple[Manual, Any]:
    """Write the report in the languages of *choice*, as things are at a moment."""
    found = year_of(row.year, at=at)
    say = Speaker(CHOICES[choice])
    w = Writer(_NO_STANDARD, _NO_STANDARD, say)
    title = w.line(lambda: gettext("Process improvement in %(year)d") % {"year": row.year})
    manual = Manual(
        choice=choice, title=title, subtitle=w.line(TITLE), cover=_cover(w, found),
        stamp=stamp_of(
            say, code=str(row.year), title=TITLE, state=lambda: gettext("Report"), path=address_of(row), at=at
        ),
        front=(), sections=tuple(_sections(w, found)), contents_title=w.line(_("Contents")),
    )  # fmt: skip
    return manual, None


ANNUAL = ReportKind(
    code="improvement-year", title=TITLE, find=find_year, write=write_annual, key=lambda row: str(row.year),
    address=address_of, stem=lambda row: f"improvement-{row.year}",
)  # fmt: skip


def _cover(w: Writer, found: Year) -> Rows:
    return Rows(
        (
            w.row(_("Year"), w.line(str(found.year))),
            w.row(_("Suggestions"), w.line(_said(found.total))),
            w.row(_("Adopted"), w.line(str(len(found.adopted)))),
            w.row(_("People credited"), w.line(str(len(found.credits)))),
            w.row(_("Versions in force"), w.line(str(len(found.versions)))),
            w.row(_("Evaluations decided"), w.line(str(len(found.evaluations)))),
            w.row(_("State on"), w.line(day(found.at))),
        ),
        look="cover",
    )


def _said(row: Count) -> Callable[[], str]:
    """Say how many by name and how many anonymously, if that may be told."""

    def words() -> str:
        anonymous = gettext("fewer than 5, or not told") if row.anonymous is None else str(row.anonymous)
        return gettext("%(named)d by name; anonymous: %(anonymous)s") % {"named": row.named, "anonymous": anonymous}

    return words


def _sections(w: Writer, found: Year) -> Iterator[Section]:
    yield w.section("suggestions", _("Suggestions and what became of them"), *suggestions(w, found))
    yield w.section("adopted", _("What was adopted"), adopted(w, found))
    yield w.section("people", _("People to thank"), people(w, found))
    yield w.section("versions", _("Versions of the year"), versions(w, found))
    yield w.section("evaluations", _("Evaluations"), *evaluations(w, found))
    yield w.section("effects", _("Effects measured"), *effects(w, found))
    yield w.section("compliance", _("Compliance"), *compliance(w, found))
