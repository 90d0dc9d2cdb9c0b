"""What the feedback report is written of, and its second half: effect with pictures, spot checks, issues (H2.4.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
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
from processes.manuals.blocks import CHOICES, Block, Cell, Line, Lines, Picture, Section, Table
from processes.manuals.writer import Writer
from procstd.calendars.domain.workdays import Workdays, standard_workdays


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
    days: Workdays

    def day(self, at: datetime) -> date:
        """Return the day of a moment where the house is, whoever reads the report."""
        return self.days.today(at)

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
        list(pilot.checks.select_related("department").prefetch_related("lines")), at, standard_workdays(),
    )  # fmt: skip


def day(day: Any) -> Callable[[], str]:
    """Return a day, to be said in the language in force."""
    return lambda: date_format(day, "SHORT_DATE_FORMAT")


def labelled(label: str, text: str) -> str:
    """Say a label with its text."""
    return gettext("%(field)s: %(value)s") % {"field": label, "value": text}


def effect(w: Writer, found: Found) -> Block:
    """Write the table of all criteria."""
    if not found.compared:
        return w.items([])
    heads = w.heads(_("Criterion"), _("Before"), _("After"), _("Difference with its interval"), _("Verdict"))
    return Table(heads, tuple(_effect_row(w, found, row) for row in found.compared), (30, 15, 15, 24, 16))


def detail(w: Writer, found: Found, row: Compared, choice: str) -> Section:
    """Say one criterion in a sentence, with its picture on the same sheet."""
    lines = Lines((w.line(lambda: sentence(row)), *_others(w, row)))
    title = w.line(lambda: named(row.criterion, found.steps))
    blocks = (lines, _picture(found, row, choice))
    return Section(f"criterion-{row.criterion.pk}", "", title, blocks, is_kept_together=True)


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


def checks(w: Writer, found: Found) -> Table:
    """Write the spot checks with what was not as it should be."""
    rows: list[tuple[Cell, ...]] = []
    for row in found.checks:
        lines = list(row.lines.all())
        wrong = [line for line in lines if line.seen == "not_ok"]
        good = sum(line.seen == "ok" for line in lines)
        words = w.line(_("%(good)s of %(all)s rules as they should be"), good=good, all=len(lines))
        rows.append(
            (
                (w.line(f"K{row.number}"), w.line(day(found.day(row.began_at)), "quiet")),
                (w.line(lambda r=row: str(r.department)), w.line(lambda r=row: found.step(r.step), "quiet")),
                (words, *(w.line(lambda x=line: labelled(x.text, x.note)) for line in wrong)),
            )
        )
    return Table(w.heads(_("Spot check"), _("Where it was met"), _("What was seen")), tuple(rows), (16, 26, 58))


def issues(w: Writer, found: Found) -> Block:
    """Write the issues, each with its proposal and what became of it."""
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
