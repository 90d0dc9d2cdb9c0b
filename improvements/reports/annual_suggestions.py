"""The annual report's part on suggestions: how many, what became of them, whom to thank (H2.6, F80)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from improvements.queries.annual import Count, Year
from improvements.reports.annual_words import nothing
from processes.manuals.blocks import Block, Cell, Lines, Table
from processes.manuals.writer import Writer


def suggestions(w: Writer, found: Year) -> Iterator[Block]:
    if not (found.total.named or found.total.anonymous or found.states):
        yield nothing(w, _("Nobody suggested anything in this year."))
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
    yield _counts(w, _("Kind of improvement"), found.kinds, lambda key: key.label)
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


def adopted(w: Writer, found: Year) -> Block:
    if not found.adopted:
        return nothing(w, _("Nothing was adopted in this year, or too little to be told."))
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


def people(w: Writer, found: Year) -> Block:
    if not found.credits:
        return nothing(w, _("Nobody is credited by name in this year."))
    rows = tuple(
        (
            (w.line(lambda r=row: str(r.person), look="strong"),),
            (w.line(lambda r=row: str(r.person.department or "–")),),
            (w.line(", ".join(row.numbers)),),
        )
        for row in found.credits
    )
    return Table(w.heads(_("Person"), _("Department"), _("Suggestions")), rows, (30, 30, 40))
