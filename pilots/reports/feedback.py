"""The pilot feedback report 《试点运行反馈报告》: one content for page, PDF and Word (H2.4.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pilots.models import Candidate, Issue, Pilot, SpotCheck
from pilots.queries.cases import steps_named
from pilots.queries.comparison import Compared, compare
from pilots.queries.picture import draw
from pilots.queries.progress import Progress, progress_of
from pilots.queries.saying import (
    OUTCOMES,
    aim,
    between,
    cases,
    controlled,
    difference,
    figure,
    named,
    reached,
    sentence,
)
from processes.domain.reading import standard_of_revision
from processes.domain.standard import Standard
from processes.manuals.blocks import CHOICES, Block, Cell, Line, Lines, Manual, Picture, Section, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer

TITLE = _("Pilot feedback report")
_NO_STANDARD: Any = None


@dataclass(frozen=True)
class Found:
    """What the report is written of."""

    pilot: Pilot
    standard: Standard
    chosen: list[Candidate]
    progress: Progress
    compared: list[Compared]
    issues: list[Issue]
    checks: list[SpotCheck]
    at: datetime

    def step(self, key: str) -> str:
        """Return what a step is called in the language in force."""
        return steps_named(self.standard).get(key, key)

    @property
    def steps(self) -> dict[str, str]:
        return steps_named(self.standard)


def found_of(pilot: Pilot, *, at: datetime) -> Found:
    """Read it. So many queries whatever the number of issues."""
    return Found(
        pilot, standard_of_revision(pilot.revision)[0],
        list(pilot.candidates.filter(is_chosen=True).select_related("department")), progress_of(pilot, at=at),
        compare(pilot, at=at), list(pilot.issues.select_related("case", "change__revision")),
        list(pilot.checks.select_related("department").prefetch_related("lines")), at,
    )  # fmt: skip


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
    return lambda: f"{_day(since)()} – {_day(until)()}"


def _day(day: Any) -> Callable[[], str]:
    return lambda: date_format(day, "SHORT_DATE_FORMAT")


def _sections(w: Writer, found: Found, choice: str) -> Iterator[Section]:
    yield w.section("overview", _("Overview"), _overview(w, found))
    yield w.section("departments", _("Pilot departments"), _chosen(w, found))
    yield w.section("effect", _("Effect"), *_effect(w, found, choice))
    if found.checks:
        yield w.section("checks", _("Spot checks"), _checks(w, found))
    yield w.section("issues", _("Issues and proposals"), _issues(w, found))
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
        fixed = w.line(_("by %(who)s on %(day)s"), who=lambda: lock.name, day=_day(lock.at.date()))
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
            w.line(lambda n=name, s=score, y=why: _labelled(f"{s} {n}", y)) for name, score, why in row.scores
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


def _labelled(label: str, text: str) -> str:
    return gettext("%(field)s: %(value)s") % {"field": label, "value": text}


def _effect(w: Writer, found: Found, choice: str) -> Iterator[Block]:
    if not found.compared:
        yield w.items([])
        return
    heads = w.heads(_("Criterion"), _("Before"), _("After"), _("Difference with its interval"), _("Verdict"))
    yield Table(heads, tuple(_effect_row(w, found, row) for row in found.compared), (30, 15, 15, 24, 16))
    for row in found.compared:
        yield Lines((w.line(lambda r=row: _labelled(named(r.criterion, found.steps), sentence(r))), *_others(w, row)))
        yield _picture(found, row, choice)


def _picture(found: Found, row: Compared, choice: str) -> Picture:
    def drawn(on_paper: bool) -> list[str]:
        return [draw(row, title=named(row.criterion, found.steps))]

    return Picture(drawn, lambda: sentence(row), CHOICES[choice])


def _effect_row(w: Writer, found: Found, row: Compared) -> tuple[Cell, ...]:
    estimate, is_duration = row.estimate, row.is_duration
    label = OUTCOMES[row.verdict.outcome][0]
    return (
        (w.line(lambda: named(row.criterion, found.steps)), w.line(lambda: aim(row.criterion), "quiet")),
        (
            w.line(lambda: figure(estimate.before, is_duration=is_duration)),
            w.line(lambda: cases(estimate.n_before, estimate.open_before), "quiet"),
        ),
        (
            w.line(lambda: figure(estimate.after, is_duration=is_duration)),
            w.line(lambda: cases(estimate.n_after, estimate.open_after), "quiet"),
        ),
        (
            w.line(lambda: difference(estimate, is_duration=is_duration)),
            w.line(lambda: between(estimate, is_duration=is_duration), "quiet"),
        ),
        (w.line(lambda: label, "strong"), w.line(lambda: reached(row), "quiet")),
    )  # fmt: skip


def _others(w: Writer, row: Compared) -> tuple[Line, ...]:
    found = row.controlled
    return () if found is None else (w.line(lambda: controlled(found), "quiet"),)


def _checks(w: Writer, found: Found) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in found.checks:
        lines = list(row.lines.all())
        wrong = [line for line in lines if line.seen == "not_ok"]
        good = sum(line.seen == "ok" for line in lines)
        words = w.line(_("%(good)s of %(all)s rules as they should be"), good=good, all=len(lines))
        rows.append(
            (
                (w.line(f"K{row.number}"), w.line(_day(row.began_at.date()), "quiet")),
                (w.line(lambda r=row: str(r.department)), w.line(lambda r=row: found.step(r.step), "quiet")),
                (words, *(w.line(lambda x=line: _labelled(x.text, x.note)) for line in wrong)),
            )
        )
    return Table(w.heads(_("Spot check"), _("Where it was met"), _("What was seen")), tuple(rows), (16, 26, 58))


def _issues(w: Writer, found: Found) -> Block:
    if not found.issues:
        return Lines((w.line(_("No issue was raised.")),))
    rows: list[tuple[Cell, ...]] = []
    for row in found.issues:
        where = [w.line(lambda r=row: found.step(r.step))] if row.step else []
        if row.case_id is not None:
            where.append(w.line(f"C-{row.case_id:06d}", "quiet"))
        proposal = [w.line(lambda r=row: r.proposal)] if row.has_proposal else [w.line(_("no proposal yet"), "quiet")]
        if row.effect:
            proposal.append(w.line(row.effect, "quiet"))
        if row.change is not None:
            version = str(row.change.revision)
            proposal.append(w.line(_("becomes a change of %(version)s"), "quiet", version=version))
        rows.append(
            (
                (w.line(f"I{row.number}"), w.line(lambda r=row: r.get_kind_display(), "quiet")),
                (w.line(row.text),),
                tuple(where) or (w.line("–"),),
                tuple(proposal),
            )
        )
    heads = w.heads(_("Issue"), _("What is wrong"), _("Where it was met"), _("Proposal"))
    return Table(heads, tuple(rows), (16, 32, 18, 34))


def _decision(w: Writer, found: Found) -> Block:
    rows = [
        w.row(
            lambda d=made: d.get_way_display(),
            w.line(made.reason),
            w.line(lambda d=made: f"{d.name}{gettext(', ')}{d.post}" if d.post else d.name, "quiet"),
            w.line(_day(made.at.date()), "quiet"),
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
