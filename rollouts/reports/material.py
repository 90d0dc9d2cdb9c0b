"""Training material 《标准化推广培训材料》 in three tiers: one content for page, PDF and Word (H2.5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from processes.domain.picture import MACRO
from processes.manuals.blocks import CHOICES, Block, Cell, Facts, Flow, Line, Lines, Manual, Section, Speaker, Table
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import stamp_of
from processes.manuals.writer import Writer
from procstd.moments import day, moment
from rollouts.models import TIER_NAMES, Tier, Training
from rollouts.queries.quizrules import rule_of
from rollouts.reports.parts import change_list, exception_table, limit_table, step_facts, step_name, text, told_table
from rollouts.reports.source import Source, acts_by, found_source

TITLE = _("Training material on a standard")
_NO_FACTS: Any = None


def material_of(source: Source, *, choice: str, at: datetime) -> Manual:
    """Write the material in the languages of *choice*."""
    say = Speaker(CHOICES[choice])
    w = Writer(source.standard, _NO_FACTS, say)
    revision = source.definition.revision
    cover = Facts(
        (
            w.row(_("Standard"), w.line(source.standard.name)),
            w.row(_("Version"), w.line(str(revision))),
            w.row(_("Department"), w.line(lambda: str(revision.process.department))),
            w.row(_("State on"), w.line(lambda: day(at))),
        ),
        look="cover",
    )
    return Manual(
        choice=choice, title=w.line(source.standard.name), subtitle=w.line(TITLE), cover=cover,
        stamp=stamp_of(
            say, code=f"{source.standard.code} {revision}", title=TITLE, state=lambda: str(source.standard.name),
            path=_address(source), at=at,
        ),
        front=(), sections=tuple(_sections(w, source)), contents_title=w.line(_("Contents")),
    )  # fmt: skip


def _sections(w: Writer, source: Source) -> Iterator[Section]:
    standard = source.standard
    yield w.section("why", _("Why there is this standard"), *_why(w))
    empty = (
        _("This is the first version of the standard: everything in it is new.")
        if source.before is None
        else _("Only words were made better.")
    )
    yield w.section("changed", _("What is new"), change_list(w, source.changes, empty=empty))
    if standard.steps:
        yield w.section("flow", _("The flow at a glance"), Flow(MACRO, w.say.languages), starts_page=True)
    yield _management(w, source)
    yield _execution(w, source)
    yield _supervision(w, source)
    yield w.section("trainings", _("Trainings"), _trainings(w, source))
    yield w.section("proof", _("How it is checked that everybody understood"), _proof(w, source))


def _why(w: Writer) -> Iterator[Block]:
    standard = w.standard
    yield Facts(
        (w.row(_("Purpose"), text(w, standard.purpose)), w.row(_("Scope of application"), text(w, standard.scope)))
    )
    if standard.pain_points:
        yield Lines((w.line(_("Pain points that it answers:")),))
        yield w.items(w.line(words) for words in standard.pain_points.values())


def _management(w: Writer, source: Source) -> Section:
    """Write why, and the duty to lead and check."""
    duties = [
        _("Lead by example: decide by the standard, also when it is uncomfortable."),
        _("See to it that everybody concerned is trained and has confirmed the version."),
        _("Give time for training and practice in the weeks of the wave."),
        _("Read the weekly exception report, and ask about what recurs."),
    ]
    rows = tuple(
        ((w.line(row.department or row.post) if row.department or row.post else w.line("–"),), (text(w, row.duty),))
        for row in source.standard.responsibilities
    )
    answering = tuple(
        ((step_name(w, step),), (w.places(step.posts.get("A", ())),))
        for step in source.standard.steps
        if step.posts.get("A")
    )
    below = [w.below("lead", 1, _("The duty to lead and check"), w.items(w.line(duty) for duty in duties))]
    if rows:
        below.append(
            w.below("answers", 2, _("Who answers for what"), Table(w.heads(_("Who"), _("Duty")), rows, (30, 70)))
        )
    if answering:
        table = Table(w.heads(_("Step"), _("Answers for it")), answering, (55, 45))
        below.append(w.below("accountable", len(below) + 1, _("Who answers for which step"), table))
    return w.section("management", TIER_NAMES[Tier.MANAGEMENT], sections=tuple(below), starts_page=True)


def _execution(w: Writer, source: Source) -> Section:
    """Write, post by post, the steps with their limits and forms."""
    below = []
    for number, (post, name) in enumerate(source.posts.items(), 1):
        acting = [(step, duties) for step, duties in source.steps_of(post) if acts_by(duties)]
        if not acting:
            continue
        blocks: list[Block] = []
        for step, duties in acting:
            blocks += [
                Lines((w.line(lambda s=step: f"{s.number} {s.title}", look="strong"),)),
                step_facts(w, step, duties),
            ]
        blocks.append(limit_table(w, [step for step, _duties in acting]))
        below.append(w.below(f"post-{post}", number, name, *blocks))
    return w.section("execution", TIER_NAMES[Tier.EXECUTION], sections=tuple(below), starts_page=True)


def _supervision(w: Writer, source: Source) -> Section:
    """Write how to monitor, score and escalate."""
    standard = source.standard
    key_nodes = [step for step in standard.steps if step.is_key_node]
    watch = [
        w.line(lambda s=step: gettext("Key node %(number)s %(title)s: is its form complete, and was it done in time?")
               % {"number": s.number, "title": s.title})
        for step in key_nodes
    ]  # fmt: skip
    watch.append(
        w.line(_("Every month a sample of cases is audited; the result counts in the score of the department."))
    )
    below = (
        w.below("watch", 1, _("What to watch"), w.items(watch)),
        w.below("told", 2, _("Who is told when"), told_table(w)),
        w.below("escalate", 3, _("Exceptions, and to whom they go"), exception_table(w, list(standard.exceptions))),
    )
    return w.section("supervision", TIER_NAMES[Tier.SUPERVISION], sections=below, starts_page=True)


def _trainings(w: Writer, source: Source) -> Block:
    found = Training.objects.planned().filter(definition=source.definition).select_related("trainer")
    rows: list[tuple[Cell, ...]] = [
        (
            (w.line(lambda t=row: moment(t.starts_at)),),
            (w.line(lambda t=row: t.title), w.line(lambda t=row: t.tier_name, look="quiet")),
            (w.line(row.place),),
            (w.line(lambda t=row: str(t.trainer)),),
        )
        for row in found.order_by("starts_at")
    ]
    if not rows:
        return Lines((w.line(_("No training is planned yet."), look="quiet"),))
    return Table(
        w.heads(_("When"), _("Training"), pgettext_lazy("of a training", "Place"), _("Trainer")),
        tuple(rows),
        (20, 40, 22, 18),
    )


def _proof(w: Writer, source: Source) -> Block:
    rule = rule_of(source.definition.revision.process)
    lines: list[Line] = [
        w.line(_("Everybody concerned reads what changes for their posts and confirms the version.")),
        w.line(_("Everybody may do a practice case: the whole case in the system, marked as practice, in no figure.")),
        w.line(
            _("The quiz asks %(count)s questions; passed with %(percent)s %% right, in %(attempts)s attempts at most."),
            count=str(rule.questions), percent=str(rule.pass_percent), attempts=str(rule.attempts),
        ),
    ]  # fmt: skip
    return w.items(lines)


def _address(source: Source) -> str:
    return reverse("rollouts:material-report", args=[source.definition.pk])


MATERIAL = ReportKind(
    "training-material",
    TITLE,
    find=found_source,
    write=lambda source, *, choice, at: (material_of(source, choice=choice, at=at), source.standard),
    key=lambda source: str(source.definition.pk),
    address=_address,
    stem=lambda source: f"{source.standard.code}-V{source.standard.number}-training",
)
