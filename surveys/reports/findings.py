"""The second half of the report: pain points with Pareto, causes, figures, and how each pain point ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from processes.manuals.blocks import Cell, Line, Lines, Picture, Section, Table
from processes.manuals.writer import Writer
from surveys.domain.diagnosis.causes import Why, tree
from surveys.domain.diagnosis.endings import ending_words
from surveys.domain.diagnosis.pareto import pareto, vital_few
from surveys.domain.diagnosis.pareto_svg import pareto_svg, plain
from surveys.domain.diagnosis.spans import say_span
from surveys.models import Pain
from surveys.queries.diagnosis import MEASURES, Diagnosis, best_measure, measured


def finding_sections(w: Writer, found: Diagnosis) -> Iterator[Section]:
    """Yield pain points, causes, baseline figures and endings; each only where there is something to say."""
    if found.pains:
        yield w.section("pains", _("Pain points"), *_pains(w, found))
        yield w.section(
            "causes", _("Root causes"), w.items([]) if not found.causes else Lines(()),
            sections=tuple(_causes(w, pain, found) for pain in found.pains if found.causes.get(pain.pk)),
        )  # fmt: skip
    if found.baselines:
        yield w.section("baselines", _("Baseline figures"), *_baselines(w, found))
    if found.pains:
        rows = tuple(((_name(w, pain),), (w.line(lambda p=pain: ending_words(p)),)) for pain in found.pains)
        yield w.section(
            "endings", _("What becomes of each"), Table(w.heads(_("Pain point"), _("Ending")), rows, (45, 55))
        )


def _name(w: Writer, pain: Pain) -> Line:
    return w.line(lambda: f"P{pain.number} {pain.text}")


def _pains(w: Writer, found: Diagnosis) -> Iterator[Any]:
    by = best_measure(found.pains)
    title, unit, _value = MEASURES[by]
    bars = pareto(measured(found.pains, by))
    if bars:

        def drawn(on_paper: bool) -> list[Any]:
            rows = pareto(measured(found.pains, by))
            return [pareto_svg(rows, title=str(title), unit=str(unit))]

        few = vital_few(bars)
        yield Lines(
            (
                w.line(
                    _("%(few)s of %(all)s pain points make %(percent)s %% of it: %(names)s (%(unit)s)."),
                    few=len(few), all=len(bars), percent=plain(few[-1].cumulated),
                    names=lambda: gettext(", ").join(bar.label for bar in few), unit=lambda: unit,
                ),
            )
        )  # fmt: skip
        yield Picture(drawn, lambda: title, w.say.languages)
    heads = w.heads(_("Pain point"), _("Steps"), _("How often, at what cost"), _("Evidence"))
    yield Table(heads, tuple(_pain_row(w, pain) for pain in found.pains), (30, 20, 20, 30))


def _pain_row(w: Writer, pain: Pain) -> tuple[Cell, ...]:
    steps = sorted(pain.steps.all(), key=lambda step: step.number)
    figures = []
    if pain.times_a_month is not None:
        figures.append(w.line(_("%(times)s times a month"), times=plain(pain.times_a_month)))
    if pain.lost_minutes is not None:
        figures.append(w.line(_("%(span)s lost each time"), span=_later(say_span, pain.lost_minutes)))
    if pain.cost is not None:
        figures.append(w.line(_("costs %(money)s each time"), money=plain(pain.cost)))
    proofs = [w.line(lambda: pain.evidence)] if pain.evidence else []
    proofs += [w.line(lambda r=row: str(r)) for row in pain.evidences.all()]
    return (
        (_name(w, pain), w.line(lambda: pain.get_source_display(), "quiet")),
        tuple(w.line(lambda s=step: str(s)) for step in steps) or (w.line("–"),),
        tuple(figures) or (w.line("–"),),
        tuple(proofs) or (w.line("–"),),
    )


def _later(function: Callable[..., Any], *words: Any) -> Callable[[], Any]:
    return lambda: function(*words)


def _causes(w: Writer, pain: Pain, found: Diagnosis) -> Section:
    """Write the tree of whys with its depth by arrows: a chain a line of its own, step by step."""
    lines = tuple(_whys(w, tree(found.causes[pain.pk])))
    return Section(f"causes-{pain.number}", "", _name(w, pain), (Lines(lines, is_list=True),), is_kept_together=True)


def _whys(w: Writer, whys: list[Why]) -> Iterator[Line]:
    for why in whys:
        mark = "→ " * why.depth

        def words(why: Why = why, mark: str = mark) -> str:
            end = ""
            if why.cause.is_actionable:
                end = gettext(" (can be acted on)")
            elif why.ends_in_nothing:
                end = gettext(" (nothing to act on yet)")
            return f"{mark}{why.cause.text}{end}"

        yield w.line(words, "strong" if why.cause.is_actionable else "")
        yield from _whys(w, why.below)


def _baselines(w: Writer, found: Diagnosis) -> Iterator[Any]:
    heads = w.heads(_("Figure"), _("Value"), _("n"), _("Period"), _("Source"), _("Frozen"))
    rows: list[tuple[Cell, ...]] = []
    for row in found.baselines:
        frozen = [w.line(_("not frozen"))]
        if row.freeze:
            day = f"{row.freeze.frozen_at:%Y-%m-%d}"
            frozen = [w.line(lambda r=row, d=day: f"{d} {r.freeze.frozen_by}"), w.line(row.freeze.sha256[:16], "mono")]
        source = [w.line(lambda r=row: r.get_source_display())]
        rows.append(
            (
                (w.line(lambda r=row: r.name),),
                (w.line(lambda r=row: f"{plain(r.value)} {r.unit}"),),
                (w.line(str(row.n)), *([w.line(_("single values known"), "quiet")] if row.values else [])),
                (w.line(f"{row.period_from} – {row.period_until}"),),
                (*source, *([w.line(row.note, "quiet")] if row.note else [])),
                tuple(frozen),
            )
        )
    yield Table(heads, tuple(rows), (20, 14, 8, 18, 18, 22))
