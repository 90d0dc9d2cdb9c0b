"""The score sheet of a department 《部门流程绩效得分表》: every point with its reason (F77 to F79)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audits.models.audit import headed_by
from audits.queries.sheets import ScoreLine, SheetYear, line_of, lines_of, verdict_label
from processes.manuals.blocks import CHOICES, Block, Lines, Manual, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer
from procstd.moments import day, house_day, moment
from procstd.organisation.models import Department

TITLE = _("Department score sheet")
_NONE: Any = None


def sheet_of(user: Any, key: str) -> SheetYear | None:
    """Return the sheet of ``department:year`` as *user* may read it; no year is this one."""
    code, _colon, asked = key.partition(":")
    now = house_day(timezone.now()).year
    year = int(asked) if asked.isascii() and asked.isdecimal() and 2000 <= int(asked) <= now else now
    mine = headed_by(user)
    rows = Department.objects.without_tree_fields().filter(code=code)
    department = (rows if mine is None else rows.filter(pk__in=mine)).first()
    return SheetYear(department, year, lines_of(department, year)) if department else None


def score_sheet(sheet: SheetYear, *, choice: str, at: datetime) -> tuple[Manual, Any]:
    """Write the sheet in the languages of *choice*."""
    say = Speaker(CHOICES[choice])
    w = Writer(_NONE, _NONE, say)
    code = f"{sheet.department.code}-{sheet.year}"
    manual = Manual(
        choice=choice, title=w.line(lambda: f"{sheet.department} {sheet.year}"), subtitle=w.line(TITLE),
        cover=Rows(
            (
                w.row(_("Department"), w.line(lambda: str(sheet.department))),
                w.row(_("Year"), w.line(str(sheet.year))),
                w.row(_("State on"), w.line(lambda: day(at))),
            ),
            look="cover",
        ),
        stamp=stamp_of(say, code=code, title=TITLE, state=_("Ledger as it is"), path=_address(sheet), at=at),
        front=(), sections=(w.section("ledger", _("Points"), *_ledger(w, sheet)),),
        contents_title=w.line(_("Contents")),
    )  # fmt: skip
    return manual, None


def _ledger(w: Writer, sheet: SheetYear) -> Iterator[Block]:
    yield Rows((w.row(_("Total"), w.line(f"{sheet.total:+d}", "strong")),))
    if not sheet.lines:
        yield Lines((w.line(_("No audit of this year has scored the department.")),))
        return
    rows = tuple(
        (
            (w.line(line.entry.audit.number), w.line(lambda e=line.entry: str(e.audit.process), "quiet")),
            (w.line(f"{line.entry.points:+d}", "strong"),),
            (
                w.line(lambda x=line: verdict_label(x.verdict), "strong"),
                w.line(lambda x=line: line_of(x.entry).why),
                *_appeal(w, line),
            ),
            (w.line(lambda e=line.entry: moment(e.at)),),
        )
        for line in sheet.lines
    )
    yield Table(w.heads(_("Audit"), _("Points"), _("Why"), _("Written")), rows, (26, 10, 46, 18))


def _appeal(w: Writer, line: ScoreLine) -> Iterator[Any]:
    if line.appeal is None:
        return
    yield w.line(lambda: gettext("Appeal: %(text)s") % {"text": line.appeal.text}, "quiet")
    if line.decision is not None:
        word = _("Upheld: %(text)s") if line.decision.is_upheld else _("Dismissed: %(text)s")
        yield w.line(word, "quiet", text=line.decision.reason)


def _address(sheet: SheetYear) -> str:
    return f"{reverse('audits:score-document', args=[sheet.department.code])}?year={sheet.year}"


SCORE_SHEET = ReportKind(
    "score-sheet", title=TITLE, find=sheet_of, write=score_sheet,
    key=lambda sheet: f"{sheet.department.code}:{sheet.year}", address=_address,
    stem=lambda sheet: f"score-{sheet.department.code}-{sheet.year}",
)  # fmt: skip
