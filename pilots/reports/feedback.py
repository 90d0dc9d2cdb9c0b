"""The pilot feedback report 《试点运行反馈报告》: one content for page, PDF and Word (H2.4.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pilots.models import Pilot
from pilots.reports.findings import Found, checks, day, detail, effect, found_of, issues, labelled
from processes.manuals.blocks import CHOICES, Block, Cell, Line, Lines, Manual, Section, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer

TITLE = _("Pilot feedback report")
_NO_STANDARD: Any = None


def feedback_of(found: Found, *, choice: str) -> Manual:
    """Write the report in the languages of *choice*."""
    pilot, say = found.pilot, Speaker(CHOICES[choice])
    w = Writer(_NO_STANDARD, _NO_STANDARD, say)
    return Manual(
        choice=choice, title=w.line(lambda: f"{pilot.process} {pilot.revision}"), subtitle=w.line(TITLE),
        cover=_cover(w, found),
        stamp=stamp_of(
            say, code=pilot.code, title=TITLE, state=lambda: pilot.get_state_display(),
            path=reverse("pilots:report", args=[pilot.code]), at=found.at,
        ),
        front=(), sections=tuple(_sections(w, found, choice)), contents_title=w.line(_("Contents")),
    )  # fmt: skip


def _cover(w: Writer, found: Found) -> Rows:
    pilot = found.pilot
    return Rows(
        (
            w.row(_("Pilot leader"), w.line(lambda: pilot.leader.name)),
            w.row(_("Pilot departments"), _departments(w, found)),
            w.row(_("Period"), w.line(_period(pilot))),
            w.row(_("Number of cases"), w.line(lambda: str(found.progress.cases))),
            w.row(_("Pilot"), w.line(pilot.code)),
        ),
        look="cover",
    )


def _departments(w: Writer, found: Found) -> Line:
    return w.line(lambda: gettext(", ").join(str(row.department) for row in found.chosen) or "–")


def _period(pilot: Pilot) -> Callable[[], str]:
    return _span(pilot.period_from, pilot.period_until)


def _span(since: Any, until: Any) -> Callable[[], str]:
    return lambda: f"{day(since)()} – {day(until)()}"


def _sections(w: Writer, found: Found, choice: str) -> Iterator[Section]:
    yield w.section("overview", _("Overview"), _overview(w, found))
    yield w.section("departments", _("Pilot departments"), _chosen(w, found))
    details = tuple(detail(w, found, row, choice) for row in found.compared)
    yield w.section("effect", _("Effect"), effect(w, found), sections=details)
    if found.checks:
        yield w.section("checks", _("Spot checks"), checks(w, found))
    yield w.section("issues", _("Issues and proposals"), issues(w, found))
    yield w.section("decision", _("Decision of the leader"), _decision(w, found))


def _overview(w: Writer, found: Found) -> Rows:
    pilot, progress = found.pilot, found.progress
    lock = getattr(pilot, "lock", None)
    rows = [
        w.row(_("Process"), w.line(lambda: str(pilot.process))),
        w.row(_("Version"), w.line(str(pilot.revision))),
        w.row(_("Pilot departments"), _departments(w, found)),
        w.row(_("Period"), w.line(_period(pilot))),
        w.row(
            _("Number of cases"),
            w.line(
                _("%(count)s, %(closed)s of them closed (planned: %(least)s to %(most)s)"), count=progress.cases,
                closed=progress.closed, least=progress.least, most=progress.most,
            ),
        ),
        w.row(_("Meetings, spot checks"), w.line(f"{progress.meetings}, {progress.checks}")),
        w.row(_("Compared with cases of"), w.line(_span(pilot.before_from, pilot.before_until))),
    ]  # fmt: skip
    if lock is not None:
        fixed = w.line(_("by %(who)s on %(day)s"), who=lambda: lock.name, day=day(found.day(lock.at)))
        rows.append(w.row(_("Criteria fixed"), fixed, w.line(lock.sha256[:16], "mono")))
    if pilot.readiness:
        rows.append(w.row(_("Trained and confirmed when it began"), *(_ready(w, row) for row in pilot.readiness)))
    return Rows(tuple(rows))


def _ready(w: Writer, row: dict[str, Any]) -> Line:
    return w.line(
        _("%(department)s: %(trained)s of %(concerned)s trained, %(confirmed)s confirmed"),
        department=row["department"], trained=row["trained"], concerned=row["concerned"], confirmed=row["confirmed"],
    )  # fmt: skip


def _chosen(w: Writer, found: Found) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in found.chosen:
        percent = f"{row.percent} %" if row.percent is not None else "–"
        scores = tuple(
            w.line(lambda n=name, s=score, y=why: labelled(f"{s} {n}", y)) for name, score, why in row.scores
        )
        rows.append(
            (
                (w.line(lambda r=row: str(r.department)),),
                (w.line(str(row.cases_known)),),
                (w.line(percent),),
                (w.line(row.why_chosen or "–"), *scores),
            )
        )
    heads = w.heads(_("Department"), _("Cases before"), _("Scenarios covered"), _("Why it is chosen"))
    return Table(heads, tuple(rows), (20, 14, 16, 50))


def _decision(w: Writer, found: Found) -> Block:
    rows = [
        w.row(
            lambda d=made: d.get_way_display(),
            w.line(made.reason),
            w.line(lambda d=made: f"{d.name}{gettext(', ')}{d.post}" if d.post else d.name, "quiet"),
            w.line(day(found.day(made.at)), "quiet"),
            w.line(made.sha256[:16], "mono"),
        )
        for made in found.pilot.decisions.all()
    ]
    if rows:
        return Rows(tuple(rows))
    short = found.progress.least - found.progress.cases

    def words() -> str:
        if short > 0:
            text = ngettext("Not decided yet; %(n)d case lacks.", "Not decided yet; %(n)d cases lack.", short)
            return text % {"n": short}
        return gettext("Not decided yet.")

    return Lines((w.line(words),))


def _find(user: Any, key: str) -> Pilot | None:
    rows = Pilot.objects.visible_to(user).select_related("process", "revision__process", "leader", "lock")
    return rows.filter(code=key).first()


FEEDBACK = ReportKind(
    "pilot-feedback",
    TITLE,
    find=_find,
    write=lambda pilot, *, choice, at: (feedback_of(found_of(pilot, at=at), choice=choice), None),
    key=lambda pilot: pilot.code,
    address=lambda pilot: reverse("pilots:report", args=[pilot.code]),
    stem=lambda pilot: f"{pilot.code}-report",
)
