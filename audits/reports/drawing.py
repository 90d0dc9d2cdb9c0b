"""How a sample was drawn, as the report says it: rule, list, sizes, commitments, seeds (F69 to F71)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audits.models import Audit
from audits.queries.reading import standard_for
from audits.queries.results import strata_seen
from audits.queries.strata import StratumNames
from processes.manuals.blocks import Block, Cell, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.writer import Writer
from procstd.moments import moment


def drawn(w: Writer, audit: Audit, user: Any = None) -> Iterator[Block]:
    """Write the section, with the strata that *user* reads (None: all)."""
    population = audit.population
    yield Rows(
        (
            w.row(_("Which cases are of a month"), w.line(rule_words)),
            w.row(_("Frozen"), w.line(lambda: moment(population.at))),
            w.row(_("Cases"), w.line(str(population.count))),
            w.row(_("Opened in an earlier month"), w.line(str(population.earlier))),
            w.row(_("Late ones of the month before"), w.line(str(population.late))),
            w.row(_("SHA-256 of the list"), w.line(population.sha256, "mono")),
            w.row(_("Size of the sample"), w.line(lambda: size_words(audit))),
        )
    )
    heads = w.heads(_("Stratum"), _("Cases"), _("Drawn by the rule"))
    seen = strata_seen(audit, user)
    names = StratumNames([row[0] for row in seen], standard_for(audit.process))
    strata = tuple(
        ((w.line(lambda c=code: names(c)), w.line(code, "mono")), (w.line(str(count)),), (w.line(str(size)),))
        for code, count, size in seen
    )
    yield Table(heads, strata, (60, 20, 20))
    rows: list[tuple[Cell, ...]] = []
    for row in audit.commitments.select_related("draw").order_by("round"):
        draw = getattr(row, "draw", None)
        rows.append(
            (
                (w.line(str(row.round)),),
                (w.line(lambda r=row: moment(r.at)), w.line(row.sha256, "mono")),
                (w.line(lambda d=draw: moment(d.at) if d else "–"), w.line(draw.nonce if draw else "–", "mono")),
                (w.line(draw.seed if draw else "–", "mono"),),
            )
        )
    yield Table(
        w.heads(_("Round"), _("Committed to"), _("Secret, told at the draw"), _("Seed")), tuple(rows), (12, 30, 30, 28)
    )


def rule_words() -> str:
    """Say which cases are of a month (audits/queries/population.py)."""
    return gettext(
        "Cases last closed in the month, whenever they were opened; cases open when it was frozen are of the month in "
        "which they will be closed; cases closed in the month audited before and not in its population are late and "
        "of this one. Practice cases are of none."
    )


def size_words(audit: Audit) -> str:
    """Say how the size of the sample comes about, with its settings."""
    population = audit.population
    return gettext(
        "%(percent)d %% of %(count)d cases, rounded %(rounding)s, at least %(floor)d: %(base)d; of each stratum at "
        "least %(minimum)d: %(size)d."
    ) % {
        "percent": audit.percent, "count": population.count, "rounding": audit.rounding_words(), "floor": audit.floor,
        "base": population.size_by_percent, "minimum": audit.minimum, "size": population.size,
    }  # fmt: skip
