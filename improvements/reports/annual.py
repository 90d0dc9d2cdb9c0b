"""《流程优化年度报告》: a year of improvement, one content for page, PDF and Word (H2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.queries.indicators import INDICATORS
from improvements.apps import REPORT_READERS
from improvements.domain.showing import say_value
from improvements.queries.annual import Count, Year, year_of, years_told
from improvements.queries.weeks import rate
from improvements.reports.effects import effect_rows
from processes.manuals.blocks import CHOICES, Block, Cell, Line, Lines, Manual, Section, Speaker, Table
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


def _day(moment: Any) -> Callable[[], str]:
    return lambda: date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def _cover(w: Writer, found: Year) -> Rows:
    return Rows(
        (
            w.row(_("Year"), w.line(str(found.year))),
            w.row(_("Suggestions"), w.line(_said(found.total))),
            w.row(_("Adopted"), w.line(str(len(found.adopted)))),
            w.row(_("People credited"), w.line(str(len(found.credits)))),
            w.row(_("Versions in force"), w.line(str(len(found.versions)))),
            w.row(_("Evaluations decided"), w.line(str(len(found.evaluations)))),
            w.row(_("State on"), w.line(_day(found.at))),
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
    yield w.section("suggestions", _("Suggestions and what became of them"), *_suggestions(w, found))
    yield w.section("adopted", _("What was adopted"), _adopted(w, found))
    yield w.section("people", _("People to thank"), _people(w, found))
    yield w.section("versions", _("Versions of the year"), _versions(w, found))
    yield w.section("evaluations", _("Evaluations"), *_evaluations(w, found))
    yield w.section("effects", _("Effects measured"), *_effects(w, found))
    yield w.section("compliance", _("Compliance"), *_compliance(w, found))


def _none(w: Writer, words: Any) -> Lines:
    return Lines((w.line(words, look="quiet"),))


def _suggestions(w: Writer, found: Year) -> Iterator[Block]:
    if not (found.total.named or found.total.anonymous or found.states):
        yield _none(w, _("Nobody suggested anything in this year."))
        return
    yield Lines(
        (
            w.line(
                _(
                    "Anonymous suggestions are counted apart. A number of them below 5 is not told, nor one that would "
                    "give it away: nobody must be found out by counting."
                )
            ),
        )
    )
    yield _counts(w, _("State"), found.states, lambda key: key.label)
    yield _counts(w, _("Process"), found.processes, lambda key: key)
    yield _counts(w, _("Kind of improvement"), found.kinds, lambda key: key)
    yield _counts(w, _("Department"), found.departments, lambda key: key or gettext("no department"))


def _counts(w: Writer, head: Any, rows: Iterable[Count], name: Callable[[Any], Any]) -> Table:
    return Table(
        w.heads(head, _("By name"), _("Anonymous")),
        tuple(
            (
                (w.line(lambda r=row: str(name(r.key))),),
                (w.line(str(row.named)),),
                (w.line(_("not told")) if row.anonymous is None else w.line(str(row.anonymous)),),
            )
            for row in rows
        ),
        (60, 20, 20),
    )


def _adopted(w: Writer, found: Year) -> Block:
    if not found.adopted:
        return _none(w, _("Nothing was adopted in this year, or too little to be told."))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            (w.line(row.number, look="strong"),),
            (w.line(lambda r=row: str(r.process)), *_clause(w, row)),
            (w.line(row.proposal[:300]),),
            (w.line(lambda r=row: f"{r.get_state_display()} {r.effective_version}"),),
        )
        for row in found.adopted
    )  # fmt: skip
    return Table(w.heads(_("Number"), _("Process"), _("Proposal"), _("State")), rows, (16, 22, 44, 18))


def _clause(w: Writer, row: Any) -> Cell:
    return (w.line(lambda: row.clause, look="quiet"),) if row.clause_en or row.clause_zh else ()


def _people(w: Writer, found: Year) -> Block:
    if not found.credits:
        return _none(w, _("Nobody is credited by name in this year."))
    rows = tuple(
        (
            (w.line(lambda r=row: str(r.person), look="strong"),),
            (w.line(lambda r=row: str(r.person.department or "–")),),
            (w.line(", ".join(row.numbers)),),
        )
        for row in found.credits
    )
    return Table(w.heads(_("Person"), _("Department"), _("Suggestions")), rows, (30, 30, 40))


def _versions(w: Writer, found: Year) -> Block:
    if not found.versions:
        return _none(w, _("No version took effect in this year."))
    rows = tuple(
        (
            (w.line(lambda r=row: str(r.revision.process)),),
            (w.line(f"V{row.revision.number}", look="strong"),),
            (w.line(_day(row.since)),),
            (w.line(str(row.changes)),),
        )
        for row in found.versions
    )
    heads = w.heads(_("Process"), _("Version"), _("In force since"), _("Changes with their origin"))
    return Table(heads, rows, (40, 14, 22, 24))


def _evaluations(w: Writer, found: Year) -> Iterator[Block]:
    if found.overdue:
        yield Lines((w.line(_("Overdue and not decided: %(n)s."), n=str(found.overdue)),))
    if not found.evaluations:
        yield _none(w, _("No evaluation was decided in this year."))
        return
    rows = tuple(
        (
            (w.line(row.number, look="strong"),),
            (w.line(lambda r=row: str(r.process)), w.line(lambda r=row: r.get_trigger_display(), look="quiet")),
            (w.line(_day(row.decided_at)),),
            (w.line(lambda r=row: r.get_outcome_display()), w.line(row.reason, look="quiet")),
        )
        for row in found.evaluations
    )
    yield Table(w.heads(_("Number"), _("Process"), _("Decided"), _("Outcome and reason")), rows, (12, 30, 14, 44))


def _effects(w: Writer, found: Year) -> Iterator[Block]:
    if not found.effects:
        yield _none(w, _("No effect was measured in this year: that is done eight weeks after a version takes effect."))
        return
    yield Lines(
        (w.line(_("Before and after are the eight weeks on either side; the interval holds the true difference with "
                  "95 % confidence.")),)
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for effect in found.effects:
        for place, said in enumerate(effect_rows(effect.data)):
            process = w.line(lambda e=effect: f"{e.definition.revision.process} V{e.definition.revision.number}")
            name: Line = w.line(lambda s=said: str(INDICATORS[s.code].title))
            rows.append(
                ((process,) if place == 0 else (), (name,), (w.line(said.before_after),), (w.line(said.interval),),
                 (w.line(said.words),))
            )  # fmt: skip
    heads = w.heads(_("Version"), _("Indicator"), _("Before → after"), _("Difference, interval"), _("It says"))
    yield Table(heads, tuple(rows), (22, 18, 18, 22, 20))


def _compliance(w: Writer, found: Year) -> Iterator[Block]:
    if not found.punctual and not found.audited:
        yield _none(w, _("No case was closed in the weeks of this year."))
        return

    def share(hits: int, n: int) -> Callable[[], str]:
        return lambda: f"{say_value('', rate(hits, n))} ({hits}/{n})"

    rows = tuple(
        (
            (w.line(lambda r=row: str(r.process)),),
            (w.line(str(row.closed)),),
            (w.line(share(row.in_time, row.closed)),),
            (w.line(share(row.right, row.closed)),),
        )
        for row in found.punctual
    )
    heads = w.heads(_("Process"), _("Cases closed"), _("No limit exceeded"), _("Right the first time"))
    yield Table(heads, rows, (40, 16, 22, 22))
    if found.audited:
        yield _audited(w, found.audited)


def _audited(w: Writer, audited: list[dict[str, Any]]) -> Table:
    rows = tuple(
        (
            (w.line(row["number"], look="strong"), w.line(lambda r=row: str(r["process"]), look="quiet")),
            (w.line(f"{row['hits']}/{row['n']}"),),
            (w.line(lambda r=row: say_value("", r["rate"])),),
            (w.line(lambda r=row: say_value("", r["lower"])),),
        )
        for row in audited
    )
    heads = w.heads(_("Audit"), _("Compliant of audited"), _("Compliance rate"), _("At least, with 95 % confidence"))
    return Table(heads, rows, (40, 16, 20, 24))
