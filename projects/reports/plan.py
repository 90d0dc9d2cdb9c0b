"""The plan of a standardization project 《标准化项目计划书》: one content for page, PDF and Word (H2.0.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from processes.manuals.blocks import CHOICES, Block, Cell, Line, Manual, Picture, Section, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer
from procstd.calendars.domain.workdays import Workdays, standard_workdays
from procstd.moments import day
from projects.models import Member, Project, Risk
from projects.queries.gantt import draw
from projects.queries.plan import Line as PlanLine
from projects.queries.portfolio import Standing, standing_of
from projects.queries.scope import Ranked, ranking_of

TITLE = _("Standardization project plan")
OWNER = pgettext_lazy("of a phase or task", "Owner")
_NO_STANDARD: Any = None


@dataclass(frozen=True)
class Found:
    """What the plan is written of."""

    project: Project
    standing: Standing
    members: list[Member]
    ranking: list[Ranked]
    risks: list[Risk]
    days: Workdays
    at: datetime


def found_of(project: Project, *, at: datetime) -> Found:
    """Read it. So many queries whatever the plan's length."""
    return Found(
        project, standing_of(project, at=at), list(project.members.present().select_related("person", "department")),
        ranking_of(project), list(project.risks.all()), standard_workdays(), at,
    )  # fmt: skip


def plan_of(found: Found, *, choice: str) -> Manual:
    """Write the plan in the languages of *choice*."""
    project, say = found.project, Speaker(CHOICES[choice])
    w = Writer(_NO_STANDARD, _NO_STANDARD, say)
    return Manual(
        choice=choice, title=w.line(_of(project, "name")), subtitle=w.line(TITLE), cover=_cover(w, found),
        stamp=stamp_of(
            say, code=project.code, title=TITLE, state=lambda: project.get_state_display(),
            path=reverse("projects:plan-document", args=[project.code]), at=found.at,
        ),
        front=(), sections=tuple(_sections(w, found, choice)), contents_title=w.line(_("Contents")),
    )  # fmt: skip


def _of(row: Any, name: str) -> Callable[[], Any]:
    """Return a text of two columns, to be said in the language in force."""
    return lambda: getattr(row, name) or "–"


def _labelled(label: str, text: str) -> str:
    return gettext("%(field)s: %(value)s") % {"field": label, "value": text}


def _day(of: Any) -> Callable[[], str]:
    return lambda: date_format(of, "SHORT_DATE_FORMAT")


def _cover(w: Writer, found: Found) -> Rows:
    project, plan = found.project, found.standing.plan
    rows = [
        w.row(_("Project lead"), w.line(_of(project.lead, "name"))),
        w.row(_("Departments concerned"), _names(w, list(project.departments.all()))),
        w.row(_("Project code"), w.line(project.code)),
    ]
    if plan:
        span = w.line(lambda: f"{_day(plan.start_on)()} – {_day(plan.end_on)()}")
        rows.append(w.row(_("Period"), span))
    rows.append(w.row(_("State on"), w.line(lambda: day(found.at))))
    return Rows(tuple(rows), look="cover")


def _names(w: Writer, rows: list[Any]) -> Line:
    return w.line(lambda: gettext(", ").join(str(row) for row in rows) or "–")


def _sections(w: Writer, found: Found, choice: str) -> Iterator[Section]:
    plan = found.standing.plan
    yield w.section("aim", _("What it seeks"), _aim(w, found))
    yield w.section("team", _("Team"), _team(w, found.members))
    yield w.section("ranking", _("Ranking"), _ranking(w, found.ranking))
    if plan:
        yield w.section("plan", _("Plan"), *_plan(w, found, choice))
        tasks = [line for line in plan.lines if not line.item.is_phase]
        if tasks:
            yield w.section("tasks", _("Tasks"), _tasks(w, tasks))
    yield w.section("risks", _("Risks and controls"), _risks(w, found.risks))


def _aim(w: Writer, found: Found) -> Rows:
    project = found.project
    chosen = [row.candidate for row in found.ranking if row.candidate.is_chosen]

    def figure() -> str:
        baseline, target = (_number(value) for value in (project.baseline, project.target))
        return _labelled(project.figure or "–", f"{baseline} → {target} {project.unit}")

    return Rows(
        (
            w.row(_("Value sought"), w.line(lambda: project.get_value_display())),
            w.row(_("Indicator"), w.line(figure)),
            w.row(_("Processes chosen"), _names(w, chosen)),
        )
    )


def _number(value: Any) -> str:
    return "–" if value is None else f"{value.normalize():f}"


def _team(w: Writer, members: list[Member]) -> Table:
    rows = tuple(
        (
            (w.line(lambda m=member: str(m)),),
            (w.line(lambda m=member: m.get_duty_display()),),
            (w.line(lambda m=member: str(m.department or "–")),),
        )
        for member in members
    )
    return Table(w.heads(_("Person"), _("Duty"), _("Department")), rows, (35, 35, 30))


def _ranking(w: Writer, ranking: list[Ranked]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in ranking:
        reasons = tuple(
            w.line(lambda n=name, s=score, y=why: _labelled(f"{s} {n}", y)) for name, score, why in row.by_dimension
        )
        name = w.line(lambda r=row: str(r.candidate.process), look="strong" if row.candidate.is_chosen else "")
        rows.append(((w.line(str(row.place)),), (name,), (w.line(str(row.points)),), reasons))
    heads = w.heads(_("Rank"), _("Process"), _("Points of 100"), _("Scores and reasons"))
    return Table(heads, tuple(rows), (8, 28, 14, 50))


def _plan(w: Writer, found: Found, choice: str) -> Iterator[Block]:
    plan, today = found.standing.plan, found.days.today(found.at)

    def drawn(on_paper: bool) -> list[str]:
        return [render_to_string("projects/gantt.html", {"gantt": draw(plan, found.days, today)})]

    yield Picture(drawn, lambda: _("Gantt chart of the plan; the table has the same dates."), CHOICES[choice])
    rows = tuple(
        (
            (w.line(lambda i=line.item: f"{i.phase}. {i}", look="strong"), *_slip(w, line)),
            (w.line(_day(line.item.start_on)), w.line(_day(line.item.end_on))),
            (w.line(lambda i=line.item: str(i.owner or "–")),),
            (w.line(_of(line.item, "milestone")),),
            (w.line(_of(line.item, "deliverable")),),
            (w.line(_of(line.item, "resources")),),
        )
        for line in plan.phases
    )
    heads = w.heads(
        _("Phase"), _("Start and end"), OWNER, _("Milestone"), _("Deliverable"), _("Resources")
    )  # fmt: skip
    yield Table(heads, rows, (15, 20, 12, 19, 18, 16))


def _slip(w: Writer, line: PlanLine) -> Cell:
    """Say of a phase that it ends later than was agreed."""
    if line.slipped <= 0:
        return ()

    def words() -> str:
        said = ngettext(
            "%(n)s working day later than agreed (%(day)s)", "%(n)s working days later than agreed (%(day)s)",
            line.slipped,
        )  # fmt: skip
        return said % {"n": line.slipped, "day": _day(line.item.planned_end_on)()}

    return (w.line(words, look="quiet"),)


def _tasks(w: Writer, tasks: list[PlanLine]) -> Table:
    rows = tuple(
        (
            (w.line(str(line.item.phase)),),
            (w.line(lambda i=line.item: str(i)), *_slip(w, line)),
            (w.line(lambda i=line.item: str(i.owner or "–")),),
            (w.line(lambda i=line.item: f"{_day(i.start_on)()} – {_day(i.end_on)()}"),),
        )
        for line in tasks
    )
    return Table(
        w.heads(_("Phase"), _("Task"), OWNER, _("Start and end")),
        rows,
        (9, 43, 20, 28),
    )


def _risks(w: Writer, risks: list[Risk]) -> Table:
    rows = tuple(
        (
            (w.line(_of(risk, "title")),),
            (w.line(lambda r=risk: f"{r.get_likelihood_display()} × {r.get_impact_display()}"),),
            (w.line(_of(risk, "control")),),
        )
        for risk in risks
    )
    return Table(w.heads(_("Risk"), _("Likelihood × impact"), _("Control")), rows, (36, 20, 44))


def _find(user: Any, code: str) -> Project | None:
    return Project.objects.visible_to(user).select_related("lead").filter(code=code).first()


PLAN = ReportKind(
    "project-plan",
    TITLE,
    find=_find,
    write=lambda project, *, choice, at: (plan_of(found_of(project, at=at), choice=choice), None),
    key=lambda project: project.code,
    address=lambda project: reverse("projects:plan-document", args=[project.code]),
    stem=lambda project: f"plan-{project.code}",
)
