"""The annual report's part on standards: new versions, evaluations, effects measured, compliance (H2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.queries.indicators import INDICATORS
from improvements.domain.showing import say_value
from improvements.queries.annual import Year
from improvements.queries.weeks import rate
from improvements.reports.annual_words import day, nothing
from improvements.reports.effects import effect_rows
from processes.manuals.blocks import Block, Cell, Line, Lines, Table
from processes.manuals.writer import Writer


def versions(w: Writer, found: Year) -> Block:
    if not found.versions:
        return nothing(w, _("No version took effect in this year."))
    rows = tuple(
        (
            (w.line(lambda r=row: str(r.revision.process)),),
            (w.line(f"V{row.revision.number}", look="strong"),),
            (w.line(day(row.since)),),
            (w.line(str(row.changes)),),
        )
        for row in found.versions
    )
    heads = w.heads(_("Process"), _("Version"), _("In force since"), _("Changes with their origin"))
    return Table(heads, rows, (40, 14, 22, 24))


def evaluations(w: Writer, found: Year) -> Iterator[Block]:
    if found.overdue:
        yield Lines((w.line(_("Overdue and not decided: %(n)s."), n=str(found.overdue)),))
    if not found.evaluations:
        yield nothing(w, _("No evaluation was decided in this year."))
        return
    rows = tuple(
        (
            (w.line(row.number, look="strong"),),
            (w.line(lambda r=row: str(r.process)), w.line(lambda r=row: r.get_trigger_display(), look="quiet")),
            (w.line(day(row.decided_at)),),
            (w.line(lambda r=row: r.get_outcome_display()), w.line(row.reason, look="quiet")),
        )
        for row in found.evaluations
    )
    yield Table(w.heads(_("Number"), _("Process"), _("Decided"), _("Outcome and reason")), rows, (12, 30, 14, 44))


def effects(w: Writer, found: Year) -> Iterator[Block]:
    if not found.effects:
        yield nothing(
            w, _("No effect was measured in this year: that is done eight weeks after a version takes effect.")
        )
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


def compliance(w: Writer, found: Year) -> Iterator[Block]:
    if not found.punctual and not found.audited:
        yield nothing(w, _("No case was closed in the weeks of this year."))
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
