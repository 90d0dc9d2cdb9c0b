"""What audits hand out as workbooks: an audit, a department's scores. Cells compute nothing (I4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.models import Audit, Deviation, Finding, Item, Source
from audits.queries.reading import items_shown, standard_for
from audits.queries.sheets import SheetYear, verdict_label
from audits.queries.words import departure_words, people_in, step_words
from procstd.moments import moment
from procstd.organisation.models import User
from procstd.sheets import Column, write_sheets

_SAMPLE = (
    Column("position", gettext_lazy("No."), width=8),
    Column("case", gettext_lazy("Case"), width=14),
    Column("stratum", gettext_lazy("Stratum"), width=24),
    Column("department", gettext_lazy("Department"), width=24),
    Column("state", gettext_lazy("State"), width=16),
    Column("auditor", gettext_lazy("Auditor"), width=18),
    Column("flags", gettext_lazy("Flags"), width=8),
    Column("reason", gettext_lazy("Reason or note"), width=50),
    Column("rank", gettext_lazy("Rank: SHA-256 of seed and number"), width=70),
)
_DEPARTURES = (
    Column("case", gettext_lazy("Case"), width=14),
    Column("kind", gettext_lazy("Kind"), width=22),
    Column("step", gettext_lazy("Step"), width=34),
    Column("source", gettext_lazy("Found by"), width=20),
    Column("what", gettext_lazy("What was seen"), width=60),
    Column("word", gettext_lazy("Auditor's word"), width=16),
    Column("reason", gettext_lazy("Reason"), width=50),
)
_FINDINGS = (
    Column("number", gettext_lazy("Number"), width=16),
    Column("department", gettext_lazy("Department"), width=24),
    Column("kind", gettext_lazy("Kind"), width=22),
    Column("step", gettext_lazy("Step"), width=34),
    Column("grade", gettext_lazy("Grade"), width=10),
    Column("what", gettext_lazy("Facts found"), width=60),
    Column("closed", gettext_lazy("Closed"), width=18),
)
_SCORES = (
    Column("audit", gettext_lazy("Audit"), width=24),
    Column("process", gettext_lazy("Process"), width=26),
    Column("at", gettext_lazy("Written"), width=18),
    Column("points", gettext_lazy("Points"), width=8),
    Column("verdict", gettext_lazy("Result"), width=22),
    Column("why", gettext_lazy("Why"), width=90),
    Column("appeal", gettext_lazy("Appeal"), width=40),
    Column("decision", gettext_lazy("Decision"), width=40),
)


def audit_workbook(audit: Audit, user: Any) -> bytes:
    """Return sample, departures and findings of an audit as .xlsx, within what *user* sees."""
    items = Item.objects.visible_to(user).filter(audit=audit)
    return write_sheets(
        [
            (_("Sample"), _SAMPLE, _sample(items)),
            (_("Departures"), _DEPARTURES, _departures(audit, items)),
            (_("Findings"), _FINDINGS, _findings(audit, user)),
        ]
    )


def item_state(item: Item) -> str:
    """Say where the check of a case stands."""
    if hasattr(item, "replacement"):
        return _("replaced")
    if not hasattr(item, "check_done"):
        return _("to be checked")
    return _("complies") if item.check_done.complies else _("does not comply")


def replaced_words(item: Any) -> str:
    """Say who replaced a case, and how many flags it had: what was dropped is to be seen. *item* as lists show it."""
    return ngettext(
        "by %(who)s; the software had %(count)d flag", "by %(who)s; the software had %(count)d flags", item.flags
    ) % {"who": item.replacement.by, "count": item.flags}


def _sample(items: Any) -> Iterator[list[Any]]:
    rows = list(items_shown(items))
    people = User.objects.in_bulk({row.checker_id for row in rows if row.checker_id})
    for row in rows:
        reason = f"{row.replacement.reason} ({replaced_words(row)})" if hasattr(row, "replacement") else ""
        note = row.check_done.note if hasattr(row, "check_done") else ""
        who = str(people.get(row.checker_id, "")) if row.checker_id else ""
        yield [row.position, row.number, row.stratum, str(row.department), item_state(row), who, row.flags,
               reason or note, row.rank]  # fmt: skip


def _departures(audit: Audit, items: Any) -> Iterator[list[Any]]:
    rows = list(
        Deviation.objects.filter(item__in=items.values("pk"))
        .select_related("item", "verdict")
        .order_by("item__position", "pk")
    )
    standard, people = standard_for(audit.process), people_in(rows)
    for row in rows:
        verdict = getattr(row, "verdict", None)
        word = "" if verdict is None else _("confirmed") if verdict.is_confirmed else _("rejected")
        yield [row.item.number, str(row.get_kind_display()), step_words(row.step, standard),
               str(Source(row.source).label), departure_words(row, standard, people), word,
               verdict.reason if verdict else ""]  # fmt: skip


def _findings(audit: Audit, user: Any) -> Iterator[list[Any]]:
    standard = standard_for(audit.process)
    rows = Finding.objects.visible_to(user).filter(audit=audit).select_related("department").order_by("year", "serial")
    for row in rows:
        yield [row.number, str(row.department), str(row.get_kind_display()), step_words(row.step, standard),
               str(row.get_grade_display()), row.text, moment(row.closed_at) if row.closed_at else ""]  # fmt: skip


def score_workbook(sheet: SheetYear) -> bytes:
    """Return the ledger of a department and a year as .xlsx."""
    rows: list[list[Any]] = [
        [line.entry.audit.number, str(line.entry.audit.process), moment(line.entry.at), line.entry.points,
         verdict_label(line.verdict), line.why, line.appeal.text if line.appeal else "",
         _decided(line.decision)]
        for line in sheet.lines
    ]  # fmt: skip
    rows.append([_("Total"), "", "", sheet.total, "", "", "", ""])
    return write_sheets([(f"{sheet.department.code} {sheet.year}", _SCORES, rows)])


def _decided(decision: Any) -> str:
    if decision is None:
        return ""
    return f"{_('upheld') if decision.is_upheld else _('dismissed')}: {decision.reason}"
