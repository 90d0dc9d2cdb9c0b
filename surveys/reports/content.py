"""What the report says: overview, steps and flow, pain points, causes, figures, endings – all from data (H2.2.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Standard
from processes.manuals.blocks import CHOICES, Block, Cell, Manual, Picture, Section, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer
from surveys.domain.diagnosis.flow import MACRO, MICRO, draw, pages, standard_of_steps, through_minutes
from surveys.domain.diagnosis.spans import say_span
from surveys.models import Source
from surveys.queries.diagnosis import Diagnosis
from surveys.queries.methods import method_counts
from surveys.reports.findings import finding_sections


def report_of(found: Diagnosis, *, choice: str, at: datetime) -> tuple[Manual, Standard]:
    """Return the report of a survey in the languages of *choice*, and the steps as the chart engine has them."""
    survey = found.survey
    standard = standard_of_steps(survey, found.steps)
    say = Speaker(CHOICES[choice])
    w = Writer(standard, _NO_FACTS, say)
    ended = survey.ended_at
    stamp = stamp_of(
        say, code=survey.number, title=_("Current-state survey report"),
        state=_("Closed") if ended else _("Survey running"), path=survey_address(survey), at=at,
    )  # fmt: skip
    overview = w.section("overview", _("Overview"), *_overview(w, found))
    as_is = _as_is(w, found, choice)
    manual = Manual(
        choice=choice, title=w.line(standard.name), subtitle=w.line(_("Current-state survey report")),
        cover=_cover(w, found, at), stamp=stamp, front=(),
        sections=(overview, *as_is, *finding_sections(w, found)), contents_title=w.line(_("Contents")),
    )  # fmt: skip
    return manual, standard


_NO_FACTS: Any = None


def survey_address(survey: Any) -> str:
    """Return where the diagnosis is read on the screen."""
    return reverse("surveys:diagnosis", args=[survey.number])


def both(row: Any, name: str) -> Callable[[], Any]:
    """Return a text of two columns, to be said in the language in force."""
    return lambda: getattr(row, name)


def _cover(w: Writer, found: Diagnosis, at: datetime) -> Rows:
    survey = found.survey
    rows = [
        w.row(_("Process"), w.line(both(survey.process, "name"))),
        w.row(_("Survey"), w.line(lambda: f"{survey.number} {survey.title}")),
        w.row(_("Process specialist"), w.line(both(survey.owner, "name"))),
        w.row(_("Department"), w.line(both(survey.process.department, "name"))),
        w.row(_("Begun on"), w.line(f"{timezone.localtime(survey.began_at):%Y-%m-%d}")),
    ]
    if survey.ended_at:
        rows.append(w.row(_("Ended on"), w.line(f"{timezone.localtime(survey.ended_at):%Y-%m-%d}")))
    rows.append(w.row(_("State on"), w.line(f"{timezone.localtime(at):%Y-%m-%d}")))
    return Rows(tuple(rows), look="cover")


def _overview(w: Writer, found: Diagnosis) -> Iterator[Block]:
    """Say the coverage, the roles, the methods and the outcome in figures."""
    survey = found.survey
    departments = list(survey.departments.all())
    posts = list({step.post_id: step.post for step in found.steps if step.post}.values())
    sources = _sources(found)
    rows = [
        w.row(
            _("Departments covered"),
            w.line(lambda: gettext(", ").join(row.name for row in departments)) if departments else w.line("–"),
        ),
        w.row(_("Posts"), w.line(lambda: gettext(", ").join(row.name for row in posts)) if posts else w.line("–")),
        w.row(
            _("Sources"),
            *(w.line(lambda s=source, c=count: gettext("%(source)s: %(count)d") % {"source": s.label, "count": c})
              for source, count in sources),
        ),
    ]  # fmt: skip
    rows += [w.row(label, w.line(str(count))) for label, count in method_counts(survey)]
    rows += [
        w.row(_("Steps as they are"), w.line(str(len(found.steps)))),
        w.row(_("One case takes"), w.line(lambda: say_span(through_minutes(found.steps)))),
        w.row(_("Pain points"), w.line(str(len(found.pains)))),
        w.row(
            _("Still open"), w.line(str(len(found.open_pains)))
        ),
        w.row(_("Baseline figures"), w.line(str(len(found.baselines)))),
    ]  # fmt: skip
    yield Rows(tuple(rows))


def _sources(found: Diagnosis) -> list[tuple[Any, int]]:
    """Return how many durations, pain points and pieces of evidence each source gave."""
    counts: dict[Any, int] = {}
    for step in found.steps:
        for source, _minutes, _n in step.durations:
            counts[source] = counts.get(source, 0) + 1
    for pain in found.pains:
        counts[Source(pain.source)] = counts.get(Source(pain.source), 0) + 1
        for row in pain.evidences.all():
            counts[Source(row.kind)] = counts.get(Source(row.kind), 0) + 1
    return [(source, counts[source]) for source in Source if source in counts]


def _as_is(w: Writer, found: Diagnosis, choice: str) -> Iterator[Section]:
    """Write the table of the steps, then both pictures."""
    steps = found.steps
    if not steps:
        return
    heads = w.heads(_("Step"), _("Post"), _("Duration"), _("Waits before"), _("Note"))
    rows: list[tuple[Cell, ...]] = []
    for step in steps:
        place = [w.line(both(step.post, "name"))] if step.post else []
        if step.department:
            place.append(w.line(both(step.department, "name"), "quiet"))
        rework = []
        if step.rework_percent:
            rework = [w.line(_("rework %(percent)s %%"), percent=lambda s=step: s.rework_percent)]
        rows.append(
            (
                (w.line(lambda s=step: f"{s.number} {s.name}"),),
                tuple(place) or (w.line("–"),),
                tuple(w.line(lambda d=found_duration: _duration(d)) for found_duration in step.durations)
                or (w.line("–"),),
                (w.line(lambda s=step: say_span(s.wait_minutes)),),
                (*([w.line(step.note)] if step.note else []), *rework) or (w.line("–"),),
            )
        )
    languages = CHOICES[choice]

    def picture(level: str, told: Any) -> Picture:
        def drawn(on_paper: bool) -> list[Any]:
            if on_paper:
                return list(pages(found.survey, steps, level=level))
            return [draw(found.survey, steps, level=level)]

        return Picture(drawn, lambda: told, languages)

    yield w.section("steps", _("Steps as they are"), Table(heads, tuple(rows), (26, 18, 22, 12, 22)))
    yield w.section(
        "flow", _("Flow as it is"),
        sections=(
            w.below("flow-macro", 1, _("By department"), picture(MACRO, _("Flow by department"))),
            w.below("flow-micro", 2, _("Step by step"), picture(MICRO, _("Flow step by step"))),
        ),
        starts_page=True,
    )  # fmt: skip


def _duration(found: Any) -> str:
    source, minutes, n = found
    return f"{say_span(minutes)} ({source.label}{f', n={n}' if n else ''})"
