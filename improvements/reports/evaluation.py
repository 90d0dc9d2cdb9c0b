"""An evaluation as a document: evidence, charts, decision; one content for page, PDF and Word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from improvements.domain.control_svg import control_svg
from improvements.domain.showing import charts_shown, say_value, steps_shown, suggestions_shown, totals_shown
from improvements.domain.watching import SERIES_NAMES
from improvements.models import Evaluation, Evidence, State
from processes.manuals.blocks import CHOICES, Block, Lines, Manual, Picture, Section, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer

TITLE = _("Evaluation of a standardized process")
_NO_STANDARD: Any = None


def find_evaluation(user: Any, key: str) -> Evaluation | None:
    """Return the evaluation of that number as *user* sees it, once it has evidence."""
    rows = Evaluation.objects.visible_to(user).select_related("process__owner", "evidence", "decided_by")
    row = rows.filter(number=key).first()
    return row if row is not None and evidence_in(row) is not None else None


def evidence_in(row: Evaluation) -> Evidence | None:
    """Return the evidence it was decided by, or the newest; None where there is none or it was altered."""
    found = row.evidence or row.gathered.first()
    return found if found is not None and found.is_intact else None


def address_of(row: Evaluation) -> str:
    return reverse("improvements:evaluation-report", args=[row.number])


def write_evaluation(row: Evaluation, *, choice: str, at: Any) -> tuple[Manual, Any]:
    """Write the report of an evaluation with evidence in the languages of *choice*."""
    evidence = evidence_in(row)
    if evidence is None:
        raise ValueError(f"{row} has no evidence.")
    say = Speaker(CHOICES[choice])
    w = Writer(_NO_STANDARD, _NO_STANDARD, say)
    manual = Manual(
        choice=choice, title=w.line(lambda: str(row.process)), subtitle=w.line(TITLE), cover=_cover(w, row, evidence),
        stamp=stamp_of(
            say, code=row.number, title=TITLE, state=lambda: row.get_outcome_display() or str(_("To be decided")),
            path=address_of(row), at=at,
        ),
        front=(), sections=tuple(_sections(w, row, evidence.data, choice)), contents_title=w.line(_("Contents")),
    )  # fmt: skip
    return manual, None


EVALUATION = ReportKind(
    code="evaluation-report", title=TITLE, find=find_evaluation, write=write_evaluation, key=lambda row: row.number,
    address=address_of, stem=lambda row: row.number,
)  # fmt: skip


def _day(day: Any) -> Callable[[], str]:
    return lambda: date_format(day, "SHORT_DATE_FORMAT")


def _cover(w: Writer, row: Evaluation, evidence: Evidence) -> Rows:
    period = w.line(lambda: f"{_day(row.period_from)()} – {_day(row.period_until)()}")
    rows = [
        w.row(_("Process owner"), w.line(lambda: str(row.process.owner or "–"))),
        w.row(_("Number"), w.line(row.number)),
        w.row(
            _("Trigger"), w.line(lambda: row.get_trigger_display()), *((w.line(lambda: row.why),) if row.why else ())
        ),
        w.row(_("Period"), period),
    ]
    if not row.is_open:
        rows.append(w.row(_("Outcome of the evaluation"), w.line(lambda: row.get_outcome_display(), look="strong")))
        rows.append(w.row(_("Reason"), w.line(row.reason)))
        rows.append(w.row(_("Decided by"), w.line(lambda: str(row.decided_by or "–"))))
    rows.append(w.row("SHA-256", w.line(evidence.sha256, "mono")))
    return Rows(tuple(rows), look="cover")


def _sections(w: Writer, row: Evaluation, data: Mapping[str, Any], choice: str) -> Iterator[Section]:
    yield w.section("whole", _("The whole period"), _totals(w, data))
    yield w.section("charts", _("Control charts"), *_charts(w, data, choice))
    yield w.section("steps", _("Limits exceeded, by step"), _steps(w, data))
    yield w.section("findings", _("Findings of audits"), _findings(w, data))
    yield w.section("suggestions", _("Suggestions"), _suggestions(w, data))


def _totals(w: Writer, data: Mapping[str, Any]) -> Rows:
    count = len(totals_shown(data))
    return Rows(
        tuple(
            (w.line(lambda p=place: totals_shown(data)[p][0]), (w.line(lambda p=place: totals_shown(data)[p][1]),))
            for place in range(count)
        )
    )


def _charts(w: Writer, data: Mapping[str, Any], choice: str) -> Iterator[Block]:
    mondays = [week["monday"] for week in data["weeks"]]
    for place, name in enumerate(SERIES_NAMES):
        chart = data["charts"].get(name)
        if chart is None:
            yield Lines(
                (w.line(_("%(what)s: fewer than ten weeks have a value."), what=partial(SERIES_NAMES.get, name)),)
            )
            continue

        def drawn(_on_paper: bool, chart: Any = chart, name: str = name) -> list[str]:
            title = str(SERIES_NAMES[name])
            return [control_svg(chart, mondays=mondays, title=title, say=lambda value: say_value(name, value))]

        yield Picture(drawn, partial(SERIES_NAMES.get, name), CHOICES[choice])
        yield Lines(
            (
                w.line(lambda p=place: "; ".join(charts_shown(data)[p].signals) or str(_("No signal."))),
                w.line(
                    _("A steady process gives at least one signal in about %(share)s of such charts."), look="quiet",
                    share=f"{round(100 * chart['false_alarm'])} %",
                ),
            )
        )  # fmt: skip


def _none(w: Writer) -> Lines:
    return Lines((w.line(_("None in this period."), look="quiet"),))


def _steps(w: Writer, data: Mapping[str, Any]) -> Block:
    rows = tuple(
        (
            (w.line(lambda p=place: steps_shown(data)[p]["name"]),),
            (w.line(str(row["done"])),),
            (w.line(lambda p=place: f"{steps_shown(data)[p]['late']} · {steps_shown(data)[p]['share']}"),),
        )
        for place, row in enumerate(data["steps"])
    )
    return Table(w.heads(_("Step"), _("Cases"), _("Overdue")), rows, (56, 20, 24)) if rows else _none(w)


def _findings(w: Writer, data: Mapping[str, Any]) -> Block:
    rows = tuple(
        ((w.line(row["number"], look="strong"),), (w.line(row["text"]),), (w.line(row["recurs"] or "–"),))
        for row in data["findings"]
    )
    return Table(w.heads(_("Finding"), _("What was found"), _("Again after")), rows, (20, 60, 20)) if rows else _none(w)


def _suggestions(w: Writer, data: Mapping[str, Any]) -> Block:
    rows = tuple(
        (
            (w.line(row["number"], look="strong"),),
            (w.line(row["proposal"]),),
            (w.line(lambda s=row["state"]: State(s).label),),
        )
        for row in suggestions_shown(data)
    )
    return Table(w.heads(_("Number"), _("Proposal"), _("State")), rows, (22, 58, 20)) if rows else _none(w)
