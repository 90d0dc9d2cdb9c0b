"""The report of an audit 《流程稽核报告》: how it was drawn, what came out, what it proves, findings (H2.5.4, F72)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audits.documents import item_state, replaced_words
from audits.domain.findings import confirmed_of
from audits.domain.scoring import rule_for
from audits.domain.script import draw_script
from audits.models import Audit, Finding, Item
from audits.models.audit import headed_by
from audits.queries.figures import Figures
from audits.queries.reading import groups_of, items_shown, standard_for, standings
from audits.queries.results import Result, result_of
from audits.queries.strata import StratumNames
from audits.queries.words import step_words
from audits.reports.drawing import drawn
from processes.manuals.blocks import CHOICES, Block, Line, Lines, Manual, Section, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer
from procstd.estimates.rates import percent
from procstd.moments import day
from procstd.organisation.models import User

TITLE = _("Process audit report")
_NONE: Any = None


@dataclass(frozen=True)
class Reader:
    """For whom a report is written: heads read of their departments."""

    audit: Audit
    user: Any

    @property
    def sees_all(self) -> bool:
        return headed_by(self.user) is None


def report_of(row: Audit, *, choice: str, at: datetime) -> tuple[Manual, Any]:
    """Write the report in the languages of *choice*. *row* comes from AUDIT_REPORT.find, which knows the reader."""
    reader = Reader(row, getattr(row, "reader", None))
    say = Speaker(CHOICES[choice])
    w = Writer(_NONE, _NONE, say)
    state = _("Concluded") if hasattr(row, "conclusion") else _("Under way")
    manual = Manual(
        choice=choice, title=w.line(lambda: f"{row.process} {row.month}"), subtitle=w.line(TITLE),
        cover=_cover(w, row, at),
        stamp=stamp_of(say, code=row.number, title=TITLE, state=state,
                       path=reverse("audits:audit-report", args=[row.number]), at=at),
        front=(), sections=tuple(_sections(w, reader)), contents_title=w.line(_("Contents")),
    )  # fmt: skip
    return manual, None


def _cover(w: Writer, audit: Audit, at: datetime) -> Rows:
    concluded = getattr(audit, "conclusion", None)
    who = concluded.by if concluded else audit.opened_by
    rows = [
        w.row(_("Auditor"), w.line(lambda: str(who))),
        w.row(_("Process"), w.line(lambda: str(audit.process))),
        w.row(_("Month"), w.line(audit.month)),
        w.row(_("Audit"), w.line(audit.number)),
        w.row(_("State on"), w.line(lambda: day(at))),
    ]
    return Rows(tuple(rows), look="cover")


def _sections(w: Writer, reader: Reader) -> Iterator[Section]:
    audit = reader.audit
    (standing,) = standings([audit])
    rule = rule_for(audit.month_from)

    def result() -> Result:
        return result_of(audit, rule, standing=standing, user=reader.user)

    yield w.section("result", _("Result"), *_result(w, audit, result))
    if hasattr(audit, "population"):
        yield w.section("sample", _("How the sample was drawn"), *drawn(w, audit, reader.user))
    items = Item.objects.visible_to(reader.user) if reader.user else Item.objects.all()
    rows = list(items_shown(items.filter(audit=audit)))
    if rows:
        yield w.section("departures", _("Confirmed departures"), _departures(w, audit, rows))
        yield w.section("findings", _("Findings"), _findings(w, reader))
        yield w.section("sheet", _("The sample"), _sheet(w, audit, rows), starts_page=True)
    if hasattr(audit, "population") and reader.sees_all and audit.draws.exists():
        script = Lines((w.line(draw_script(audit).rstrip(), "mono"),))
        yield w.section("script", _("The script that draws it again"), script, starts_page=True)


def _result(w: Writer, audit: Audit, result: Callable[[], Result]) -> Iterator[Block]:
    found = result()
    figures = found.figures
    if figures is None:
        yield Lines((w.line(_("The audit is not concluded; there is no rate yet.")),))
        yield _sentences(w, result, "warnings")
        return

    def complied() -> str:
        return gettext("%(hits)d of %(n)d comply") % {"hits": figures.hits, "n": figures.n}

    yield Rows(
        (
            w.row(_("Compliance rate"), w.line(percent(figures.rate), "strong")),
            w.row(_("Cases checked"), w.line(complied)),
            w.row(_("Cases of the month"), w.line(str(figures.population))),
            w.row(_("At least, with 95 % confidence"), w.line(percent(figures.low), "strong")),
            w.row(_("95 % interval"), w.line(_interval(figures))),
            w.row(_("Rate to reach"), w.line(f"{found.threshold} %")),
        )
    )  # fmt: skip
    yield _sentences(w, result, "proves")
    if found.warnings:
        yield _sentences(w, result, "warnings")
    if found.departments:
        rows = tuple(
            (
                (w.line(lambda d=row.department: str(d)),),
                (w.line(f"{row.figures.hits} / {row.figures.n}"),),
                (w.line(percent(row.figures.rate)),),
                (w.line(_interval(row.figures)),),
            )
            for row in found.departments
        )
        heads = w.heads(_("Department"), _("Comply"), _("Rate"), _("95 % interval"))
        yield Table(heads, rows, (40, 16, 16, 28))
    if audit.conclusion.text:
        yield Lines(tuple(w.line(text) for text in audit.conclusion.text.splitlines() if text.strip()))


def _interval(figures: Figures) -> str:
    return f"{percent(figures.interval_low)} – {percent(figures.interval_high, up=True)}"


def _sentences(w: Writer, result: Callable[[], Result], name: str) -> Lines:
    count = len(getattr(result(), name))
    return w.items(w.line(lambda i=index: getattr(result(), name)[i]) for index in range(count))


def _departures(w: Writer, audit: Audit, items: list[Item]) -> Block:
    standard = standard_for(audit.process)
    confirmed = confirmed_of(audit).filter(item__in=[row.pk for row in items]).select_related("item").order_by("pk")
    rows = tuple(
        (
            (w.line(lambda g=group: str(g.department)),),
            (w.line(lambda g=group: str(g.kind)),),
            (w.line(lambda g=group: step_words(g.step, standard)),),
            (w.line(str(len(group.cases)), "strong"), w.line(", ".join(group.cases[:12]), "quiet")),
        )
        for group in groups_of(audit, confirmed, lambda key: key)
    )
    if not rows:
        return Lines((w.line(_("Nothing was confirmed.")),))
    return Table(w.heads(_("Department"), _("Kind"), _("Step"), _("Cases")), rows, (22, 20, 28, 30))


def _findings(w: Writer, reader: Reader) -> Block:
    found = Finding.objects.visible_to(reader.user) if reader.user else Finding.objects.all()
    standard = standard_for(reader.audit.process)
    rows = tuple(
        (
            (w.line(row.number, "strong"), *((w.line(_("again"), "quiet"),) if row.recurs_id else ())),
            (w.line(lambda r=row: str(r.department)),),
            (
                w.line(lambda r=row: str(r.get_kind_display())),
                w.line(lambda r=row: step_words(r.step, standard), "quiet"),
            ),
            (w.line(row.text),),
            (w.line(lambda r=row: gettext("closed") if r.closed_at else gettext("open")),),
        )
        for row in found.filter(audit=reader.audit).select_related("department").order_by("year", "serial")
    )
    if not rows:
        return Lines((w.line(_("No finding was raised.")),))
    return Table(
        w.heads(_("Number"), _("Department"), _("Kind"), _("Facts found"), _("State")), rows, (16, 18, 22, 34, 10)
    )


def _sheet(w: Writer, audit: Audit, items: list[Item]) -> Table:
    names = StratumNames({row.stratum for row in items}, standard_for(audit.process))
    people = User.objects.in_bulk({row.checker_id for row in items if row.checker_id})  # type: ignore[attr-defined]
    rows = tuple(
        (
            (w.line(str(row.position)),),
            (w.line(row.number),),
            (w.line(lambda r=row: names(r.stratum)),),
            (w.line(lambda r=row: item_state(r)), *_reason(w, row)),
            (w.line(lambda r=row: str(people.get(r.checker_id) or "–")),),
        )
        for row in items
    )
    return Table(w.heads(_("No."), _("Case"), _("Stratum"), _("State"), _("Auditor")), rows, (8, 18, 26, 30, 18))


def _reason(w: Writer, row: Item) -> tuple[Line, ...]:
    if not hasattr(row, "replacement"):
        return ()
    return w.line(row.replacement.reason, "quiet"), w.line(lambda: replaced_words(row), "quiet")


def _find(user: Any, number: str) -> Audit | None:
    rows = Audit.objects.visible_to(user).select_related("process", "opened_by", "population", "conclusion__by")
    row = rows.filter(number=number).first()
    if row is not None:
        row.reader = user  # type: ignore[attr-defined]
    return row


AUDIT_REPORT = ReportKind(
    "audit-report", title=TITLE, find=_find, write=report_of, key=lambda row: row.number,
    address=lambda row: reverse("audits:audit-report", args=[row.number]), stem=lambda row: f"{row.number}-report",
)  # fmt: skip
